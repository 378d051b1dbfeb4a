import type { HashFunction } from '../../contract.js';
import { ConfigurationError } from '../../errors.js';
import { checkOptionTypes } from '../../option-checks.js';
import { crc } from './crc.js';
import { FNV1A32, FNV1A64, FNV32, FNV64, fnv1a32, fnv1a64, fnv32, fnv64, fnvOf } from './fnv.js';
import { hsieh, hsiehOf } from './hsieh.js';
import { jenkins } from './jenkins.js';
import { UNSIGNED_CHAR } from './key-bytes.js';
import { md5 } from './md5.js';
import { murmur, murmur3 } from './murmur.js';
import { oneAtATime, oneAtATimeOf } from './one-at-a-time.js';

/** libmemcached's and pylibmc's name of a hash; pylibmc has no murmur3. */
export type LibmemcachedHashName =
  | 'default'
  | 'md5'
  | 'crc'
  | 'fnv1_64'
  | 'fnv1a_64'
  | 'fnv1_32'
  | 'fnv1a_32'
  | 'hsieh'
  | 'murmur'
  | 'jenkins'
  | 'murmur3';

const SIGNED: Readonly<Record<LibmemcachedHashName, HashFunction>> = {
  default: oneAtATime,
  md5,
  crc,
  fnv1_64: fnv64,
  fnv1a_64: fnv1a64,
  fnv1_32: fnv32,
  fnv1a_32: fnv1a32,
  hsieh,
  murmur,
  jenkins,
  murmur3,
};

/** What differs where `char` is unsigned, for keys that are not ASCII. */
const UNSIGNED: Readonly<Partial<Record<LibmemcachedHashName, HashFunction>>> = {
  default: (key) => oneAtATimeOf(key, UNSIGNED_CHAR),
  fnv1_64: (key) => fnvOf(FNV64, key, UNSIGNED_CHAR),
  fnv1a_64: (key) => fnvOf(FNV1A64, key, UNSIGNED_CHAR),
  fnv1_32: (key) => fnvOf(FNV32, key, UNSIGNED_CHAR),
  fnv1a_32: (key) => fnvOf(FNV1A32, key, UNSIGNED_CHAR),
  hsieh: (key) => hsiehOf(key, UNSIGNED_CHAR),
};

/** Options of {@link libmemcachedHash}. */
export interface LibmemcachedHashOptions {
  /**
   * Whether the fleet's libmemcached was built where C's `char` is signed. True (default): x86. False: Linux on arm64,
   * ppc64 and s390x. It matters to default, fnv1_64, fnv1a_64, fnv1_32, fnv1a_32 and hsieh, and only for keys that are
   * not ASCII.
   */
  readonly signedChars?: boolean;
}

/**
 * The hash that libmemcached knows by this name, for the option `hash`.
 *
 * @throws ConfigurationError for a name that is none of its, or wrong options
 */
export function libmemcachedHash(
  name: LibmemcachedHashName,
  options: LibmemcachedHashOptions = {},
): HashFunction {
  if (!Object.hasOwn(SIGNED, name)) {
    throw new ConfigurationError(`libmemcached has no such hash; it has ${Object.keys(SIGNED).join(', ')}`);
  }
  checkOptionTypes('libmemcachedHash', options, { signedChars: 'boolean' });
  const { signedChars = true } = options;
  return (signedChars ? undefined : UNSIGNED[name]) ?? SIGNED[name];
}
