import { faultyTransport } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../src/client.js';
import type { MemcachedClient, Transport } from '../../src/contract.js';
import { ConfigurationError } from '../../src/errors.js';
import {
  type PylibmcBehaviors,
  type PylibmcBehaviorsOptions,
  pylibmcBehaviors,
} from '../../src/pylibmc-behaviors.js';
import { libmemcachedHash } from '../../src/route/hash/libmemcached-hash.js';
import { md5 } from '../../src/route/hash/md5.js';
import { ketama } from '../../src/route/ketama.js';
import type { PylibmcHashName } from '../../src/route/pylibmc-mapping.js';
import type { Ring } from '../../src/route/ring.js';
import { forms, load, makeServer } from './routing-cases.js';

interface PylibmcCase {
  name: string;
  servers: string[];
  behaviors: PylibmcBehaviors | null;
  late_setitem: Array<[name: string, value: unknown]> | null;
  late_assign: PylibmcBehaviors | null;
  index: number[];
  clone_same: boolean;
  clone_index?: number[];
}

const vectors = load<{ keys_hex: string[]; cases: PylibmcCase[] }>('pylibmc-distribution');

const unreachable: Transport = {
  connect: () => {
    throw new Error('no connection is needed to tell the server of a key');
  },
};

function open(
  servers: string[],
  behaviors?: PylibmcBehaviors,
  options?: PylibmcBehaviorsOptions,
): MemcachedClient {
  return createClient({ servers, transport: unreachable, ...pylibmcBehaviors(behaviors, options) });
}

function expectMapping(client: MemcachedClient, expected: readonly number[]): void {
  const names = client.servers().map(({ name }) => name);
  expect(expected.length).toBe(vectors.keys_hex.length);
  for (const [at, hex] of vectors.keys_hex.entries()) {
    const index = (key: Uint8Array | string) => names.indexOf(client.serverFor(key).name);
    for (const key of forms(hex)) expect(index(key), `key ${hex}`).toBe(expected[at]);
  }
}

function laterOf({ late_setitem: items, late_assign: assigned }: PylibmcCase): PylibmcBehaviors[] {
  return [
    ...(items ?? []).map(([name, value]) => ({ [name]: value })),
    ...(assigned === null ? [] : [assigned]),
  ];
}

describe('pylibmc-distribution.json', () => {
  it('has 47 cases, 8 of them with another mapping in a clone', () => {
    expect(vectors.cases.length).toBe(47);
    expect(vectors.cases.filter(({ clone_index }) => clone_index !== undefined).length).toBe(8);
  });

  const named = vectors.cases.map((test) => [test.name, test] as const);
  it.each(named)('%s', (_name, test) => {
    const behaviors = test.behaviors ?? {};
    const later = laterOf(test);
    expectMapping(open(test.servers, behaviors, { later }), test.index);
    expect(test.clone_same).toBe(test.clone_index === undefined);
    const clone = open(test.servers, behaviors, { later, mapping: 'clone' });
    expectMapping(clone, test.clone_index ?? test.index);
  });
});

/** The points of the ring that these behaviors make of the servers, a part of a whole list or all of it. */
function ringOf(behaviors: PylibmcBehaviors, weights: number[], all?: number[]): Ring {
  const toServers = (list: number[]) =>
    list.map((weight, at) => makeServer(`10.0.0.${at + 1}`, 11211, weight));
  const { distribution, hash } = pylibmcBehaviors(behaviors);
  return distribution.build(toServers(weights), hash, all && toServers(all)) as Ring;
}

function evenRing(count: number): Ring {
  const servers = Array.from({ length: count }, (_, at) => makeServer(`10.0.0.${at + 1}`));
  return ketama({ weighted: false }).build(servers, md5) as Ring;
}

describe('the order of application', () => {
  const servers = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
  const hashOf = (behaviors: PylibmcBehaviors) => open(servers, behaviors).hash('foo');
  const known = (name: PylibmcHashName) => libmemcachedHash(name)('foo');

  it('is none of the order of the object', () => {
    expect(hashOf({ hash: 'crc', ketama_weighted: true })).toBe(known('md5'));
    expect(hashOf({ ketama_weighted: true, hash: 'crc' })).toBe(known('md5'));
    expect(hashOf({ distribution: 'modula', ketama: true, hash: 'crc' })).toBe(known('crc'));
    expect(pylibmcBehaviors({ distribution: 'modula', ketama: true }).distribution.isConsistent).not.toBe(
      true,
    );
    expect(pylibmcBehaviors({ distribution: 'consistent', ketama: 0 }).distribution.isConsistent).toBe(true);
  });

  it('ketama alone keeps one-at-a-time, also for the points', () => {
    expect(hashOf({ ketama: true })).toBe(known('default'));
    const { distribution, hash } = pylibmcBehaviors({ ketama: true });
    const list = servers.map((host) => makeServer(host));
    const expected = ketama({ weighted: false }).build(list, libmemcachedHash('default')) as Ring;
    expect((distribution.build(list, hash) as Ring).points()).toEqual(expected.points());
  });

  it('ketama_weighted: false is ketama: true, and hash stays', () => {
    const weighted = ringOf({ ketama_weighted: false, hash: 'crc' }, [1, 1, 1]);
    expect(weighted.points()).toEqual(ringOf({ ketama: true, hash: 'crc' }, [1, 1, 1]).points());
    expect(hashOf({ ketama_weighted: false, hash: 'crc' })).toBe(known('crc'));
  });

  it('1 and 0 are true and false', () => {
    expect(ringOf({ ketama_weighted: 1 }, [1, 1]).points().length).toBe(320);
    expect(ringOf({ ketama_weighted: 0 }, [1, 1]).points().length).toBe(200);
    expect(pylibmcBehaviors({ _sort_hosts: 0 })).not.toHaveProperty('sortHosts');
  });

  it('later changes are made one by one', () => {
    const later = [{ ketama_weighted: true }, { hash: 'crc' }] as const;
    expect(open(servers, {}, { later }).hash('foo')).toBe(known('crc'));
    const { distribution, hash } = pylibmcBehaviors({}, { later });
    const list = servers.map((host) => makeServer(host));
    expect((distribution.build(list, hash) as Ring).points().length).toBe(480);
    expect(
      pylibmcBehaviors({ auto_eject: true, ketama: true }, { later: [{ remove_failed: 0 }] }).eject,
    ).toBe(false);
    expect(pylibmcBehaviors({ _sort_hosts: true }, { later: [{ _sort_hosts: false }] }).sortHosts).toBe(true);
  });

  it('a later sort builds the ring anew, with the hash of that time', () => {
    const list = servers.map((host) => makeServer(host));
    const pointsOf = (later: PylibmcBehaviors[]) => {
      const { distribution, hash } = pylibmcBehaviors({ ketama: true }, { later });
      return (distribution.build(list, hash) as Ring).points();
    };
    expect(pointsOf([{ hash: 'md5' }])).not.toEqual(evenRing(3).points());
    expect(pointsOf([{ hash: 'md5' }, { _sort_hosts: true }])).toEqual(evenRing(3).points());
  });
});

describe('a weight over 1', () => {
  it('makes the ring a weighted one', () => {
    const behaviors = { ketama: true, hash: 'md5' } as const;
    expect(ringOf(behaviors, [1, 1, 1]).points()).toEqual(evenRing(3).points());
    const heavy = [1, 2, 1].map((weight, at) => makeServer(`10.0.0.${at + 1}`, 11211, weight));
    expect(ringOf(behaviors, [1, 2, 1]).points()).toEqual((ketama().build(heavy, md5) as Ring).points());
  });

  it('counts also where that server is ejected: the ring stays a weighted one', () => {
    const behaviors = { ketama: true, hash: 'md5' } as const;
    expect(ringOf(behaviors, [1, 1], [1, 1, 5]).points().length).toBe(320);
    expect(ringOf(behaviors, [1, 1], [1, 1, 1]).points().length).toBe(200);
    expect(ringOf(behaviors, [1, 1]).points().length).toBe(200);
  });

  it('counts in a client whose heavy server is down', async () => {
    const transport = faultyTransport(memoryTransport());
    const servers = ['10.0.0.1:11211:1', '10.0.0.2:11211:1', '10.0.0.3:11211:5'];
    const options = pylibmcBehaviors({ ketama: true, hash: 'md5', auto_eject: true, failure_limit: 1 });
    const client = createClient({ servers, transport, ...options, retryTimeoutMs: 60_000 });
    transport.refuse('10.0.0.3:11211');
    await client.version().catch(() => {});
    expect(client.servers().map(({ isEjected }) => isEjected)).toEqual([false, false, true]);
    const rest = ['10.0.0.1', '10.0.0.2'].map((host) => makeServer(host));
    const ring = ketama().build(rest, md5);
    const keys = Array.from({ length: 200 }, (_, at) => `key-${at}`);
    expect(keys.map((key) => client.serverFor(key).name)).toEqual(
      keys.map((key) => rest[ring.serverFor(key)]?.name),
    );
    await client.close();
  });

  it('does nothing to distributions without a ring', () => {
    for (const behaviors of [{}, { distribution: 'virtual bucket' }] as const) {
      expectMapping(
        open(['10.0.0.1:11211:7', '10.0.0.2', '10.0.0.3', '10.0.0.4'], behaviors),
        vectors.keys_hex.map(
          (hex) => libmemcachedHash('default')(Uint8Array.from(Buffer.from(hex, 'hex'))) % 4,
        ),
      );
    }
  });
});

describe('pylibmcBehaviors', () => {
  it('gives the hash and the distribution, and all else only where it is asked for', () => {
    for (const behaviors of [undefined, {}, { ketama: undefined } as unknown as PylibmcBehaviors]) {
      const options = pylibmcBehaviors(behaviors);
      expect(Object.keys(options)).toEqual(['hash', 'distribution']);
      expect(options.hash('foo')).toBe(596_015_325);
    }
  });

  it.each<[PylibmcBehaviors, object]>([
    [{ connect_timeout: 250 }, { connectTimeoutMs: 250 }],
    [{ connect_timeout: -1 }, { connectTimeoutMs: 2 ** 31 - 1 }],
    [{ _poll_timeout: 300 }, { timeoutMs: 300, connectionTimeoutMs: 300 }],
    [{ retry_timeout: 30 }, { retryTimeoutMs: 30_000 }],
    [{ retry_timeout: 0 }, { retryTimeoutMs: 1000 }],
    [{ retry_timeout: -1 }, { retryTimeoutMs: 1 }],
    [{ retry_timeout: 2 ** 31 - 1 }, { retryTimeoutMs: 2 ** 31 - 1 }],
    [{ _retry_timeout: 7 }, { retryTimeoutMs: 7000 }],
    [{ _retry_timeout: 7, retry_timeout: 8 }, { retryTimeoutMs: 8000 }],
    [{ failure_limit: 2 }, { failureLimit: 2 }],
    [{ auto_eject: true }, { eject: false }],
    [{ ketama: true, auto_eject: true }, { eject: true }],
    [{ ketama: true, auto_eject: true, remove_failed: 0 }, { eject: false }],
    [{ ketama: true, auto_eject: false, remove_failed: 4 }, { eject: true }],
    [{ dead_timeout: 9 }, {}],
    [
      { ketama: true, auto_eject: true, retry_timeout: 3, dead_timeout: 9 },
      { eject: true, retryTimeoutMs: 9000 },
    ],
    [
      { ketama: true, auto_eject: true, retry_timeout: 3, dead_timeout: 0 },
      { eject: true, retryTimeoutMs: 3000 },
    ],
    [{ retry_timeout: 3, dead_timeout: 9 }, { retryTimeoutMs: 3000 }],
    [{ _sort_hosts: true }, { sortHosts: true }],
    [{ namespace: 'shop:' }, { keyPrefix: 'shop:', hashKeyPrefix: false }],
    [
      { namespace: 'shop:', _hash_with_prefix_key: true },
      { keyPrefix: 'shop:', hashKeyPrefix: true },
    ],
    [{ _hash_with_prefix_key: true }, {}],
    [{ namespace: '~'.repeat(127) }, { keyPrefix: '~'.repeat(127), hashKeyPrefix: false }],
  ])('%j', (behaviors, expected) => {
    const { hash, distribution, ...others } = pylibmcBehaviors(behaviors);
    expect(others).toEqual(expected);
    const client = open(['10.0.0.1', '10.0.0.2'], behaviors);
    expect(client.servers().map(({ name }) => name)).toEqual(['10.0.0.1:11211', '10.0.0.2:11211']);
  });

  it('takes what has no effect, here or there', () => {
    const nothing: PylibmcBehaviors = {
      ...{ no_block: true, tcp_nodelay: true, tcp_keepalive: 1, cas: true, verify_keys: true },
      ketama_hash: 'md5',
      ...{ send_timeout: 500_000, receive_timeout: 500_000 },
      ...{ buffer_requests: false, num_replicas: 0, _noreply: false, _io_key_prefetch: 0 },
      ...{ _io_msg_watermark: 500, _io_bytes_watermark: 66_560, pickle_protocol: -1 },
    };
    expect(Object.keys(pylibmcBehaviors(nothing))).toEqual(['hash', 'distribution']);
    expect(Object.keys(pylibmcBehaviors({ ketama_hash: 4 }))).toEqual(['hash', 'distribution']);
  });

  it('places bytes outside of ASCII as the builds of the fleet do', () => {
    const key = Uint8Array.of(0xc3, 0xa9);
    for (const signedChars of [true, false]) {
      const { hash } = pylibmcBehaviors({ hash: 'fnv1a_32' }, { signedChars });
      expect(hash(key)).toBe(libmemcachedHash('fnv1a_32', { signedChars })(key));
    }
    expect(pylibmcBehaviors({ hash: 'fnv1a_32' }).hash(key)).toBe(libmemcachedHash('fnv1a_32')(key));
  });

  it('uses all servers with the distribution random', () => {
    const client = open(['10.0.0.1', '10.0.0.2', '10.0.0.3'], { distribution: 'random' });
    const names = Array.from({ length: 300 }, () => client.serverFor('key').name);
    expect(new Set(names).size).toBe(3);
  });
});

describe('what pylibmc refuses, and what has no counterpart', () => {
  const refusals: ReadonlyArray<readonly [unknown, string | RegExp]> = [
    [{ ketama_weigthed: true }, /no behavior ketama_weigthed; it has .*ketama_weighted,/],
    [{ tcp_keepidle: 3 }, 'no behavior tcp_keepidle'],
    [{ constructor: 1 }, 'no behavior constructor'],
    [{ hash: 'MD5' }, /hash must be one of default, md5, crc, .*jenkins$/],
    [{ hash: 'murmur3' }, 'hash must be one of'],
    [{ hash: 1 }, 'hash must be one of'],
    [{ distribution: 'ketama' }, /distribution must be one of modula, consistent, consistent ketama, /],
    [{ distribution: 'consistent max' }, 'distribution must be one of'],
    [{ distribution: 2 }, 'distribution must be one of'],
    [{ ketama_hash: 'sha1' }, 'ketama_hash must be one of'],
    [{ ketama: 'yes' }, 'ketama must be true, false or an integer'],
    [{ ketama: 1.5 }, 'ketama must be'],
    [{ ketama: null }, 'ketama must be'],
    [{ ketama: 2 ** 40 }, 'ketama must be'],
    [{ connect_timeout: Number.NaN }, 'connect_timeout must be'],
    [{ connect_timeout: 0 }, 'connect_timeout at 0'],
    [{ _poll_timeout: 0 }, '_poll_timeout at 0'],
    [{ failure_limit: 0 }, 'failure_limit must be at least 1'],
    [{ failure_limit: -1 }, 'failure_limit must be at least 1'],
    [{ namespace: '' }, 'namespace must be text of 1 to 127'],
    [{ namespace: 'n'.repeat(128) }, 'namespace must be'],
    [{ namespace: 'a b' }, 'namespace must be'],
    [{ namespace: 'a\n' }, 'namespace must be'],
    [{ namespace: 'é' }, 'namespace must be'],
    [{ namespace: Uint8Array.of(97) }, 'namespace must be'],
    [{ buffer_requests: true }, 'buffer_requests has no counterpart here: a write is sent at once'],
    [{ num_replicas: 2 }, 'num_replicas has no counterpart here: it belongs to the binary protocol'],
    [{ _noreply: 1 }, '_noreply has no counterpart'],
    [{ _io_key_prefetch: 8 }, '_io_key_prefetch has no counterpart'],
    [{ _io_msg_watermark: 100 }, '_io_msg_watermark has no counterpart'],
    [{ _io_bytes_watermark: 100 }, '_io_bytes_watermark has no counterpart'],
    [{ _socket_send_size: 65_536 }, '_socket_send_size has no counterpart'],
    [{ _socket_recv_size: 0 }, '_socket_recv_size has no counterpart'],
    [{ pickle_protocol: 2 }, /pickle_protocol has no counterpart here: the codec decides.*; leave it out/],
    [null, 'behaviors must be an object'],
    ['ketama', 'behaviors must be an object'],
    [[{ ketama: true }], 'behaviors must be an object'],
  ];
  const refusalOf = (make: () => unknown) => {
    expect(make).toThrow(ConfigurationError);
    return expect(make);
  };

  it.each(refusals)('%j', (behaviors, message) => {
    refusalOf(() => pylibmcBehaviors(behaviors as PylibmcBehaviors)).toThrow(message);
    const later = [behaviors as PylibmcBehaviors];
    refusalOf(() => pylibmcBehaviors({}, { later })).toThrow(message);
  });

  it.each<[unknown, string]>([
    [{ mapping: 'pool' }, "mapping must be 'client' or 'clone'"],
    [{ later: { ketama: true } }, 'later must be a list'],
    [{ signedChars: 1 }, 'signedChars must be true or false'],
    [{ signed: true }, 'no option signed'],
    [null, 'takes an object of options'],
  ])('the options %j', (options, message) => {
    refusalOf(() => pylibmcBehaviors({}, options as PylibmcBehaviorsOptions)).toThrow(message);
  });
});
