import type { Distribution, Router, Server } from '../contract.js';
import { oneAtATime } from './hash/one-at-a-time.js';

/**
 * Another server each time, whatever the key: libmemcached's MEMCACHED_DISTRIBUTION_RANDOM. Only for servers that all
 * hold the same, such as proxies.
 *
 * @param source a number from 0 up to, not including, 1, as `Math.random` gives; default that
 */
export function random(source: () => number = Math.random): Distribution {
  return {
    defaultHash: oneAtATime,
    build: (servers: readonly Server[]): Router => {
      const count = servers.length;
      return { serverFor: () => ((source() * count) >>> 0) % count };
    },
  };
}
