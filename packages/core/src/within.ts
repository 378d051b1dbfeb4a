import { onAbort } from './abort.js';
import type { Pending } from './connection/pending.js';
import { Watch } from './connection/watch.js';
import type { AbortSignalLike } from './contract.js';
import { AbortError, TimeoutError } from './errors.js';
import { clockMs } from './runtime.js';

/**
 * Waits for what is done before a call is sent, such as a compression off the thread: as long as the call may take, and
 * unless it is aborted. A blocked event loop gets the same grace as where a server is waited for.
 */
export function within(
  work: Promise<unknown>,
  timeoutMs: number,
  signal: AbortSignalLike | undefined,
): Promise<void> {
  return inTime(work, timeoutMs, signal, () => new TimeoutError(false, timeoutMs));
}

/** The value that is being decompressed, if it comes before the deadline of its call. */
export async function valueInTime(value: Promise<unknown>, request: Pending): Promise<unknown> {
  const leftMs = Math.max(1, request.deadlineMs - clockMs());
  await inTime(value, leftMs, undefined, () => new TimeoutError(true, request.timeoutMs));
  return value;
}

function inTime(
  work: Promise<unknown>,
  timeoutMs: number,
  signal: AbortSignalLike | undefined,
  timeout: () => TimeoutError,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const startMs = clockMs();
    const stopListening = signal && onAbort(signal, () => end(new AbortError(false, signal.reason)));
    const watch = new Watch({
      onDue: () => {
        end(timeout());
        return Number.POSITIVE_INFINITY;
      },
      onBlocked: () => {},
    });
    const end = (error?: unknown): void => {
      watch.stop();
      stopListening?.();
      if (error === undefined) resolve();
      else reject(error);
    };
    watch.arm(startMs + timeoutMs, startMs);
    work.then(() => end(), end);
    if (signal?.aborted) end(new AbortError(false, signal.reason));
  });
}
