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
async function watchTurns(call: () => Promise<unknown>): Promise<Turns> {
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
  const end = performance.now();
  // What does all its work at once settles before the first turn.
  return { turns: state.turns, longestMs: Math.max(state.longest, end - state.last), tookMs: end - start };
}

/** How often {@link watchQuietTurns} may watch. */
const ATTEMPTS = 8;

/**
 * Watches a call until it was fine for once. A busy machine holds up the event loop now and then; a call that holds it
 * up does so each time.
 */
export async function watchQuietTurns(
  call: () => Promise<unknown>,
  isFine: (turns: Turns) => boolean,
): Promise<Turns> {
  for (let attempt = 1; ; attempt += 1) {
    const turns = await watchTurns(call);
    if (isFine(turns) || attempt === ATTEMPTS) return turns;
  }
}
