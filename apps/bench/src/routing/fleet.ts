import type { Server } from '@mc/core';

const WORD_BITS = 2 ** 32;

/** Servers of these weights, with ports of which none is the default. */
export function makeFleet(weights: readonly number[]): Server[] {
  return weights.map((weight, index) => {
    const host = `10.${index >> 8}.${index & 255}.7`;
    const port = 11300 + (index % 10);
    return { name: `${host}:${port}`, host, port, path: undefined, weight };
  });
}

/** As many servers of weight 1. */
export function makeEvenFleet(size: number): Server[] {
  return makeFleet(Array.from({ length: size }, () => 1));
}

/** Keys of 40 bytes, as programs make them. */
export function makeKeys(count: number): string[] {
  return Array.from(
    { length: count },
    (_, at) => `user:profile:${String(at).padStart(8, '0')}:settings:v3-202601`,
  );
}

/** Numbers from 0 up to, not including, 1: always the same. Algorithm: mulberry32, public domain. */
export function numbersFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / WORD_BITS;
  };
}
