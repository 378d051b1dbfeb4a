import { setTimeout as wait } from 'node:timers/promises';

/** What a test or a hook of a suite may take, in milliseconds: a server's clock and a busy machine take their time. */
export const LIMIT_MS = 60_000;

/** How long a condition is waited for that holds soon, unless the machine is busy. */
export const POLL = { timeout: 20_000, interval: 1 } as const;

const TURN_MS = 10;

/**
 * Whether a call settles within so many milliseconds. They are counted in turns of the event loop, of ten each: a
 * process that gets no processor for a second loses one turn by it, and the call has the rest.
 */
export async function isOverWithin(call: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let isOver = false;
  const end = (): void => {
    isOver = true;
  };
  call.then(end, end);
  for (let left = milliseconds; left > 0 && !isOver; left -= TURN_MS) await wait(TURN_MS);
  return isOver;
}
