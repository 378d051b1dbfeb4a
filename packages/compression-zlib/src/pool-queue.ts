interface Waiting {
  readonly enter: () => void;
  next: Waiting | undefined;
}

/** As many as Node's pool has threads, unless it is told otherwise. Twice as many were no faster. */
const MOST_AT_ONCE = 4;

/**
 * Lets a few jobs of a compressor run in the thread pool at once; the others wait in order. Each running job has tables of
 * its own: 1,000 values of 100 kB begun at once took brotli 1 GB of memory and 2.6 s, and in turn 0.1 GB and 1 s. What
 * else needs the pool (files, host names) comes in between.
 */
export class PoolQueue {
  #running = 0;
  #first: Waiting | undefined;
  #last: Waiting | undefined;

  /** Resolves when a job may start; each must be followed by {@link leave}. */
  enter(): Promise<void> {
    if (this.#running < MOST_AT_ONCE) {
      this.#running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const waiting: Waiting = { enter: resolve, next: undefined };
      if (this.#last === undefined) this.#first = waiting;
      else this.#last.next = waiting;
      this.#last = waiting;
    });
  }

  /** A job has ended: its place goes to the one that has waited longest. */
  leave(): void {
    const waiting = this.#first;
    if (waiting === undefined) {
      this.#running -= 1;
      return;
    }
    this.#first = waiting.next;
    if (this.#first === undefined) this.#last = undefined;
    waiting.enter();
  }
}
