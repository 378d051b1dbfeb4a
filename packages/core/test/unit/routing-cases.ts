import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Distribution, HashFunction, Router, Server } from '../../src/contract.js';
import { type LibmemcachedHashName, libmemcachedHash } from '../../src/route/hash/libmemcached-hash.js';
import { ketama } from '../../src/route/ketama.js';
import { modula } from '../../src/route/modula.js';
import type { Ring } from '../../src/route/ring.js';
import { virtualBucket } from '../../src/route/virtual-bucket.js';

type Behavior = [name: string, value: number];
type ServerEntry = [host: string, port: number, weight: number];

/** A set-up of libmemcached and what it made of it. */
export interface RoutingCase {
  name: string;
  servers: ServerEntry[];
  order?: string[];
  setup?: Behavior[];
  late?: Behavior[];
  state: { hash: number; distribution: number; weighted?: number };
  host_map?: number[];
  namespace?: string;
  index: number[] | string;
  points_per_server?: number[];
  ring_sha1?: string;
}

export interface RoutingVectors<C = RoutingCase> {
  keys_hex: string[];
  cases: C[];
}

/** By libmemcached's numbers. */
export const HASH_NAMES: readonly LibmemcachedHashName[] = [
  ...(['default', 'md5', 'crc', 'fnv1_64', 'fnv1a_64', 'fnv1_32', 'fnv1a_32'] as const),
  ...(['hsieh', 'murmur', 'jenkins', 'murmur3'] as const),
];

export function load<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8')) as T;
}

export function makeServer(host: string, port = 11211, weight = 1): Server {
  return host.startsWith('/')
    ? { name: host, host: undefined, port: 0, path: host, weight }
    : { name: `${host}:${port}`, host, port, path: undefined, weight };
}

export function makeServers(entries: readonly ServerEntry[]): Server[] {
  return entries.map(([host, port, weight]) => makeServer(host, port, weight));
}

/** The key in both forms a router may be given. */
export function forms(hex: string): Array<Uint8Array | string> {
  const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
  return bytes.every((byte) => byte < 0x80) ? [bytes, Buffer.from(bytes).toString('latin1')] : [bytes];
}

export function hashOf(number: number): HashFunction {
  const name = HASH_NAMES[number];
  if (name === undefined) throw new Error(`no hash has the number ${number}`);
  return libmemcachedHash(name);
}

/**
 * The hash that places the points: the key hash at the time of the last rebuild. Servers are added after `setup`,
 * which rebuilds; a change of the hash alone does not.
 */
export function pointHashOf({ setup = [], late = [], state }: RoutingCase): number {
  let keyHash = 0;
  let pointHash = 0;
  const apply = ([name, value]: Behavior) => {
    if (name === 'HASH') keyHash = value;
    if (name === 'KETAMA_WEIGHTED' && value === 1) keyHash = 1;
    if (/^(KETAMA|KETAMA_WEIGHTED|DISTRIBUTION)$/.test(name)) pointHash = keyHash;
  };
  setup.forEach(apply);
  pointHash = keyHash;
  late.forEach(apply);
  if (setup.length + late.length > 0) expect(keyHash).toBe(state.hash);
  return pointHash;
}

/** Our distribution for a state of libmemcached, by its numbers. */
export function distributionOf(test: RoutingCase): Distribution {
  const { distribution, weighted = 0 } = test.state;
  const points = { weighted: weighted === 1, pointHash: hashOf(pointHashOf(test)) };
  switch (distribution) {
    case 0:
      return modula();
    case 1:
    case 2:
    case 5:
      return ketama(points);
    case 4:
      return ketama({ ...points, spy: true });
    case 6:
      return virtualBucket(test.host_map === undefined ? {} : { map: test.host_map });
    default:
      throw new Error(`no distribution has the number ${distribution}`);
  }
}

/** The namespace's bytes where libmemcached hashes them with the key, in hexadecimal. */
export function hashedPrefix({ namespace = '', setup = [] }: RoutingCase): string {
  const isHashed = setup.some(([name, value]) => name === 'HASH_WITH_PREFIX_KEY' && value === 1);
  return isHashed ? Buffer.from(namespace).toString('hex') : '';
}

export function expectIndexes(router: Router, indexes: number[] | string, keys: readonly string[]): void {
  const expected = (Array.isArray(indexes) ? indexes : JSON.parse(indexes)) as number[];
  expect(expected.length).toBe(keys.length);
  for (const [at, hex] of keys.entries()) {
    for (const key of forms(hex)) expect(router.serverFor(key), `key ${hex}`).toBe(expected[at]);
  }
}

/** Compares all points of a ring; `indexes` are those of its servers in the list. */
export function expectRing(
  router: Router,
  test: Pick<RoutingCase, 'points_per_server' | 'ring_sha1'>,
  indexes: readonly number[],
): void {
  const points = (router as Ring).points().map(([value, owner]) => [value, indexes[owner]] as const);
  const counts = test.points_per_server?.map(
    (_, server) => points.filter((point) => point[1] === server).length,
  );
  expect(counts).toEqual(test.points_per_server);
  const text = points.map(([value, owner]) => `${value}:${owner}`).join(',');
  expect(createHash('sha1').update(text).digest('hex')).toBe(test.ring_sha1);
}
