import { onTestFinished } from 'vitest';

/** The time of the code that runs now, and that at which the clock was stopped. */
const clock: { jobMs: number | undefined; stoppedMs: number | undefined } = {
  jobMs: undefined,
  stoppedMs: undefined,
};

/**
 * The clock of clients whose dials are watched. It stands still while code runs without a break, so that a dial is
 * noted at the very time the client took for it, however long the process then waits for its turn.
 */
export function dialClockMs(): number {
  if (clock.stoppedMs !== undefined) return clock.stoppedMs;
  if (clock.jobMs === undefined) {
    clock.jobMs = performance.now();
    queueMicrotask(() => {
      clock.jobMs = undefined;
    });
  }
  return clock.jobMs;
}

/** From now on no time passes for the clients: no deadline, and no rest between two dials. */
export function stopDialClock(atMs: number = performance.now()): number {
  clock.jobMs = undefined;
  clock.stoppedMs = atMs;
  onTestFinished(startDialClock);
  return clock.stoppedMs;
}

export function startDialClock(): void {
  clock.stoppedMs = undefined;
}
