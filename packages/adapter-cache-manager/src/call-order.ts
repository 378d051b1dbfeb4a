/**
 * Weight that runs at once. A delete is two commands to the client, whose queue takes 65,536 by default, for all that
 * share it. The store sends a batch of this length in one piece: a longer one it sends in parts, and runs alone here.
 */
const LIMIT = 8_192;

/** Of very many calls that are made one after the other, so many begin as they are made. */
const AT_ONCE = 256;

interface Waiting {
  readonly weight: number;
  readonly begin: () => void;
}

/**
 * Begins calls in the order they are made, and bounds how many of those with a weight run at once. As soon as one has
 * to wait, all behind it do: else a `set` could go out before a `delete` of its key that was called before it.
 */
export class CallOrder {
  #running = 0;
  /** In their order; those that have begun have left their place empty. */
  #waiting: Array<Waiting | undefined> = [];
  /** How many of the waiting have begun. */
  #begun = 0;
  /** Calls of {@link runOneOfMany} that the caller has made without a pause so far. */
  #unpaused = 0;

  run<R>(weight: number, call: () => Promise<R>): Promise<R> {
    if (this.#waiting.length === 0 && this.#fits(weight)) return this.#begin(weight, call);
    return this.#wait(weight, call);
  }

  /**
   * As {@link run}, for a call that may be one of very many: all but the first few begin when the caller has made them
   * all. While he does, no answer can be read, and those of the first would be too late.
   */
  runOneOfMany<R>(weight: number, call: () => Promise<R>): Promise<R> {
    if (this.#unpaused === 0) queueMicrotask(this.#pause);
    this.#unpaused += 1;
    return this.#unpaused > AT_ONCE ? this.#wait(weight, call) : this.run(weight, call);
  }

  readonly #pause = (): void => {
    this.#unpaused = 0;
    this.#beginWaiting();
  };

  #wait<R>(weight: number, call: () => Promise<R>): Promise<R> {
    return new Promise((resolve) => {
      this.#waiting.push({ weight, begin: () => resolve(this.#begin(weight, call)) });
    });
  }

  /** What is heavier than the limit runs alone. */
  #fits(weight: number): boolean {
    return this.#running === 0 || this.#running + weight <= LIMIT;
  }

  #begin<R>(weight: number, call: () => Promise<R>): Promise<R> {
    if (weight === 0) return call();
    this.#running += weight;
    return call().finally(() => {
      this.#running -= weight;
      this.#beginWaiting();
    });
  }

  #beginWaiting(): void {
    for (;;) {
      const next = this.#waiting[this.#begun];
      if (next === undefined || !this.#fits(next.weight)) break;
      // What it holds, the values of a batch, is held no longer than the call needs it.
      this.#waiting[this.#begun] = undefined;
      this.#begun += 1;
      next.begin();
    }
    // Not one by one, which would move all the others each time.
    if (this.#begun * 2 <= this.#waiting.length) return;
    this.#waiting.splice(0, this.#begun);
    this.#begun = 0;
  }
}
