import type { Distribution, HashFunction, Router, Server } from '../contract.js';
import { checkOptionTypes } from '../option-checks.js';
import { md5, md5Words } from './hash/md5.js';
import { Ring } from './ring.js';
import { pointNamer } from './ring-name.js';
import { RingPoints } from './ring-points.js';

/** Options of {@link ketama}. */
export interface KetamaOptions {
  /**
   * True (default): points by weight, 160 for a server of average weight, placed by md5. False: 100 points a server,
   * placed by the key hash, weights ignored.
   */
  readonly weighted?: boolean;
  /**
   * True: points are named as spymemcached names them, `/host:port-0`, with the port also where it is 11211. Default
   * false. Source: MEMCACHED_DISTRIBUTION_CONSISTENT_KETAMA_SPY.
   */
  readonly spy?: boolean;
  /**
   * Places the points where `weighted` is false. Default: the key hash. For fleets whose clients change the key hash
   * after the ring was built, which libmemcached does not rebuild then.
   */
  readonly pointHash?: HashFunction;
}

const UNWEIGHTED_POINTS = 100;
const POINTS_PER_DIGEST = 4;

/**
 * Consistent hashing on libmemcached's ring (MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, or MEMCACHED_BEHAVIOR_KETAMA with
 * `weighted: false`): the default for several servers. Server names enter the ring as written: no lower-casing, no
 * DNS.
 *
 * @throws ConfigurationError
 */
export function ketama(options: KetamaOptions = {}): Distribution {
  checkOptionTypes('ketama', options, { weighted: 'boolean', spy: 'boolean', pointHash: 'function' });
  const { weighted = true, spy = false, pointHash } = options;
  return {
    defaultHash: md5,
    isConsistent: true,
    build: (servers: readonly Server[], hash: HashFunction): Router =>
      new Ring(weighted ? weightedPoints(servers, spy) : evenPoints(servers, spy, pointHash ?? hash), hash),
  };
}

function evenPoints(servers: readonly Server[], spy: boolean, hash: HashFunction): RingPoints {
  const points = new RingPoints(servers.length * UNWEIGHTED_POINTS);
  for (const [index, server] of servers.entries()) {
    const nameOf = pointNamer(server, spy);
    for (let j = 0; j < UNWEIGHTED_POINTS; j += 1) points.add(hash(nameOf(j)), index);
  }
  return points;
}

function weightedPoints(servers: readonly Server[], spy: boolean): RingPoints {
  const counts = ketamaPointCounts(servers.map((server) => server.weight));
  const points = new RingPoints(counts.reduce((sum, count) => sum + count, 0));
  for (const [index, server] of servers.entries()) {
    const nameOf = pointNamer(server, spy);
    const digests = (counts[index] as number) / POINTS_PER_DIGEST;
    for (let j = 0; j < digests; j += 1) {
      const words = md5Words(nameOf(j));
      for (let at = 0; at < POINTS_PER_DIGEST; at += 1) points.add(words[at] as number, index);
    }
  }
  return points;
}

/**
 * Points of each server on the weighted ring. libmemcached computes them in single precision, which shows: 25 equal
 * servers get 156 points each, not 160.
 */
export function ketamaPointCounts(weights: readonly number[]): number[] {
  const f32 = Math.fround;
  const total = f32(weights.reduce((sum, weight) => sum + weight, 0));
  const servers = f32(weights.length);
  return weights.map((weight) => {
    const share = f32(f32(weight) / total);
    const digests = f32(f32(f32(share * 160) / POINTS_PER_DIGEST) * servers);
    return Math.floor(digests) * POINTS_PER_DIGEST;
  });
}
