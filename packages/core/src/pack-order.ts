/**
 * Keeps calls in call order where a value is still being packed (compressed in a thread pool): later calls on its key
 * wait, each for the one before it, and what waits for several keys holds them all. Empty, and without cost, where
 * everything is packed at once.
 */
export class PackOrder {
  readonly #tails: Map<string, Promise<unknown>> = new Map();
  /** What calls on every key wait for. */
  #barrier: Promise<unknown> | undefined;

  /** True where nobody has to wait. */
  get isIdle(): boolean {
    return this.#tails.size === 0 && this.#barrier === undefined;
  }

  /** What a call on the key must wait for; `undefined` where there is nothing. Never rejects. */
  tailOf(key: string): Promise<unknown> | undefined {
    return this.#tails.get(key) ?? this.#barrier;
  }

  /** What a call on all keys must wait for. */
  all(): Promise<unknown> {
    return Promise.all([...this.#tails.values(), this.#barrier]);
  }

  /**
   * Later calls on the keys wait for all of `turns`: the calls before this one, and this one's own. A call that gives
   * up early does not free the way past one that still goes on. None of them may reject.
   */
  add(keys: Iterable<string>, turns: ReadonlyArray<Promise<unknown> | undefined>): void {
    const held = [...keys];
    const tail = Promise.all(turns);
    for (const key of held) this.#tails.set(key, tail);
    void tail.then(() => {
      for (const key of held) if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
  }

  /** Later calls on any key wait for all of `turns`. */
  addForAll(turns: ReadonlyArray<Promise<unknown>>): void {
    this.#tails.clear();
    const barrier = Promise.all(turns);
    this.#barrier = barrier;
    void barrier.then(() => {
      if (this.#barrier === barrier) this.#barrier = undefined;
    });
  }
}
