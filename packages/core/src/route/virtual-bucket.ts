import type { Distribution, HashFunction, Router, Server } from '../contract.js';
import { ConfigurationError } from '../errors.js';
import { checkOptionTypes } from '../option-checks.js';
import { oneAtATime } from './hash/one-at-a-time.js';

/** Options of {@link virtualBucket}. */
export interface VirtualBucketOptions {
  /**
   * Index of each bucket's server in the list; as many entries as a power of two. Default: none, and the low bits of
   * the hash are the index itself.
   */
  readonly map?: readonly number[];
}

/**
 * libmemcached's MEMCACHED_DISTRIBUTION_VIRTUAL_BUCKET: the low bits of the hash are the bucket, and a map, usually
 * given by a cluster manager, tells its server. Weights are ignored. Without a map, and with servers whose number is
 * no power of two, some servers get no key: 3 servers use the first and the third only.
 *
 * @throws ConfigurationError for a map that is empty, whose length is no power of two or, when the client is made,
 * that names a server which is not in the list
 */
export function virtualBucket(options: VirtualBucketOptions = {}): Distribution {
  checkOptionTypes('virtualBucket', options, { map: '' });
  const map = options.map === undefined ? undefined : checkedMap(options.map);
  return {
    defaultHash: oneAtATime,
    build: (servers: readonly Server[], hash: HashFunction): Router => {
      const count = servers.length;
      if (map === undefined) return { serverFor: (key) => (hash(key) & (count - 1)) >>> 0 };
      if (map.some((index) => index >= count)) {
        throw new ConfigurationError(`the map of virtualBucket names a server past the ${count} of the list`);
      }
      const mask = map.length - 1;
      return { serverFor: (key) => map[hash(key) & mask] as number };
    },
  };
}

function checkedMap(map: readonly number[]): Uint32Array {
  if (!Array.isArray(map)) throw new ConfigurationError('the map of virtualBucket must be an array');
  const { length } = map;
  if (length === 0 || (length & (length - 1)) !== 0) {
    throw new ConfigurationError('the map of virtualBucket must have as many entries as a power of two');
  }
  if (![...map].every((index) => Number.isInteger(index) && index >= 0 && index < 2 ** 32)) {
    throw new ConfigurationError('the map of virtualBucket must hold indexes of servers');
  }
  return Uint32Array.from(map);
}
