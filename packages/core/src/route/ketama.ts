import type { Distribution, HashFunction, Router, Server } from '../contract.js';
import { md5, md5Words } from './hash/md5.js';
import { Ring, type RingPoints } from './ring.js';

/** Options of {@link ketama}. */
export interface KetamaOptions {
  /**
   * True (default): points by weight, 160 for a server of average weight, placed by md5. False: 100 points a server,
   * placed by the key hash, weights ignored.
   */
  readonly weighted?: boolean;
}

const UNWEIGHTED_POINTS = 100;
const POINTS_PER_DIGEST = 4;
const DEFAULT_PORT = 11211;

/**
 * Consistent hashing on libmemcached's ring (MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, or MEMCACHED_BEHAVIOR_KETAMA with
 * `weighted: false`): the default for several servers. Server names enter the ring as written: no lower-casing, no
 * DNS.
 */
export function ketama(options: KetamaOptions = {}): Distribution {
  const weighted = options.weighted ?? true;
  return {
    defaultHash: md5,
    build: (servers: readonly Server[], hash: HashFunction): Router =>
      new Ring(weighted ? weightedPoints(servers) : evenPoints(servers, hash), hash),
  };
}

function evenPoints(servers: readonly Server[], hash: HashFunction): RingPoints {
  const count = servers.length * UNWEIGHTED_POINTS;
  const values = new Uint32Array(count);
  const owners = new Uint32Array(count);
  let at = 0;
  for (const [index, server] of servers.entries()) {
    for (let j = 0; j < UNWEIGHTED_POINTS; j += 1) {
      values[at] = hash(`${ringName(server)}-${j}`);
      owners[at] = index;
      at += 1;
    }
  }
  return { values, owners };
}

function weightedPoints(servers: readonly Server[]): RingPoints {
  const counts = ketamaPointCounts(servers.map((server) => server.weight));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const values = new Uint32Array(total);
  const owners = new Uint32Array(total);
  let at = 0;
  for (const [index, server] of servers.entries()) {
    const name = ringName(server);
    const digests = (counts[index] as number) / POINTS_PER_DIGEST;
    for (let j = 0; j < digests; j += 1) {
      values.set(md5Words(`${name}-${j}`), at);
      owners.fill(index, at, at + POINTS_PER_DIGEST);
      at += POINTS_PER_DIGEST;
    }
  }
  return { values, owners };
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

/** What libmemcached writes into the ring: the port is left out where it is the default. */
function ringName(server: Server): string {
  if (server.path !== undefined) return `${server.path}:0`;
  return server.port === DEFAULT_PORT ? `${server.host}` : `${server.host}:${server.port}`;
}
