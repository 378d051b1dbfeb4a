import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HashFunction, Server } from '../../src/contract.js';
import { crc } from '../../src/route/hash/crc.js';
import { fnv1a32, fnv1a64 } from '../../src/route/hash/fnv1a.js';
import { jenkins } from '../../src/route/hash/jenkins.js';
import { md5 } from '../../src/route/hash/md5.js';
import { oneAtATime } from '../../src/route/hash/one-at-a-time.js';
import { ketama, ketamaPointCounts } from '../../src/route/ketama.js';
import { modula } from '../../src/route/modula.js';
import type { Ring } from '../../src/route/ring.js';

interface RoutingCase {
  name: string;
  servers: Array<[host: string, port: number, weight: number]>;
  state: { hash: number; weighted: number };
  index: string;
  points_per_server: number[];
  ring_sha1?: string;
  ring?: Array<[number, number]>;
  ring_head?: Array<[number, number]>;
}

interface RoutingVectors {
  keys_hex: string[];
  cases: RoutingCase[];
}

/** libmemcached's numbers of the hashes the vectors use. */
const HASHES = new Map<number, HashFunction>([
  [0, oneAtATime],
  [1, md5],
  [2, crc],
  [4, fnv1a64],
  [6, fnv1a32],
  [9, jenkins],
]);

function load<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8')) as T;
}

function toServers(entries: RoutingCase['servers']): Server[] {
  return entries.map(([host, port, weight]) =>
    host.startsWith('/')
      ? { name: host, host: undefined, port: 0, path: host, weight }
      : { name: `${host}:${port}`, host, port, path: undefined, weight },
  );
}

/** The key in both forms a router may be given. */
function forms(hex: string): Array<Uint8Array | string> {
  const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
  return bytes.every((byte) => byte < 0x80) ? [bytes, Buffer.from(bytes).toString('latin1')] : [bytes];
}

function hashOf(test: RoutingCase): HashFunction {
  const hash = HASHES.get(test.state.hash);
  if (hash === undefined)
    throw new Error(`the vectors use hash ${test.state.hash}, which has no function here`);
  return hash;
}

function expectIndexes(
  router: { serverFor(key: Uint8Array | string): number },
  test: RoutingCase,
  keys: string[],
) {
  const expected = (Array.isArray(test.index) ? test.index : JSON.parse(test.index)) as number[];
  expect(expected.length).toBe(keys.length);
  for (const [at, hex] of keys.entries()) {
    for (const key of forms(hex)) expect(router.serverFor(key), `key ${hex}`).toBe(expected[at]);
  }
}

describe('hashes of the vectors', () => {
  const { vectors } = load<{ vectors: Array<Record<string, number> & { hex: string }> }>('hashes');
  const named: Array<[string, HashFunction]> = [
    ['default', oneAtATime],
    ['md5', md5],
    ['crc', crc],
    ['fnv1a_64', fnv1a64],
    ['fnv1a_32', fnv1a32],
    ['jenkins', jenkins],
  ];
  it.each(named)('%s', (name, hash) => {
    expect(vectors.length).toBeGreaterThanOrEqual(190);
    for (const vector of vectors) {
      for (const key of forms(vector.hex)) expect(hash(key), `key ${vector.hex}`).toBe(vector[name]);
    }
  });

  it('md5 is the md5 of node:crypto for every length up to three blocks and beyond', () => {
    for (let length = 0; length < 700; length += 1) {
      const text = 'abcdefghij'.repeat(70).slice(0, length);
      expect(md5(text)).toBe(createHash('md5').update(text).digest().readUInt32LE(0));
    }
  });
});

describe('modula.json', () => {
  const vectors = load<RoutingVectors>('modula');
  it.each(vectors.cases.map((test) => [test.name, test] as const))('%s', (_name, test) => {
    expectIndexes(modula().build(toServers(test.servers), hashOf(test)), test, vectors.keys_hex);
  });
});

describe('ketama-weighted.json', () => {
  const vectors = load<RoutingVectors>('ketama-weighted');
  it.each(vectors.cases.map((test) => [test.name, test] as const))('%s', (_name, test) => {
    const weighted = test.state.weighted === 1;
    const ring = ketama({ weighted }).build(toServers(test.servers), hashOf(test)) as Ring;
    const points = ring.points();
    const text = points.map(([value, owner]) => `${value}:${owner}`).join(',');
    expect(test.servers.map((_, server) => points.filter(([, owner]) => owner === server).length)).toEqual(
      test.points_per_server,
    );
    expect(createHash('sha1').update(text).digest('hex')).toBe(test.ring_sha1);
    expectIndexes(ring, test, vectors.keys_hex);
  });
});

describe('ketama-weight-points.json', () => {
  const vectors = load<{ cases: Array<{ weights: number[]; points: number[] }> }>('ketama-weight-points');
  it(`gives the points of all ${vectors.cases.length} weight lists`, () => {
    expect(vectors.cases.length).toBeGreaterThanOrEqual(228);
    for (const { weights, points } of vectors.cases) expect(ketamaPointCounts(weights)).toEqual(points);
  });
});
