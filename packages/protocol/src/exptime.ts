import { InvalidArgumentError } from './errors.js';

/** Longest time that memcached reads as relative: 30 days, in seconds (protocol.txt, "Expiration times"). */
export const MAX_RELATIVE_SECONDS = 2_592_000;

/** Largest exptime; a server reads anything above as negative, so the item would be gone at once. */
const MAX_EXPTIME = 2_147_483_647;

declare const exptime: unique symbol;

/** An expiration time that has been checked and may be written. */
export type Exptime = number & { readonly [exptime]: true };

/** Never expires. */
export const NEVER: Exptime = 0 as Exptime;

const AT_ONCE = -1 as Exptime;

/**
 * The exptime to send.
 *
 * @param ttl seconds from now (0: never; fractions round up; negative: at once; over 30 days: sent as an absolute
 *   time), or a `Date` (one not in the future means at once)
 * @param nowMs the clock, milliseconds since 1970
 * @throws InvalidArgumentError for NaN, an infinity, an invalid date, or a time past 2^31 - 1
 */
export function exptimeOf(ttl: number | Date | undefined, nowMs: number): Exptime {
  if (ttl === undefined || ttl === 0) return NEVER;
  if (typeof ttl === 'number') return fromSeconds(ttl, nowMs);
  if (ttl instanceof Date) return fromDate(ttl.getTime(), nowMs);
  throw new InvalidArgumentError('ttl must be a number of seconds or a Date');
}

function fromSeconds(ttl: number, nowMs: number): Exptime {
  if (!Number.isFinite(ttl)) throw new InvalidArgumentError('ttl must be a finite number of seconds');
  if (ttl < 0) return AT_ONCE;
  const seconds = Math.ceil(ttl);
  if (seconds <= MAX_RELATIVE_SECONDS) return seconds as Exptime;
  return absolute(Math.ceil(nowMs / 1000 + ttl));
}

function fromDate(timeMs: number, nowMs: number): Exptime {
  if (Number.isNaN(timeMs)) throw new InvalidArgumentError('ttl is an invalid Date');
  if (timeMs <= nowMs) return AT_ONCE;
  const seconds = Math.ceil(timeMs / 1000);
  // A clock that stands in January 1970 would have this read as relative.
  return seconds <= MAX_RELATIVE_SECONDS
    ? (Math.ceil((timeMs - nowMs) / 1000) as Exptime)
    : absolute(seconds);
}

function absolute(seconds: number): Exptime {
  if (seconds > MAX_EXPTIME) {
    throw new InvalidArgumentError('ttl ends after 2038-01-19T03:14:07Z, the last time memcached can hold');
  }
  return seconds as Exptime;
}

/** The exptime, or `maxSeconds` from now where that comes earlier. */
export function limitExptime(exptime: Exptime, maxSeconds: number, nowMs: number): Exptime {
  if (exptime === NEVER) return maxSeconds as Exptime;
  const leftSeconds = exptime <= MAX_RELATIVE_SECONDS ? exptime : exptime - Math.floor(nowMs / 1000);
  return leftSeconds <= maxSeconds ? exptime : (maxSeconds as Exptime);
}

/**
 * The delay of a `flush_all`, in seconds; fractions round up.
 *
 * @throws InvalidArgumentError for a negative delay and for what {@link exptimeOf} refuses
 */
export function flushDelayOf(delaySeconds: number, nowMs: number): Exptime {
  if (typeof delaySeconds !== 'number' || delaySeconds < 0) {
    throw new InvalidArgumentError('delaySeconds must be a number of at least 0');
  }
  return exptimeOf(delaySeconds, nowMs);
}
