/** What became of a batch: a result for each part, and the reasons of those that failed. */
export interface Outcomes<R> {
  readonly results: R[];
  /** The same error may stand for several. */
  readonly errors: readonly unknown[];
}

/** Calls of a batch that are sent at once: no more than the client's queue holds. */
const PART_LENGTH = 8192;

/**
 * Sends what a batch does in parts, one behind the other. Until the last of them is on its way, later calls on the keys
 * of the batch wait: what is called later takes effect later.
 */
export class BatchOrder {
  /** The batches that are not sent yet, by the keys on the wire. */
  readonly #unsent = new Map<string, Promise<void>>();
  /** The last of them. */
  #last: Promise<void> | undefined;

  /** What a call on a key has to wait for; `undefined` where there is nothing, as nearly always. */
  before(wire: string): Promise<void> | undefined {
    return this.#unsent.size === 0 ? undefined : this.#unsent.get(wire);
  }

  /** Resolves when all batches so far are on their way. */
  async sent(): Promise<void> {
    await this.#last;
  }

  /** Sends at once what fits into one part, unless an earlier batch is not sent yet. */
  async run<T>(
    items: readonly T[],
    wireOf: (item: T) => string,
    send: (item: T) => Promise<boolean>,
  ): Promise<Outcomes<boolean>> {
    const earlier = this.#last;
    if (earlier === undefined && items.length <= PART_LENGTH) return outcomesOf(items.map(send));
    let end = (): void => {};
    const sent = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#last = sent;
    for (const item of items) this.#unsent.set(wireOf(item), sent);
    if (earlier !== undefined) await earlier;
    const parts: Array<Promise<Outcomes<boolean>>> = [];
    for (let start = 0; start < items.length; start += PART_LENGTH) {
      await parts.at(-1);
      parts.push(outcomesOf(items.slice(start, start + PART_LENGTH).map(send)));
    }
    for (const item of items) if (this.#unsent.get(wireOf(item)) === sent) this.#unsent.delete(wireOf(item));
    if (this.#last === sent) this.#last = undefined;
    end();
    const outcomes = await Promise.all(parts);
    return {
      results: outcomes.flatMap(({ results }) => results),
      errors: outcomes.flatMap(({ errors }) => errors),
    };
  }
}

async function outcomesOf(sending: ReadonlyArray<Promise<boolean>>): Promise<Outcomes<boolean>> {
  const outcomes = await Promise.allSettled(sending);
  return {
    results: outcomes.map((outcome) => outcome.status === 'fulfilled' && outcome.value),
    errors: outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : [])),
  };
}
