import { InvalidArgumentError } from '@mc/memcached';
import type { SessionData } from 'express-session';

/** The last second that memcached can hold. */
const LAST_SECOND = 2 ** 31 - 1;

/**
 * The client's ttl for `seconds`: one more, because the server counts in whole seconds and nothing may end early. 0 and
 * what ends after 2038 never expire; a negative one has ended.
 *
 * @throws InvalidArgumentError
 */
export function exptimeOf(seconds: number): number {
  if (typeof seconds !== 'number' || Number.isNaN(seconds)) {
    throw new InvalidArgumentError('ttl must be a number of seconds');
  }
  if (seconds <= 0) return Math.sign(seconds);
  const ttl = Math.ceil(seconds) + 1;
  return Date.now() / 1000 + ttl >= LAST_SECOND ? 0 : ttl;
}

/**
 * The ttl of a session: until its cookie expires, else `defaultSeconds`.
 *
 * @throws InvalidArgumentError where the cookie says something that is no time
 */
export function ttlOf(session: SessionData, defaultSeconds: number): number {
  const left = millisecondsLeft(session.cookie);
  if (left === undefined) return exptimeOf(defaultSeconds);
  return left <= 0 ? -1 : exptimeOf(left / 1000);
}

/** What a cookie may say, whether it is the host's own or was read as JSON. */
interface Times {
  readonly expires?: Date | string | number | boolean | null | undefined;
  readonly maxAge?: number | null | undefined;
}

function millisecondsLeft(cookie: Times | undefined): number | undefined {
  const { expires, maxAge } = cookie ?? {};
  if (expires === undefined || expires === null || expires === false) {
    return typeof maxAge === 'number' ? maxAge : undefined;
  }
  if (expires === true) throw new InvalidArgumentError('cookie.expires must be a date');
  return new Date(expires).getTime() - Date.now();
}
