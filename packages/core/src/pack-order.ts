/**
 * Keeps calls in call order where a value is still being packed (compressed in a thread pool): later calls on its key
 * wait, and what waits for several keys holds them all. Empty, and without cost, where everything is packed at once.
 */
export class PackOrder {
  readonly #tails: Map<string, Promise<void>> = new Map();
  /** What calls on every key wait for. */
  #barrier: Promise<void> | undefined;

  /** True where nobody has to wait. */
  get isIdle(): boolean {
    return this.#tails.size === 0 && this.#barrier === undefined;
  }

  /** What a call on the key must wait for; `undefined` where there is nothing. */
  tailOf(key: string): Promise<void> | undefined {
    return this.#tails.get(key) ?? this.#barrier;
  }

  /** What a call on all keys must wait for. */
  async all(): Promise<void> {
    await Promise.all([...this.#tails.values(), this.#barrier]);
  }

  /** Later calls on the keys wait for `work`, which waited for their tails and must not reject. */
  add(keys: Iterable<string>, work: Promise<void>): void {
    const held = [...keys];
    for (const key of held) this.#tails.set(key, work);
    void work.then(() => {
      for (const key of held) if (this.#tails.get(key) === work) this.#tails.delete(key);
    });
  }

  /** Later calls on any key wait for `work`, which waited for all and must not reject. */
  addForAll(work: Promise<void>): void {
    this.#tails.clear();
    this.#barrier = work;
    void work.then(() => {
      if (this.#barrier === work) this.#barrier = undefined;
    });
  }
}
