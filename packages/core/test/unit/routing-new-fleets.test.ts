import { createHash } from 'node:crypto';
import { randomFrom, testSeed } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import type { Server } from '../../src/contract.js';
import { md5 } from '../../src/route/hash/md5.js';
import { jump, jumpHash } from '../../src/route/jump-hash.js';
import { rendezvous } from '../../src/route/rendezvous.js';
import { makeServer } from './routing-cases.js';

const SEED = testSeed();

/** The algorithm as its paper prints it, in 64-bit integers. */
function jumpAsPublished(hash: number, count: number): number {
  let key = BigInt(hash);
  let bucket = -1n;
  let next = 0n;
  while (next < BigInt(count)) {
    bucket = next;
    key = BigInt.asUintN(64, key * 2862933555777941757n + 1n);
    next = BigInt(Math.trunc(Number(bucket + 1n) * (2 ** 31 / Number((key >> 33n) + 1n))));
  }
  return Number(bucket);
}

describe('jumpHash', () => {
  it.each([
    [1, 1, 0],
    [42, 57, 43],
    [0xdead10cc, 1, 0],
    [0xdead10cc, 666, 361],
    [256, 1024, 520],
    [0, 1000, 0],
  ])('the key %i of %i is in bucket %i', (hash, count, bucket) => expect(jump(hash, count)).toBe(bucket));

  it(`is the published algorithm for any key and count (MC_SEED=${SEED})`, () => {
    const random = randomFrom(SEED);
    for (let round = 0; round < 20_000; round += 1) {
      const hash = random.chance(0.1)
        ? random.pick([0, 1, 0xffff, 0x1_0000, 2 ** 31, 2 ** 32 - 1])
        : random.integer(2 ** 32);
      const count = 1 + random.integer(random.pick([3, 100, 100_000]));
      expect(jump(hash, count), `key ${hash} of ${count}`).toBe(jumpAsPublished(hash, count));
    }
  });

  it('takes the key hash as a uint32', () => {
    const servers = [1, 2, 3, 4, 5, 6, 7].map((at) => makeServer(`10.0.0.${at}`));
    const signed = jumpHash().build(servers, (key) => md5(key) | 0);
    const router = jumpHash().build(servers, md5);
    for (let at = 0; at < 200; at += 1) {
      expect(router.serverFor(`key-${at}`)).toBe(jump(md5(`key-${at}`), 7));
      expect(signed.serverFor(`key-${at}`)).toBe(router.serverFor(`key-${at}`));
    }
  });
});

/** The definition of the rendezvous, with all logarithms and in 64-bit integers. */
function rendezvousAsDefined(hash: number, servers: readonly Server[]): number {
  const u32 = (value: bigint) => BigInt.asUintN(32, value);
  const avalanche = (word: bigint) => {
    const first = u32((word ^ (word >> 16n)) * 0x85eb_ca6bn);
    const second = u32((first ^ (first >> 13n)) * 0xc2b2_ae35n);
    return second ^ (second >> 16n);
  };
  const draws = servers.map(({ name, weight }) => {
    const digest = createHash('md5').update(name).digest();
    const [place, seed] = [BigInt(digest.readUInt32LE(0)), BigInt(digest.readUInt32LE(4))];
    const high = avalanche(u32((BigInt(hash) ^ place) * (seed | 1n)));
    const low = avalanche(high ^ seed);
    const u = Number(2n * ((high << 20n) | (low >> 12n)) + 1n) / 2 ** 53;
    return -Math.log(u) / weight;
  });
  return draws.indexOf(Math.min(...draws));
}

describe('rendezvous', () => {
  it(`is its definition for any servers and weights (MC_SEED=${SEED})`, () => {
    const random = randomFrom(SEED);
    for (let round = 0; round < 60; round += 1) {
      const servers = Array.from({ length: 1 + random.integer(30) }, (_, at) =>
        makeServer(
          random.pick([`10.0.0.${at}`, `bücher-${at}`, `/run/${at}.sock`]),
          11211 + at,
          1 + random.integer(9),
        ),
      );
      const router = rendezvous().build(servers, md5);
      for (let at = 0; at < 50; at += 1) {
        const key = `key-${random.integer(1e6)}`;
        expect(router.serverFor(key), key).toBe(rendezvousAsDefined(md5(key), servers));
      }
    }
  });

  it('places keys where it always has', () => {
    const servers = ['a', 'b', 'c', 'd', 'e'].map((name, at) => makeServer(`${name}.example`, 11211, 1 + at));
    const router = rendezvous().build(servers, md5);
    const found = Array.from({ length: 24 }, (_, at) => router.serverFor(`key-${at}`)).join('');
    expect(found).toBe('342132334302212433132232');
  });
});
