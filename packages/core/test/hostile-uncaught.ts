import { onTestFinished } from 'vitest';

/** From now on to the end of the test: every rejection and exception of the process that nobody caught. */
export function watchUncaught(): readonly unknown[] {
  const seen: unknown[] = [];
  const note = (error: unknown) => void seen.push(error);
  process.on('unhandledRejection', note).on('uncaughtException', note);
  onTestFinished(() => void process.off('unhandledRejection', note).off('uncaughtException', note));
  return seen;
}

/** A few turns of the event loop, in which an uncaught error would be told of. */
export async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
