import type { Distribution, HashFunction, Router, Server } from '../contract.js';
import { oneAtATime } from './hash/one-at-a-time.js';

/**
 * The hash modulo the number of servers, weights ignored: libmemcached's MEMCACHED_DISTRIBUTION_MODULA, the default
 * of pylibmc and php-memcached together with the hash one-at-a-time. Changing the server list moves nearly all keys.
 */
export function modula(): Distribution {
  return {
    defaultHash: oneAtATime,
    build: (servers: readonly Server[], hash: HashFunction): Router => {
      const count = servers.length;
      return { serverFor: (key) => (hash(key) >>> 0) % count };
    },
  };
}
