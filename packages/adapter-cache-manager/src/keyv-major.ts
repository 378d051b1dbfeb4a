import type { Keyv } from 'keyv';

const WARNING =
  'cache-manager 7 needs Keyv 5 and was given a Keyv 6: wrap() never hits and ttl() is undefined with it. Install keyv@5';

/** Whether something is a Keyv, of whichever major version. */
export function isKeyv(value: unknown): value is Keyv {
  if (typeof value !== 'object' || value === null) return false;
  return ['getMany', 'hooks', 'stats'].every((name) => name in value);
}

/** Has Node print a warning where a Keyv is of version 6, which works with cache-manager only in part. */
export function warnOfKeyv6(keyv: Keyv): void {
  // Version 5 keeps its options in `opts`, as cache-manager and NestJS expect; version 6 has no such property.
  if (!('opts' in keyv)) process.emitWarning(WARNING, { code: 'MC_KEYV_6' });
}
