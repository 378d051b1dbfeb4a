/**
 * Keeps calls on one key in call order where some cannot begin at once: as long as one waits, those behind it on the
 * same key do too. Empty, and without cost, where none waits.
 */
export class KeyLines {
  /** When the last call in the line of each key begins. */
  readonly #lasts: Map<string, Promise<void>> = new Map();

  /** Begins the call when all earlier ones on its keys have begun, which may be now. */
  run<R>(keys: readonly string[], call: () => Promise<R>): Promise<R> {
    const isFree = this.#lasts.size === 0 || !keys.some((key) => this.#lasts.has(key));
    return isFree ? call() : this.runAfter(undefined, keys, call);
  }

  /** As {@link run}, and not before `earlier` has settled. */
  async runAfter<R>(
    earlier: Promise<unknown> | undefined,
    keys: readonly string[],
    call: () => Promise<R>,
  ): Promise<R> {
    let begin = (): void => {};
    const begins = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const before = new Set(keys.map((key) => this.#lasts.get(key)));
    for (const key of keys) this.#lasts.set(key, begins);
    await Promise.allSettled([earlier, ...before]);
    try {
      return call();
    } finally {
      for (const key of keys) if (this.#lasts.get(key) === begins) this.#lasts.delete(key);
      begin();
    }
  }

  /** Resolves when all calls so far have begun. */
  async allBegun(): Promise<void> {
    await Promise.all(new Set(this.#lasts.values()));
  }
}
