import type { AbortSignalLike } from '@mc/core';
import { MemcachedError } from '@mc/protocol';

/** How long work may take, and who may end it. */
export interface Limits {
  /** What is waited for; begins the message of the error. */
  readonly name: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignalLike | undefined;
}

/**
 * Waits for work until the deadline, or until the signal is aborted. Then it rejects at once and calls `stop`, which
 * must let go of what the work holds; what becomes of the work no longer matters.
 */
export function inTime<T>(limits: Limits, start: () => Promise<T>, stop: () => void): Promise<T> {
  const { name, timeoutMs, signal } = limits;
  return new Promise<T>((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(
        new MemcachedError('MC_ABORTED_UNSENT', `${name}: the look was given up`, { cause: signal.reason }),
      );
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const giveUp = (error: MemcachedError): void => {
      end();
      reject(error);
      stop();
    };
    const onAbort = (): void =>
      giveUp(new MemcachedError('MC_ABORTED', `${name}: the look was given up`, { cause: signal?.reason }));
    const timer = setTimeout(
      () => giveUp(new MemcachedError('MC_TIMEOUT', `${name}: no answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    signal?.addEventListener('abort', onAbort);
    start().finally(end).then(resolve, reject);
  });
}
