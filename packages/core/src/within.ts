import { onAbort } from './abort.js';
import { Watch } from './connection/watch.js';
import type { AbortSignalLike } from './contract.js';
import { AbortError, TimeoutError } from './errors.js';
import { clockMs } from './runtime.js';

/**
 * Waits for work that is done off the thread, such as a compression: as long as the call may take, and unless it is
 * aborted. Nothing has been sent meanwhile. A blocked event loop gets the same grace as where a server is waited for.
 */
export function within(
  work: Promise<unknown>,
  timeoutMs: number,
  signal: AbortSignalLike | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const startMs = clockMs();
    const stopListening = signal && onAbort(signal, () => end(new AbortError(false, signal.reason)));
    const watch = new Watch({
      onDue: () => {
        end(new TimeoutError(false, timeoutMs));
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
  });
}
