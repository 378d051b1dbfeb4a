import { type ErrorCode, isMemcachedError, type MemcachedError } from '@mc/core';
import { expect } from 'vitest';

/**
 * Waits for a call that must fail and gives back its error.
 *
 * @throws Error where the call succeeds, or fails with anything but a typed error of the code
 */
export async function rejection(call: Promise<unknown>, code?: ErrorCode): Promise<MemcachedError> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('value' in outcome)
    throw new Error(`expected a rejection${code ? ` with ${code}` : ''}, but the call resolved`);
  const { error } = outcome;
  if (!isMemcachedError(error)) throw new Error('expected a typed error', { cause: error });
  if (code !== undefined) expect(error.code).toBe(code);
  return error;
}

/** {@link rejection} of several calls at once. */
export async function rejections(
  calls: readonly Promise<unknown>[],
  code?: ErrorCode,
): Promise<MemcachedError[]> {
  return Promise.all(calls.map((call) => rejection(call, code)));
}
