/** Random choices that a seed repeats. */
export interface Random {
  /** The seed it was made from. */
  readonly seed: number;
  /** An integer from 0 up to, not including, `below`. */
  integer(below: number): number;
  /** True with this probability, 0 to 1. */
  chance(probability: number): boolean;
  /** One of the items, each as likely as the others. */
  pick<T>(items: readonly T[]): T;
}

const DEFAULT_SEED = 20_260_101;

/** The seed of random tests: `MC_SEED` where it is set, else always the same. Print it, so that a failure can be repeated. */
export function testSeed(): number {
  const named = process.env.MC_SEED;
  if (named === undefined || named === '') return DEFAULT_SEED;
  const seed = Number(named);
  if (!Number.isInteger(seed)) throw new Error('MC_SEED must be an integer');
  return seed;
}

/** Random choices from a seed. Algorithm: mulberry32, public domain. */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    seed,
    integer: (below) => Math.floor(next() * below),
    chance: (probability) => next() < probability,
    pick: (items) => {
      if (items.length === 0) throw new Error('nothing to pick from');
      return items[Math.floor(next() * items.length)] as (typeof items)[number];
    },
  };
}
