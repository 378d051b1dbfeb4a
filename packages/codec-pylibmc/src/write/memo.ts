/** Below this many values, looking through all is quicker than a hash table, and needs none. */
const FEW = 32;

/** What was written already, by number. Text is the same where its characters are, an object where it is that object. */
export class Memo<T extends string | object> {
  readonly #values: T[] = [];
  readonly #indexes: number[] = [];
  #table: Map<T, number> | undefined;

  /** @returns the number it was added under, or -1 */
  find(value: T): number {
    if (this.#table !== undefined) return this.#table.get(value) ?? -1;
    const at = this.#values.indexOf(value);
    return at < 0 ? -1 : (this.#indexes[at] as number);
  }

  /** Adds a value that is not in it. */
  add(value: T, index: number): void {
    if (this.#table !== undefined) {
      this.#table.set(value, index);
      return;
    }
    this.#values.push(value);
    this.#indexes.push(index);
    if (this.#values.length >= FEW) {
      this.#table = new Map(this.#values.map((each, at) => [each, this.#indexes[at] as number]));
    }
  }
}
