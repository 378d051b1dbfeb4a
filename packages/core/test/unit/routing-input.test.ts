import { describe, expect, it } from 'vitest';
import type { Distribution, HashFunction } from '../../src/contract.js';
import { ConfigurationError } from '../../src/errors.js';
import { md5 } from '../../src/route/hash/md5.js';
import { jumpHash } from '../../src/route/jump-hash.js';
import { ketama } from '../../src/route/ketama.js';
import { modula } from '../../src/route/modula.js';
import { random } from '../../src/route/random.js';
import { rendezvous } from '../../src/route/rendezvous.js';
import type { Ring } from '../../src/route/ring.js';
import { routerWithout } from '../../src/route/router-without.js';
import { buildRouting } from '../../src/route/routing.js';
import { sortHosts } from '../../src/route/sort-hosts.js';
import { virtualBucket } from '../../src/route/virtual-bucket.js';
import { makeServer } from './routing-cases.js';

const servers = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'].map((host) => makeServer(host));

const DISTRIBUTIONS: ReadonlyArray<readonly [string, Distribution]> = [
  ['modula', modula()],
  ['ketama', ketama()],
  ['ketama, unweighted', ketama({ weighted: false })],
  ['virtualBucket', virtualBucket()],
  ['virtualBucket with a map', virtualBucket({ map: [3, 2, 1, 0, 0, 1, 2, 3] })],
  ['rendezvous', rendezvous()],
  ['jumpHash', jumpHash()],
];

describe.each(DISTRIBUTIONS)('a hash of the user: %s', (_name, distribution) => {
  const place = (hash: HashFunction) => distribution.build(servers, hash).serverFor('key');

  it.each([0, 1, 77, 2 ** 31, 2 ** 32 - 1])(
    '%i, as it is, signed, with a fraction and past 2^32',
    (value) => {
      const expected = place(() => value);
      for (const same of [value | 0, value + 0.75, value + 2 ** 32]) expect(place(() => same)).toBe(expected);
    },
  );

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -0, undefined as unknown as number])(
    '%s counts as 0',
    (value) => {
      expect(place(() => value)).toBe(place(() => 0));
    },
  );

  it.each([-1, -0.5, 1e300, -1e300, Number.MIN_VALUE])('%d names a server', (value) => {
    expect(servers[place(() => value)]).toBeDefined();
  });
});

describe('buildRouting', () => {
  it('gives the hash of the configuration as a uint32', () => {
    expect(buildRouting(servers, () => -1, modula()).hash('key')).toBe(4_294_967_295);
    expect(buildRouting(servers, () => Number.NaN, modula()).hash('key')).toBe(0);
    expect(buildRouting(servers, undefined, undefined).hash('foo')).toBe(3_675_831_724);
    expect(buildRouting(servers, undefined, modula()).hash('foo')).toBe(596_015_325);
  });

  it('does not hash for a single server', () => {
    const hash = () => {
      throw new Error('hashed');
    };
    expect(buildRouting(servers.slice(0, 1), hash, undefined).router.serverFor('key')).toBe(0);
  });

  it.each([null, 'ketama', {}, ketama])('refuses the distribution %j', (distribution) => {
    expect(() => buildRouting(servers, md5, distribution as Distribution)).toThrow(ConfigurationError);
  });

  it.each(['md5', 7, {}])('refuses the hash %j', (hash) => {
    expect(() => buildRouting(servers, hash as unknown as HashFunction, undefined)).toThrow(
      ConfigurationError,
    );
  });
});

describe('ketama', () => {
  it('refuses servers of which none has a point', () => {
    expect(() => ketama().build([], md5)).toThrow(ConfigurationError);
  });

  it('hashes a host that is not ASCII as UTF-8', () => {
    const seen: Array<Uint8Array | string> = [];
    const watch: HashFunction = (key) => {
      seen.push(key);
      return seen.length;
    };
    ketama({ weighted: false }).build([makeServer('bücher.example', 11300)], watch);
    expect(seen).toHaveLength(100);
    expect(new TextDecoder().decode(seen[7] as Uint8Array)).toBe('bücher.example:11300-7');
  });

  it('finds the server of every point, of the hashes beside it and of both ends', () => {
    const many = Array.from({ length: 40 }, (_, at) => makeServer(`10.0.1.${at}`, 11211, 1 + (at % 5)));
    const value = { now: 0 };
    const ring = ketama().build(many, () => value.now) as Ring;
    const points = ring.points();
    const first = points[0]?.[1];
    const ownerOf = (hash: number) => points.find(([point]) => point >= hash)?.[1] ?? first;
    const hashes = points.flatMap(([point]) => [point - 1, point, point + 1]);
    for (const hash of [...hashes, 0, 2 ** 32 - 1]) {
      value.now = Math.min(Math.max(hash, 0), 2 ** 32 - 1);
      expect(ring.serverFor('key'), `hash ${value.now}`).toBe(ownerOf(value.now));
    }
  });

  it('finds them on a ring whose points lie close together', () => {
    const value = { now: 0 };
    const ring = ketama({ weighted: false, pointHash: (name) => 1000 + ((md5(name) >>> 0) % 300) }).build(
      servers,
      () => value.now,
    ) as Ring;
    const points = ring.points();
    for (value.now = 990; value.now < 1310; value.now += 1) {
      const expected = points.find(([point]) => point >= value.now) ?? points[0];
      expect(ring.serverFor('key')).toBe(expected?.[1]);
    }
  });
});

describe('virtualBucket', () => {
  it.each([
    ['an empty map', []],
    ['3 entries', [0, 1, 2]],
    ['a negative index', [0, -1]],
    ['a fraction', [0, 0.5]],
    ['NaN', [0, Number.NaN]],
    ['a hole', Object.assign([0], { length: 2 })],
    ['text', '01'],
    ['null', null],
  ])('refuses %s', (_name, map) => {
    expect(() => virtualBucket({ map: map as number[] })).toThrow(ConfigurationError);
  });

  it('refuses a map that names a server past the list, when it is built', () => {
    const distribution = virtualBucket({ map: [0, 1, 2, 4] });
    expect(() => distribution.build(servers, md5)).toThrow(ConfigurationError);
    expect(distribution.build([...servers, makeServer('10.0.0.5')], () => 7).serverFor('key')).toBe(4);
  });

  it('keeps the map it was given', () => {
    const map = [0, 1];
    const router = virtualBucket({ map }).build(servers, () => 1);
    map[1] = 3;
    expect(router.serverFor('key')).toBe(1);
  });
});

describe('random', () => {
  it('takes each server as the source says', () => {
    const numbers = [0, 0.24, 0.25, 0.5, 0.999];
    const router = random(() => numbers.shift() as number).build(servers, md5);
    expect(Array.from({ length: 5 }, () => router.serverFor('key'))).toEqual([0, 0, 1, 2, 3]);
  });

  it.each([1, -0.3, Number.NaN, 17.5])('names a server also where the source gives %d', (value) => {
    expect(
      servers[
        random(() => value)
          .build(servers, md5)
          .serverFor('key')
      ],
    ).toBeDefined();
  });

  it('uses all servers by default', () => {
    const router = random().build(servers, md5);
    expect(new Set(Array.from({ length: 400 }, () => router.serverFor('key'))).size).toBe(4);
  });
});

describe('jumpHash', () => {
  it('refuses unequal weights, and takes equal ones', () => {
    const weigh = (weights: number[]) =>
      weights.map((weight, at) => makeServer(`10.0.0.${at}`, 11211, weight));
    expect(() => jumpHash().build(weigh([1, 2]), md5)).toThrow(ConfigurationError);
    expect(
      jumpHash()
        .build(weigh([2, 2]), () => 0)
        .serverFor('key'),
    ).toBe(0);
  });
});

describe('routerWithout', () => {
  it('keeps the indexes of the whole list, and is nothing where no server is left', () => {
    const without = (...ejected: number[]) => routerWithout(new Set(ejected), servers, modula(), () => 1);
    expect(without(0)?.serverFor('key')).toBe(2);
    expect(without(0, 1, 2)?.serverFor('key')).toBe(3);
    expect(without()?.serverFor('key')).toBe(1);
    expect(without(0, 1, 2, 3)).toBeUndefined();
  });
});

describe('sortHosts', () => {
  it('sorts by the bytes of host or path, then by port, and leaves the list it was given', () => {
    const given = [
      makeServer('b.example', 11212),
      makeServer('b.example', 112),
      makeServer('\u{1f600}.example'),
      makeServer('\uffee.example'),
      makeServer('B.example'),
      makeServer('b.example.org'),
      makeServer('/run/m.sock'),
    ];
    const names = given.map(({ name }) => name);
    expect(sortHosts(given).map(({ name }) => name)).toEqual([
      '/run/m.sock',
      'B.example:11211',
      'b.example:112',
      'b.example:11212',
      'b.example.org:11211',
      '\uffee.example:11211',
      '\u{1f600}.example:11211',
    ]);
    expect(given.map(({ name }) => name)).toEqual(names);
  });
});
