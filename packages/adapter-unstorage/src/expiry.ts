import { InvalidArgumentError } from '@mc/memcached';

/** The last second that memcached can hold. */
const LAST_SECOND = 2 ** 31 - 1;

/** How long an item lives. */
export interface Expiry {
  /** For the client. The server counts in whole seconds, so it is given one more and nothing ends early. */
  readonly ttl: number;
  /** The end in milliseconds since 1970, exactly; 0 for never. */
  readonly endsAtMs: number;
}

const NEVER: Expiry = { ttl: 0, endsAtMs: 0 };

/**
 * What a ttl in seconds asks for: 0 and what ends after 2038 never expire, a negative one has ended.
 *
 * @throws InvalidArgumentError
 */
export function expiryOf(seconds: number): Expiry {
  if (typeof seconds !== 'number' || Number.isNaN(seconds)) {
    throw new InvalidArgumentError('ttl must be a number of seconds');
  }
  if (seconds === 0) return NEVER;
  const now = Date.now();
  const endsAtMs = now + seconds * 1000;
  if (seconds < 0) return { ttl: -1, endsAtMs: Math.max(1, endsAtMs) };
  const ttl = Math.ceil(seconds) + 1;
  return now / 1000 + ttl >= LAST_SECOND ? NEVER : { ttl, endsAtMs };
}
