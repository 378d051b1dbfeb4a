import { MemcachedError } from '@mc/protocol';

/** Longest wait a timer can hold, in milliseconds. */
const MAX_INTERVAL_MS = 2_147_483_647;
/** The client gives a look up after this long, so a longer timeout would never be seen. */
const MAX_TIMEOUT_MS = 10_000;
const DEFAULT_TIMEOUT_MS = 5000;

/** An option is wrong; code `MC_CONFIGURATION`. */
export function wrongOption(message: string, cause?: unknown): MemcachedError {
  return new MemcachedError('MC_CONFIGURATION', message, { cause });
}

/** @throws MemcachedError `MC_CONFIGURATION` for what is no object, or names an option that there is not */
export function checkOptionNames(options: object, names: readonly string[], of: string): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw wrongOption(`the options of ${of} must be an object`);
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw wrongOption(`${of} has no option ${unknown}: it takes ${names.join(', ')}`);
}

/** @throws MemcachedError `MC_CONFIGURATION` */
export function checkInterval(intervalMs: number): number {
  if (typeof intervalMs === 'number' && intervalMs >= 1 && intervalMs <= MAX_INTERVAL_MS) return intervalMs;
  throw wrongOption('intervalMs must be a number of milliseconds from 1 to 2^31 - 1');
}

/** @throws MemcachedError `MC_CONFIGURATION` */
export function checkTimeout(timeoutMs: number = DEFAULT_TIMEOUT_MS): number {
  if (typeof timeoutMs === 'number' && timeoutMs >= 1 && timeoutMs <= MAX_TIMEOUT_MS) return timeoutMs;
  throw wrongOption(
    `timeoutMs must be a number of milliseconds from 1 to ${MAX_TIMEOUT_MS}: the client waits no longer for a list`,
  );
}
