import type { EngineClock } from './engine-clock.js';
import { type Item, itemBytes } from './item.js';
import type { Statistics } from './statistics.js';
import { UseOrder } from './use-order.js';

/** How much an embedded server holds. */
export interface StoreLimits {
  /** Memory for items in bytes. */
  readonly memoryBytes: number;
  /** True to drop the items used longest ago where memory is short. */
  readonly evict: boolean;
}

/** The items: found by key, kept in the order of use, within the memory limit. */
export class ItemStore {
  readonly #items = new Map<string, Item>();
  readonly #order = new UseOrder();
  readonly #clock: EngineClock;
  readonly #statistics: Statistics;
  readonly #limits: StoreLimits;
  #bytes = 0;
  #lastCas = 0;
  /** A flush takes what was written up to this time, once it is reached; 0 for no flush. */
  #flushTime = 0;
  /** A flush takes what has a smaller CAS id than this. */
  #flushCas = 0;

  constructor(clock: EngineClock, statistics: Statistics, limits: StoreLimits) {
    this.#clock = clock;
    this.#statistics = statistics;
    this.#limits = limits;
  }

  /** Number of items; an expired one counts until it is asked for or its memory is needed. */
  get count(): number {
    return this.#items.size;
  }

  /** What the items count for, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The time up to which items are flushed, in seconds of the engine's clock; 0 for no flush. */
  get flushTime(): number {
    return this.#flushTime;
  }

  /** The item of a key, unless it has expired or was flushed. */
  find(key: string): Item | undefined {
    const item = this.#items.get(key);
    if (item === undefined) return undefined;
    if (this.#isFlushed(item)) this.#statistics.getFlushed += 1;
    else if (this.#isExpired(item)) this.#statistics.getExpired += 1;
    else return item;
    this.remove(item);
    return undefined;
  }

  /** All items that have not expired and were not flushed. */
  *live(): Generator<Item, void> {
    for (const item of this.#items.values()) if (!this.#isFlushed(item) && !this.#isExpired(item)) yield item;
  }

  /** Notes that an item was used. */
  use(item: Item): void {
    this.#order.use(item);
  }

  /** The id that the next write gets. */
  nextCas(): number {
    this.#lastCas += 1;
    return this.#lastCas;
  }

  /** Puts in a new item. */
  add(key: string, flags: number, expiry: number, body: Uint8Array): void {
    const bytes = itemBytes(key.length, flags, body.length);
    this.makeRoom(bytes);
    const time = this.#clock.current;
    const item: Item = { key, flags, expiry, time, cas: 0, body, bytes, newer: undefined, older: undefined };
    this.#items.set(key, item);
    this.#order.add(item);
    this.#bytes += bytes;
    this.#written(item);
  }

  /** Gives an item that is there new content, as a write of its own. */
  overwrite(item: Item, flags: number, expiry: number, body: Uint8Array): void {
    const bytes = itemBytes(item.key.length, flags, body.length);
    item.flags = flags;
    item.expiry = expiry;
    item.body = body;
    this.#bytes += bytes - item.bytes;
    item.bytes = bytes;
    item.time = this.#clock.current;
    this.#order.use(item);
    this.#written(item);
  }

  #written(item: Item): void {
    item.cas = this.nextCas();
    this.#statistics.totalItems += 1;
  }

  /** Takes an item out. */
  remove(item: Item): void {
    this.#items.delete(item.key);
    this.#order.remove(item);
    this.#bytes -= item.bytes;
  }

  /**
   * Makes room for an item besides all that is there: memcached, too, has old and new in memory for a moment.
   *
   * @param keep an item that must stay
   * @returns false where there is none
   */
  makeRoom(bytes: number, keep?: Item): boolean {
    const { memoryBytes, evict } = this.#limits;
    if (bytes > memoryBytes) return false;
    while (this.#bytes + bytes > memoryBytes) {
      const last = this.#order.oldest;
      const oldest = last !== undefined && last === keep ? last.newer : last;
      if (oldest === undefined) return false;
      const dead = this.#isFlushed(oldest) || this.#isExpired(oldest);
      if (!dead && !evict) return false;
      if (dead) this.#statistics.reclaimed += 1;
      else this.#statistics.evictions += 1;
      this.remove(oldest);
    }
    return true;
  }

  /**
   * Drops all items, now or later. Source: proto_text.c, process_flush_all_command; items.c, item_is_flushed.
   *
   * @param exptime 0 or less: now; else as for items. A later flush takes what is written until it happens; one at
   *   a time long past does nothing but call off an earlier one.
   */
  flush(exptime: number): void {
    const clock = this.#clock;
    if (exptime <= 0) {
      this.#flushTime = clock.current - 1;
    } else {
      const time = clock.timeOf(exptime);
      this.#flushTime = time <= 1 ? 0 : time - clock.step;
      if (this.#flushTime > clock.current) return;
    }
    this.#flushCas = this.nextCas();
    if (this.#flushTime > 0) this.#clear();
  }

  /** Nothing that is there now can be seen again, so its memory is freed at once. */
  #clear(): void {
    this.#items.clear();
    this.#order.clear();
    this.#bytes = 0;
  }

  #isFlushed(item: Item): boolean {
    const flushTime = this.#flushTime;
    if (flushTime === 0 || flushTime > this.#clock.current) return false;
    return item.time <= flushTime || item.cas < this.#flushCas;
  }

  #isExpired(item: Item): boolean {
    return item.expiry !== 0 && item.expiry <= this.#clock.current;
  }
}
