import {
  ConfigurationError,
  type Distribution,
  type HashFunction,
  jumpHash,
  ketama,
  md5,
  modula,
  oneAtATime,
  random,
  rendezvous,
  virtualBucket,
} from '@mc/core';
import { makeFleet, makeKeys, numbersFrom } from './fleet.js';

/** Which share of the keys each server of a fleet gets. */
export interface Spread {
  readonly title: string;
  /** In the order of `EVEN`. */
  readonly even: readonly number[];
  /** In the order of `WEIGHTED`; `undefined` where the distribution refuses weights. */
  readonly weighted: readonly number[] | undefined;
}

const SEED = 1;

/** Weights of the two fleets: ten equal servers, and three of which each weighs more than the one before. */
export const EVEN: readonly number[] = Array.from({ length: 10 }, () => 1);
export const WEIGHTED: readonly number[] = [1, 2, 3];

const DISTRIBUTIONS: ReadonlyArray<readonly [title: string, make: () => Distribution, hash: HashFunction]> = [
  ['ketama() with md5, the default', () => ketama(), md5],
  ['ketama({ weighted: false }) with md5', () => ketama({ weighted: false }), md5],
  ['ketama({ spy: true }) with md5', () => ketama({ spy: true }), md5],
  ['rendezvous() with md5', () => rendezvous(), md5],
  ['jumpHash() with md5', () => jumpHash(), md5],
  ['modula() with one-at-a-time', () => modula(), oneAtATime],
  ['virtualBucket(), no map', () => virtualBucket(), oneAtATime],
  ['random()', () => random(numbersFrom(SEED)), oneAtATime],
];

/** The spread of the same keys for each distribution. */
export function measureSpreads(keyCount: number): Spread[] {
  const keys = makeKeys(keyCount);
  return DISTRIBUTIONS.map(([title, make, hash]) => ({
    title,
    even: sharesOf(make(), hash, EVEN, keys),
    weighted: unlessRefused(() => sharesOf(make(), hash, WEIGHTED, keys)),
  }));
}

function sharesOf(
  distribution: Distribution,
  hash: HashFunction,
  weights: readonly number[],
  keys: readonly string[],
): number[] {
  const router = distribution.build(makeFleet(weights), hash);
  const counts = weights.map(() => 0);
  for (const key of keys) {
    const server = router.serverFor(key);
    counts[server] = (counts[server] as number) + 1;
  }
  return counts.map((count) => count / keys.length);
}

function unlessRefused<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}
