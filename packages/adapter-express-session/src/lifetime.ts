import { InvalidArgumentError } from '@mc/memcached';
import type { SessionData } from 'express-session';

/** The last second that memcached can hold. */
const LAST_SECOND = 2 ** 31 - 1;

/**
 * The client's ttl for `seconds`: one more, because the server counts in whole seconds and nothing may end early. 0 and
 * what ends after 2038 never expire; a negative one has ended.
 */
function exptimeOf(seconds: number): number {
  if (seconds <= 0) return Math.sign(seconds);
  const ttl = Math.ceil(seconds) + 1;
  return Date.now() / 1000 + ttl >= LAST_SECOND ? 0 : ttl;
}

/**
 * The ttl of a session: until its cookie expires, else `defaultSeconds`.
 *
 * @throws InvalidArgumentError where it has no cookie, or one that says something that is no time
 */
export function ttlOf(session: SessionData, defaultSeconds: number): number {
  if (!hasCookie(session)) throw new InvalidArgumentError('a session must have a cookie');
  const left = millisecondsLeft(session.cookie);
  if (left === undefined) return exptimeOf(defaultSeconds);
  return left <= 0 ? -1 : exptimeOf(left / 1000);
}

/** Every session has a cookie; the host fails on one without. */
export function hasCookie(session: SessionData | null | undefined): session is SessionData {
  return typeof session?.cookie === 'object' && session.cookie !== null;
}

/**
 * Where the time of a stored cookie has passed, the session is there because it was touched since, and the data were not
 * sent: it has at most what it was given then. Else a page would be told that less than nothing is left.
 */
export function renewExpired({ cookie }: SessionData): void {
  const { originalMaxAge } = cookie;
  const expires: Times['expires'] = cookie.expires;
  if (typeof originalMaxAge !== 'number' || originalMaxAge <= 0) return;
  if (expires === undefined || expires === null || typeof expires === 'boolean') return;
  if (!(new Date(expires).getTime() <= Date.now())) return;
  const end = new Date(Date.now() + originalMaxAge);
  (cookie as { expires: Date | string }).expires = typeof expires === 'string' ? end.toISOString() : end;
}

/** What a cookie may say, whether it is the host's own or was read as JSON. */
interface Times {
  readonly expires?: Date | string | number | boolean | null | undefined;
  readonly maxAge?: number | null | undefined;
}

function millisecondsLeft({ expires, maxAge }: Times): number | undefined {
  if (expires === undefined || expires === null || expires === false) {
    if (typeof maxAge !== 'number') return undefined;
    if (Number.isNaN(maxAge))
      throw new InvalidArgumentError('cookie.maxAge must be a number of milliseconds');
    return maxAge;
  }
  const left = expires === true ? Number.NaN : new Date(expires).getTime() - Date.now();
  if (Number.isNaN(left)) throw new InvalidArgumentError('cookie.expires must be a date');
  return left;
}
