import type { Item } from './item.js';

/** Items in the order of their last use. Every operation takes constant time. */
export class UseOrder {
  #newest: Item | undefined;
  #oldest: Item | undefined;

  /** The item that was used longest ago. */
  get oldest(): Item | undefined {
    return this.#oldest;
  }

  /** Puts in an item that is not there yet, as the newest. */
  add(item: Item): void {
    item.newer = undefined;
    item.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = item;
    else this.#newest.newer = item;
    this.#newest = item;
  }

  /** Makes an item the newest. */
  use(item: Item): void {
    if (item === this.#newest) return;
    this.remove(item);
    this.add(item);
  }

  /** Takes an item out. */
  remove(item: Item): void {
    const { newer, older } = item;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    item.newer = undefined;
    item.older = undefined;
  }

  /** Takes all out. */
  clear(): void {
    this.#newest = undefined;
    this.#oldest = undefined;
  }
}
