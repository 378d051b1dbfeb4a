import { type CacheValue, cacheValueOf } from './cache-value.js';

/** So many keys, each with a value of its own. */
export const KEYS = 1_000;
/** Keys of one `getMany`; a divisor of {@link KEYS}. */
export const MANY = 100;

/** What is stored and read: all of it is made before the time is taken. */
export interface CacheItems {
  readonly kind: CacheValue;
  readonly keys: readonly string[];
  readonly values: readonly unknown[];
  /** The keys once more, {@link MANY} at a time. */
  readonly batches: readonly string[][];
}

/** Items with values of the kind of this name. */
export function makeItems(valueName: string, prefix: string): CacheItems {
  const kind = cacheValueOf(valueName);
  // From bytes, so that none is a string still to be put together.
  const keys = Array.from({ length: KEYS }, (_, id) => Buffer.from(`${prefix}user:${id}`).toString('latin1'));
  return {
    kind,
    keys,
    values: keys.map((_, id) => kind.make(id)),
    batches: Array.from({ length: KEYS / MANY }, (_, at) => keys.slice(at * MANY, (at + 1) * MANY)),
  };
}
