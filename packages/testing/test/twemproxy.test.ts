import {
  type ClientOptions,
  createClient,
  fnv1a32,
  fnv1a64,
  fnv32,
  fnv64,
  hsieh,
  jenkins,
  type Key,
  type MemcachedClient,
  type MemcachedError,
  modula,
  murmur,
  oneAtATime,
  type PartialFailureError,
  pylibmcBehaviors,
  type ServerAddress,
} from '@mc/core';
import { expectsMemcached, type MemcachedServer, startMemcached } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { tcpTransport } from '@mc/transport-tcp';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { expectsTwemproxy, startTwemproxy } from './twemproxy-server.js';

type Routing = Partial<Pick<ClientOptions, 'hash' | 'distribution' | 'routeBy'>>;

/** What twemproxy is set to, and what a client then needs to find the same servers. */
const AGREEING: ReadonlyArray<readonly [hash: string, Routing]> = [
  ['md5', {}],
  ['md5', pylibmcBehaviors({ ketama_weighted: true })],
  ['fnv1a_64', { hash: fnv1a64 }],
  ['one_at_a_time', { hash: oneAtATime }],
  ['fnv1_64', { hash: fnv64 }],
  ['fnv1_32', { hash: fnv32 }],
  ['fnv1a_32', { hash: fnv1a32 }],
  ['hsieh', { hash: hsieh }],
  ['murmur', { hash: murmur }],
  ['jenkins', { hash: jenkins }],
];
const COUNT = 120;
/** A proxy is started for each test, which takes its time on a busy machine. */
const LIMIT_MS = 90_000;

function openClient(
  servers: ServerAddress | readonly ServerAddress[],
  routing: Routing = {},
): MemcachedClient {
  const client = createClient({
    servers,
    transport: tcpTransport(),
    timeoutMs: 30_000,
    connectionTimeoutMs: 30_000,
    ...routing,
  });
  onTestFinished(() => client.close());
  return client;
}

/** Keys of every length, one in three not ASCII. */
function keysOf(prefix: string): string[] {
  return Array.from(
    { length: COUNT },
    (_, at) => `${prefix}:${at % 3 === 0 ? 'schlüssel-日本' : 'k'}:${at * 7919}`,
  );
}

/** Stores every second key with the one client and reads all with the other, in one call and one by one. */
async function expectFound(writer: MemcachedClient, reader: MemcachedClient, keys: string[]): Promise<void> {
  const stored = new Map(keys.filter((_, at) => at % 2 === 0).map((key) => [key, `value of ${key}`]));
  expect(await writer.setMulti(stored)).toEqual([]);
  expect(await reader.getMulti(keys)).toEqual(stored);
  const one = await Promise.all(keys.map((key) => reader.get(key)));
  expect(one).toEqual(keys.map((key) => stored.get(key)));
}

async function codeOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'none',
    (error: MemcachedError) => error.code,
  );
}

/** The part between the first brace and the next that closes one, if there is any: twemproxy's rule. */
function hashTag(key: Key): Key {
  const text = typeof key === 'string' ? key : new TextDecoder().decode(key);
  return /\{([^}]+)\}/.exec(text)?.[1] ?? key;
}

if (expectsMemcached() && expectsTwemproxy()) {
  describe('twemproxy and a client beside it', { timeout: LIMIT_MS }, () => {
    const world: { backends: readonly MemcachedServer[] } = { backends: [] };
    beforeAll(async () => {
      world.backends = await Promise.all([startMemcached(), startMemcached(), startMemcached()]);
    }, LIMIT_MS);
    afterAll(() => Promise.all(world.backends.map((backend) => backend.stop())));

    /** A client through a proxy of its own, and one that knows the three servers. */
    async function openBoth(
      proxy: { hash: string; hashTag?: string },
      routing: Routing,
      weights = [1, 1, 1],
    ) {
      const { backends } = world;
      const servers = backends.map(({ name }, at) => `${name}:${weights[at]}`);
      const twemproxy = await startTwemproxy({ servers, distribution: 'ketama', ...proxy });
      onTestFinished(() => twemproxy[Symbol.asyncDispose]());
      const addresses = backends.map(({ address }, at) => ({ ...address, weight: weights[at] as number }));
      return { through: openClient(twemproxy.address), direct: openClient(addresses, routing) };
    }

    describe.each(AGREEING)('hash: %s', (hash, routing) => {
      it.each([
        [1, 1, 1],
        [1, 2, 3],
      ])(
        'find what the other stored, with misses among the hits (weights %i, %i, %i)',
        async (...weights) => {
          const { through, direct } = await openBoth({ hash }, routing, weights);
          const used = new Set(keysOf(`a${weights}`).map((key) => direct.serverFor(key).name));
          expect(used.size).toBe(3);
          await expectFound(through, direct, keysOf(`a${weights}${Object.keys(routing)}`));
          await expectFound(direct, through, keysOf(`b${weights}${Object.keys(routing)}`));
        },
      );
    });

    it('other settings would not agree', async () => {
      const { through, direct } = await openBoth({ hash: 'md5' }, { hash: fnv1a64 });
      await through.setMulti(keysOf('other').map((key): [string, number] => [key, 1]));
      // By chance a third agree; the servers' ports, and so their shares, are others in each run.
      expect((await direct.getMulti(keysOf('other'))).size).toBeLessThan(COUNT * 0.75);
    });

    it('modula agrees in the order of the names, shorter ones first, without weights', async () => {
      const { backends } = world;
      const servers = backends.map(({ name }) => `${name}:1`);
      const twemproxy = await startTwemproxy({ servers, distribution: 'modula', hash: 'md5' });
      onTestFinished(() => twemproxy[Symbol.asyncDispose]());
      const ordered = [...backends].sort((a, b) => a.port - b.port).map(({ address }) => address);
      const direct = openClient(ordered, {
        distribution: modula(),
        hash: pylibmcBehaviors({ hash: 'md5' }).hash,
      });
      await expectFound(openClient(twemproxy.address), direct, keysOf('modula'));
      await expectFound(direct, openClient(twemproxy.address), keysOf('modula-too'));
    });

    it('a unix socket needs the name that libmemcached gives it', async () => {
      await using socket = await startMemcached({ unixSocket: true });
      const backends = [socket, ...world.backends];
      const names = backends.map(({ name }, at) => (at === 0 ? `${name}:1 ${name}:0` : `${name}:1`));
      await using twemproxy = await startTwemproxy({ servers: names, distribution: 'ketama', hash: 'md5' });
      const direct = openClient(backends.map(({ address }) => address));
      const through = openClient(twemproxy.address);
      await expectFound(direct, through, keysOf('unix'));
      await direct.close();
      await through.close();
    });

    it('hash tags are a routeBy of the client', async () => {
      const { through, direct } = await openBoth({ hash: 'md5', hashTag: '{}' }, { routeBy: hashTag });
      const shapes = [
        'user:{#}:name',
        '{#}',
        'a{#}{other}',
        '{{#}}',
        '}{#}',
        '{}#',
        '#{',
        'no-tag-#',
        '{a{#',
      ];
      const keys = Array.from({ length: 60 }, (_, at) => shapes.map((shape) => shape.replace('#', `t${at}`)));
      await expectFound(through, direct, keys.flat());
      await direct.flushAll();
      await expectFound(direct, through, keys.flat());
      for (const [first, second, third] of keys as string[][]) {
        const name = direct.serverFor(first as string).name;
        expect([direct.serverFor(second as string).name, direct.serverFor(third as string).name]).toEqual([
          name,
          name,
        ]);
      }
    });

    it('hash tags count in the key prefix of a call, too', async () => {
      const { through, direct } = await openBoth({ hash: 'md5', hashTag: '{}' }, { routeBy: hashTag });
      for (const keyPrefix of ['{tag}:', 'none:', 'open{']) {
        const keys = keysOf('x').map((key) => `${key}}`);
        expect(
          await direct.setMulti(
            keys.map((key): [string, string] => [key, key]),
            { keyPrefix },
          ),
        ).toEqual([]);
        const found = await through.getMulti(keys.map((key) => keyPrefix + key));
        expect([...found.values()]).toEqual(keys);
        const single = await Promise.all(keys.map((key) => direct.get(keyPrefix + key)));
        expect(single).toEqual(keys);
      }
    });

    it('a dead backend costs its own keys only, and they are back with it', async () => {
      const { through, direct } = await openBoth({ hash: 'md5' }, {});
      const keys = keysOf('dead');
      const entries = new Map(keys.map((key) => [key, `value of ${key}`]));
      expect(await through.setMulti(entries)).toEqual([]);
      const dead = world.backends[1] as MemcachedServer;
      const lost = keys.filter((key) => direct.serverFor(key).name === dead.name);
      const rest = keys.filter((key) => direct.serverFor(key).name !== dead.name);
      // A third by chance: its share depends on the ports of this run.
      expect(lost.length).toBeGreaterThan(COUNT / 20);
      await dead.kill();
      for (const client of [through, direct]) {
        const error = (await rejection(client.getMulti(keys), 'MC_PARTIAL_FAILURE')) as PartialFailureError;
        expect(error.result).toEqual(new Map(rest.map((key) => [key, entries.get(key)])));
        expect([...error.errors.keys()].sort()).toEqual([...lost].sort());
        const single = await Promise.all(keys.map((key) => client.get(key).catch(() => 'failed')));
        expect(single).toEqual(keys.map((key) => (lost.includes(key) ? 'failed' : entries.get(key))));
        expect(await client.set(rest[0] as string, 'anew')).toBe(true);
        expect(await client.set(rest[0] as string, entries.get(rest[0] as string))).toBe(true);
      }
      expect(await codeOf(through.get(lost[0] as string))).toBe('MC_SERVER_ERROR');
      await dead.restart();
      await expect.poll(() => codeOf(through.get(lost[0] as string)), { timeout: 30_000 }).toBe('none');
      await expect.poll(() => codeOf(direct.get(lost[0] as string)), { timeout: 30_000 }).toBe('none');
      await expectFound(through, direct, lost);
    });
  });
}
