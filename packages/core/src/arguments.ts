import { InvalidArgumentError } from '@mc/protocol';
import type { CallOptions } from './contract.js';

/** Longest timeout a timer can hold, in milliseconds. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/** The call's timeout in milliseconds, or the client's. @throws InvalidArgumentError */
export function timeoutOf(options: CallOptions | undefined, defaultMs: number): number {
  const timeoutMs = options?.timeoutMs;
  if (timeoutMs === undefined) return defaultMs;
  if (!isTimeout(timeoutMs)) throw new InvalidArgumentError('timeoutMs must be a number from 1 to 2^31 - 1');
  return timeoutMs;
}

/** True for a timeout in milliseconds that a timer can hold. */
export function isTimeout(value: unknown): value is number {
  return typeof value === 'number' && value >= 1 && value <= MAX_TIMEOUT_MS;
}

/** The iterable, checked. @throws InvalidArgumentError for what is not a list of keys: a string would give its characters */
export function checkIterable<T>(value: Iterable<T>, name: string): Iterable<T> {
  const isList =
    typeof value === 'object' && value !== null && Symbol.iterator in value && !(value instanceof Uint8Array);
  if (!isList) throw new InvalidArgumentError(`${name} must be an iterable such as an array or a Set`);
  return value;
}
