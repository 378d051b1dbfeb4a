/**
 * Weight that runs at once. A delete is two commands to the client, whose queue takes 65,536 by default, for all that
 * share it. The store sends a batch of this length in one piece: a longer one it sends in parts, and runs alone here.
 */
const LIMIT = 8_192;

/** Waiting calls that have begun and still take up room, at most. */
const MAX_BEGUN = 1_024;

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
  #waiting: Waiting[] = [];
  /** How many of the waiting have begun. */
  #begun = 0;

  run<R>(weight: number, call: () => Promise<R>): Promise<R> {
    if (this.#waiting.length === 0 && this.#fits(weight)) return this.#begin(weight, call);
    return this.#wait(weight, call);
  }

  /**
   * As {@link run}, for a call that may be the first of very many: it begins when the caller has made them all. While
   * he does, no answer can be read, and those of the first would be too late.
   */
  runSoon<R>(weight: number, call: () => Promise<R>): Promise<R> {
    if (this.#waiting.length === 0) queueMicrotask(() => this.#beginWaiting());
    return this.#wait(weight, call);
  }

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
      this.#begun += 1;
      next.begin();
    }
    // Not one by one, which would move all the others each time.
    if (this.#begun === this.#waiting.length) this.#waiting = [];
    else if (this.#begun > MAX_BEGUN && this.#begun * 2 > this.#waiting.length)
      this.#waiting.splice(0, this.#begun);
    else return;
    this.#begun = 0;
  }
}
