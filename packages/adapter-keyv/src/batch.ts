import type { KeyLines } from './key-lines.js';

/** What became of a batch: a result for each part, and the reasons of those that failed. */
export interface Outcomes<R> {
  readonly results: R[];
  /** The same error may stand for several. */
  readonly errors: readonly unknown[];
}

/** Calls of a batch that are sent at once: no more than the client's queue holds. */
const PART_LENGTH = 8192;

/**
 * Sends a batch in parts, one behind the other. All parts are in line when this returns, so that what is called later
 * on their keys takes effect later.
 */
export async function sendBatch<T>(
  lines: KeyLines,
  items: readonly T[],
  wireOf: (item: T) => string,
  send: (item: T) => Promise<boolean>,
): Promise<Outcomes<boolean>> {
  const parts: Array<Promise<Outcomes<boolean>>> = [];
  for (let start = 0; start < items.length; start += PART_LENGTH) {
    const part = items.slice(start, start + PART_LENGTH);
    const wires = part.map(wireOf);
    const sendPart = () => outcomesOf(part.map(send));
    const before = parts.at(-1);
    parts.push(before === undefined ? lines.run(wires, sendPart) : lines.runAfter(before, wires, sendPart));
  }
  const outcomes = await Promise.all(parts);
  return {
    results: outcomes.flatMap(({ results }) => results),
    errors: outcomes.flatMap(({ errors }) => errors),
  };
}

async function outcomesOf(sending: ReadonlyArray<Promise<boolean>>): Promise<Outcomes<boolean>> {
  const outcomes = await Promise.allSettled(sending);
  return {
    results: outcomes.map((outcome) => outcome.status === 'fulfilled' && outcome.value),
    errors: outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : [])),
  };
}
