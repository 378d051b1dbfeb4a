import { randomFrom, testSeed } from '@mc/testing';

/** Noise in base64: hard work for every level, and three quarters of its size afterwards. */
export function noise(bytes: number): Buffer {
  const random = randomFrom(testSeed());
  return Buffer.from(Uint8Array.from({ length: bytes }, () => random.integer(64) + 48));
}

/** Turns of the event loop while a call was under way. */
export interface Turns {
  readonly turns: number;
  readonly longestMs: number;
  /** How long the call took. */
  readonly tookMs: number;
}

/** Counts the turns of the event loop until the call settles. */
export async function watchTurns(call: () => Promise<unknown>): Promise<Turns> {
  const state = { last: performance.now(), longest: 0, turns: 0, isOver: false };
  const turn = (): void => {
    const now = performance.now();
    state.longest = Math.max(state.longest, now - state.last);
    state.last = now;
    state.turns += 1;
    if (!state.isOver) setImmediate(turn);
  };
  const start = performance.now();
  state.last = start;
  setImmediate(turn);
  await call();
  state.isOver = true;
  return { turns: state.turns, longestMs: state.longest, tookMs: performance.now() - start };
}
