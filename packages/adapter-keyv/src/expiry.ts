import { InvalidArgumentError } from '@mc/memcached';

/** Last second that memcached can hold. Source: memcached protocol.txt, "Expiration times". */
const LAST_SECOND = 2_147_483_647;

/** Last millisecond that an entry has room for: in the year 5188. */
const LAST_DEADLINE = 36 ** 9 - 1;

/** Stands for "never". */
export const NEVER = 0;

/**
 * When an entry with this time to live expires, in milliseconds since 1970; {@link NEVER} for none, 0 and Infinity.
 *
 * @param ttl milliseconds
 * @throws InvalidArgumentError for NaN and for what is no number
 */
export function deadlineOfTtl(ttl: number | null | undefined): number {
  if (ttl === undefined || ttl === null || ttl === 0) return NEVER;
  if (typeof ttl !== 'number' || Number.isNaN(ttl))
    throw new InvalidArgumentError('the ttl must be a number of milliseconds');
  return deadlineOf(Date.now() + ttl);
}

/**
 * When an entry expires at this time; {@link NEVER} for none and Infinity.
 *
 * @param expires milliseconds since 1970
 * @throws InvalidArgumentError for NaN and for what is no number
 */
export function deadlineOfExpires(expires: number | null | undefined): number {
  if (expires === undefined || expires === null) return NEVER;
  if (typeof expires !== 'number' || Number.isNaN(expires)) {
    throw new InvalidArgumentError('expires must be a time in milliseconds since 1970');
  }
  return deadlineOf(expires);
}

/** A whole number of milliseconds, never 0, which would mean never. */
function deadlineOf(time: number): number {
  if (time > LAST_DEADLINE) return NEVER;
  return Math.max(1, Math.ceil(time));
}

/** True where the deadline of what is to be written has passed already. */
export function isPast(deadline: number): boolean {
  return deadline !== NEVER && deadline <= Date.now();
}

/** True where what was read is not to be seen any more. */
export function isExpired(deadline: number): boolean {
  return deadline !== NEVER && Date.now() > deadline;
}

/**
 * Seconds that the server is to keep an entry. memcached's seconds end up to a second early, so it gets one more;
 * the deadline in the entry decides. 0, for ever, where the server cannot hold the time.
 */
export function secondsOnServer(deadline: number): number {
  if (deadline === NEVER) return 0;
  const now = Date.now();
  // Never 0, which would mean for ever: what is moved late may have expired meanwhile.
  const seconds = Math.max(1, Math.ceil((deadline - now) / 1000) + 1);
  return Math.ceil(now / 1000) + seconds >= LAST_SECOND ? 0 : seconds;
}
