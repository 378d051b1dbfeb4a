import { InvalidArgumentError } from '@mc/protocol';
import type { AbortSignalLike, CallOptions } from './contract.js';

/** Longest timeout a timer can hold, in milliseconds. */
const MAX_TIMEOUT_MS = 2_147_483_647;

const NO_OPTIONS: CallOptions = {};

/**
 * The options of a call, checked; `null` and `undefined` are none.
 *
 * @throws InvalidArgumentError for what is no plain options object, such as a ttl in its place, or has a malformed signal
 */
export function checkOptions<O extends CallOptions>(options: O | null | undefined): O {
  if (options === undefined || options === null) return NO_OPTIONS as O;
  if (typeof options !== 'object' || Array.isArray(options) || options instanceof Date) {
    throw new InvalidArgumentError('options must be an object such as { ttl: 60 }');
  }
  checkSignal(options.signal);
  return options;
}

function checkSignal(signal: AbortSignalLike | null | undefined): void {
  if (signal === undefined || signal === null) return;
  try {
    const { aborted, addEventListener, removeEventListener } = signal;
    if (typeof aborted !== 'boolean') throw new TypeError();
    if (typeof addEventListener !== 'function' || typeof removeEventListener !== 'function')
      throw new TypeError();
  } catch {
    throw new InvalidArgumentError('signal must be an AbortSignal');
  }
}

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
