import {
  type ClientOptions,
  createClient,
  type Distribution,
  type HashFunction,
  ketama,
  libmemcachedHash,
  modula,
  type Router,
  virtualBucket,
} from '@mc/core';
import { rejection } from '@mc/testing/suites';
import { memoryTransport } from '@mc/transport-memory';
import { describe, expect, it } from 'vitest';
import { failuresOf, looked, openOn, scripted } from './discovery-list.js';

const TWO = ['one:1', 'two:1'];
const WRONG = expect.objectContaining({ code: 'MC_CONFIGURATION' });

/** A list of two that begins with a hole. */
const HOLED: string[] = Object.assign([], { 1: 'a' });

/** A distribution whose routers are these. */
const building = (router: unknown): Distribution => ({ ...ketama(), build: () => router as Router });

describe('options of routing that cannot be', () => {
  const { log } = Math;
  const refused: ReadonlyArray<readonly [what: string, make: () => unknown]> = [
    ['a hole in the list', () => ({ servers: HOLED })],
    ['a name of a server that there is not', () => ({ servers: [{ host: 'a', wieght: 2 }] })],
    ['one of a server with a path', () => ({ servers: [{ path: '/m.sock', timeout: 2 }] })],
    ['a name of a gutter', () => ({ gutter: { servers: 'g', maxTTL: 5 } })],
    ['a hole in a gutter', () => ({ gutter: { servers: HOLED } })],
    ['a name of ketama', () => ({ distribution: ketama({ wieghted: false } as never) })],
    ['ketama(null)', () => ({ distribution: ketama(null as never) })],
    ['ketama of a text', () => ({ distribution: ketama('weighted' as never) })],
    ['weighted as a text', () => ({ distribution: ketama({ weighted: 'no' as never }) })],
    ['spy as a number', () => ({ distribution: ketama({ spy: 1 as never }) })],
    ['pointHash as a name', () => ({ distribution: ketama({ pointHash: 'md5' as never }) })],
    ['a name of virtualBucket', () => ({ distribution: virtualBucket({ maps: [0, 1] } as never) })],
    ['virtualBucket(null)', () => ({ distribution: virtualBucket(null as never) })],
    ['a map without its object', () => ({ distribution: virtualBucket([0, 1] as never) })],

    ['a name of libmemcachedHash', () => ({ hash: libmemcachedHash('md5', { signed: true } as never) })],
    ['libmemcachedHash with null', () => ({ hash: libmemcachedHash('md5', null as never) })],
    ['signedChars as a text', () => ({ hash: libmemcachedHash('md5', { signedChars: 'no' as never }) })],
    ['a router that is not there', () => ({ distribution: building(undefined) })],
    ['a router that is null', () => ({ distribution: building(null) })],
    ['a router without serverFor', () => ({ distribution: building({}) })],
    ['a router that is a function', () => ({ distribution: building(log) })],
    ['a prefix without room for a digest', () => ({ longKeys: 'digest', keyPrefix: 'p'.repeat(176) })],
    ['one in bytes', () => ({ longKeys: 'digest', keyPrefix: 'ü'.repeat(88) })],
  ];

  it.each(refused)('are refused when the client is made: %s', (_what, make) => {
    const open = () =>
      createClient({ servers: TWO, transport: memoryTransport(), ...(make() as Partial<ClientOptions>) });
    expect(open).toThrow(WRONG);
  });

  it('are refused in a view, and where there is room are not', async () => {
    const client = openOn(TWO, { longKeys: 'digest', keyPrefix: 'p'.repeat(175) });
    const key = 'k'.repeat(300);
    expect(await client.set(key, 'v')).toBe(true);
    expect(await client.get(key)).toBe('v');
    expect(() => client.with({ keyPrefix: 'p'.repeat(176) })).toThrow(WRONG);
    expect(() => openOn(TWO).with({ keyPrefix: 'p'.repeat(249) })).not.toThrow();
  });

  it('are refused in a list that comes later', async () => {
    const client = openOn(TWO);
    await rejection(client.setServers(HOLED as never), 'MC_CONFIGURATION');
    await rejection(client.addServer({ host: 'a', prot: 1 } as never), 'MC_CONFIGURATION');
    expect(client.servers().length).toBe(2);
  });

  it.each([
    ['a hole', { servers: HOLED }],
    ['a name that there is not', { servers: [{ host: 'a', wieght: 2 }] }],
  ])('are told of in the answer of a discovery: %s', async (_what, answer) => {
    const discovery = scripted([answer]);
    const client = openOn(discovery);
    const errors = failuresOf(client);
    await looked(discovery, 2);
    expect(errors[0]).toMatchObject({ code: 'MC_CONFIGURATION' });
  });

  it('are not what the client itself tells of a server', async () => {
    const client = openOn(TWO);
    expect(await client.removeServer(client.serverFor('k') as never)).toBe(true);
    await client.setServers(client.servers() as never);
    expect(client.servers().length).toBe(1);
  });
});

describe('a hash or a router of the user that goes wrong', () => {
  const throws = (): never => {
    throw new Error('no');
  };
  const hashes: ReadonlyArray<readonly [what: string, hash: () => unknown]> = [
    ['throws', throws],
    ['answers a bigint', () => 7n],
    ['answers a symbol', () => Symbol('hash')],
  ];

  it.each(hashes)(
    'hash() throws a ConfigurationError, as calls reject: a hash that %s',
    async (_what, hash) => {
      const client = openOn(TWO, { hash: hash as HashFunction, distribution: modula() });
      expect(() => client.hash('k')).toThrow(WRONG);
      expect(() => client.serverFor('k')).toThrow(WRONG);
      await rejection(client.get('k'), 'MC_CONFIGURATION');
      expect(() => client.hash('')).toThrow(expect.objectContaining({ code: 'MC_INVALID_KEY' }));
    },
  );

  it.each([['length'], ['0'], [0.5], [-1], [2], [Number.NaN], [0n], [undefined], [null], ['at']])(
    'a router that answers %s names no server',
    async (index) => {
      const client = openOn(TWO, { distribution: building({ serverFor: () => index }) });
      expect(() => client.serverFor('k')).toThrow(WRONG);
      for (const call of [client.get('k'), client.getMulti(['k']), client.set('k', 1)]) {
        await rejection(call, 'MC_CONFIGURATION');
      }
    },
  );

  it('names none either where the ring was rebuilt without a server', async () => {
    const asked: number[] = [];
    const distribution: Distribution = {
      ...ketama(),
      build: (servers, hash) => {
        asked.push(servers.length);
        return servers.length < 3 ? { serverFor: () => 'length' as never } : ketama().build(servers, hash);
      },
    };
    const inner = memoryTransport();
    const client = openOn([...TWO, 'three:1'], {
      distribution,
      eject: true,
      failureLimit: 1,
      retryTimeoutMs: 60_000,
      transport: {
        connect: (server, events) => {
          if (server.name === 'one:1') throw new Error('refused');
          return inner.connect(server, events);
        },
      },
    });
    await rejection(client.version(), 'MC_PARTIAL_FAILURE');
    expect(asked).toStrictEqual([3, 2]);
    await rejection(client.get('k'), 'MC_CONFIGURATION');
  });

  it('that writes into the key it was given does not change what is sent', async () => {
    const spoils: HashFunction = (key) => {
      if (typeof key !== 'string') key.fill(0x0a);
      return 1;
    };
    const plain = modula();
    const options: ReadonlyArray<Partial<ClientOptions>> = [
      { hash: spoils },
      { hash: spoils, distribution: modula() },
      { hash: spoils, gutter: { servers: ['g:1', 'h:1'] } },
      {
        distribution: {
          ...plain,
          build: () => ({ serverFor: (key) => spoils(key) & 0 }),
        },
      },
    ];
    for (const option of options) {
      const client = openOn(TWO, option);
      expect(await client.set('schlüssel', 'v')).toBe(true);
      expect(await client.get('schlüssel')).toBe('v');
      expect(await client.getMulti(['schlüssel', 'ö'])).toStrictEqual(new Map([['schlüssel', 'v']]));
      expect(await client.get('gewählt', { routeBy: 'schlüssel' })).toBeUndefined();
    }
  });
});
