import { createHash } from 'node:crypto';
import {
  type CacheMissError,
  type ClientOptions,
  createClient,
  type Key,
  type MemcachedClient,
  md5,
  modula,
  type Transport,
} from '@mc/core';
import { expectsMemcached, type MemcachedServer, startMemcached } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { tcpTransport } from '@mc/transport-tcp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openClient } from './open-client.js';

const LONG = `${'long-'.repeat(60)}é`;
const OTHER = `${'other-'.repeat(60)}é`;

function digestOf(key: string): string {
  return `@mc/sha256/${createHash('sha256').update(key).digest('hex')}`;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function toItself(key: string): [key: string, value: string] {
  return [key, key];
}

/** TCP that notes the names of the servers that bytes are sent to. */
function watchedTransport(names: Set<string>): Transport {
  const tcp = tcpTransport();
  return {
    connect: (server, events) => {
      const link = tcp.connect(server, events);
      return {
        write: (bytes) => {
          names.add(server.name);
          return link.write(bytes);
        },
        close: () => link.close(),
        destroy: (error) => link.destroy(error),
      };
    },
  };
}

/** Every operation on keys, each with these options. */
async function useAll(client: MemcachedClient, options: { routeBy?: Key }): Promise<void> {
  await client.set('text', 'a', options);
  await client.add('count', 5, options);
  await client.replace('text', 'b', options);
  const found = await client.gets('text', options);
  expect(await client.cas('text', 'c', found?.cas ?? 0n, options)).toBe(true);
  expect(await client.append('text', 'd', options)).toBe(true);
  expect(await client.prepend('text', 'b', options)).toBe(true);
  expect(await client.get('text', options)).toBe('bcd');
  expect(await client.incr('count', 3, options)).toBe(8);
  expect(await client.decr('count', 1n, options)).toBe(7n);
  expect(await client.touch('text', 60, options)).toBe(true);
  expect(await client.getAndTouch('text', 60, options)).toBe('bcd');
  expect(await client.setMulti({ a: 1, b: 2 }, { ...options, keyPrefix: 'm:' })).toEqual([]);
  expect(await client.addMulti({ b: 3, c: 4 }, { ...options, keyPrefix: 'm:' })).toEqual(['b']);
  await client.incrMulti(['a', 'b'], { ...options, keyPrefix: 'm:' });
  const batch = { ...options, keyPrefix: 'm:' };
  expect(await client.getMulti(['a', 'b', 'c', 'd'], batch)).toEqual(
    new Map([
      ['a', 2],
      ['b', 3],
      ['c', 4],
    ]),
  );
  expect([...(await client.getsMulti(['a', 'd'], batch)).keys()]).toEqual(['a']);
  expect(await client.get('m:a', options)).toBe(2);
  expect(await client.deleteMulti(['a', 'b', 'c'], batch)).toBe(true);
  expect(await client.delete('count', options)).toBe(true);
}

if (expectsMemcached()) {
  describe('the rules of keys, on three servers', () => {
    const world: { backends: readonly MemcachedServer[] } = { backends: [] };
    const addresses = () => world.backends.map(({ address }) => address);
    const open = (options: Partial<ClientOptions> = {}) => openClient(addresses(), options);
    beforeAll(async () => {
      world.backends = await Promise.all([startMemcached(), startMemcached(), startMemcached()]);
    });
    beforeEach(() => open().flushAll());
    afterAll(() => Promise.all(world.backends.map((backend) => backend.stop())));

    /** Which of the servers has the key, asked one by one. */
    async function holdersOf(key: string): Promise<string[]> {
      const found = world.backends.map(async ({ address, name }) =>
        (await openClient(address).get(key)) === undefined ? [] : [name],
      );
      return (await Promise.all(found)).flat();
    }

    describe('a prefix', () => {
      const keys = Array.from({ length: 60 }, (_, at) => `key-${at}${at % 3 === 0 ? 'é' : ''}`);

      it('has a part in choosing the server', async () => {
        const client = open({ keyPrefix: 'shop:' });
        await client.setMulti(keys.map(toItself));
        const plain = open();
        expect((await plain.getMulti(keys.map((key) => `shop:${key}`))).size).toBe(60);
        for (const key of keys) {
          expect(client.serverFor(key)).toEqual(plain.serverFor(`shop:${key}`));
          expect(client.hash(key)).toBe(md5(bytesOf(`shop:${key}`)));
        }
        expect(keys.some((key) => client.serverFor(key).name !== plain.serverFor(key).name)).toBe(true);
      });

      it('has none with hashKeyPrefix: false, also in a view and in a batch', async () => {
        const client = open({ keyPrefix: 'shop:', hashKeyPrefix: false });
        const view = client.with({ keyPrefix: 'other-é:' });
        const plain = open();
        for (const one of [client, view]) {
          await one.setMulti(keys.map(toItself), { keyPrefix: 'b:' });
          await Promise.all(keys.map((key) => one.set(key, 'single')));
          for (const key of keys) {
            expect(one.serverFor(key)).toEqual(plain.serverFor(key));
            expect(one.hash(key)).toBe(md5(bytesOf(key)));
          }
          expect((await one.getMulti(keys.map((key) => `b:${key}`))).size).toBe(60);
          expect((await one.getMulti(keys.map(bytesOf))).size).toBe(60);
        }
        for (const key of keys.slice(0, 12)) {
          expect(await holdersOf(`shop:${key}`)).toEqual([plain.serverFor(key).name]);
          expect(await holdersOf(`other-é:${key}`)).toEqual([plain.serverFor(key).name]);
          // The prefix of the call is a part of the key.
          expect(await holdersOf(`shop:b:${key}`)).toEqual([plain.serverFor(`b:${key}`).name]);
        }
      });
    });

    describe('routeBy', () => {
      it('of a call: every operation goes to the server of that key', async () => {
        const names = new Set<string>();
        const client = open({ transport: watchedTransport(names), keyPrefix: 'p:' });
        for (const tag of ['user:7', 'user:8', 'ü', bytesOf('user:9')]) {
          names.clear();
          await useAll(client, { routeBy: tag });
          expect([...names]).toEqual([client.serverFor('x', { routeBy: tag }).name]);
          expect(client.serverFor('x', { routeBy: tag })).toEqual(client.serverFor(tag));
        }
      });

      it('of a client: the same, without a word in the call, and in its views', async () => {
        const names = new Set<string>();
        const client = open({ transport: watchedTransport(names), routeBy: () => 'user:7' });
        for (const one of [client, client.with({ keyPrefix: 'view:' })]) {
          names.clear();
          await useAll(one, {});
          expect([...names]).toEqual([one.serverFor('anything').name]);
        }
        names.clear();
        await useAll(client, { routeBy: 'user:8' });
        expect([...names]).toEqual([open().serverFor('user:8').name]);
      });

      it('puts keys together that would be apart', async () => {
        const keys = Array.from({ length: 30 }, (_, at) => `session:${at}`);
        const client = open();
        await client.setMulti(keys.map(toItself), { routeBy: 'user:7' });
        expect((await client.getMulti(keys)).size).toBeLessThan(30);
        const holder = openClient(
          world.backends.find(({ name }) => name === client.serverFor('user:7').name)?.address ?? [],
        );
        expect((await holder.getMulti(keys)).size).toBe(30);
      });

      it('that fails or names no key rejects the call before anything is sent', async () => {
        const names = new Set<string>();
        const transport = watchedTransport(names);
        const broken = open({ transport, routeBy: () => JSON.parse('{') as string });
        await rejection(broken.get('a'), 'MC_CONFIGURATION');
        await rejection(broken.getMulti(['a', 'b']), 'MC_CONFIGURATION');
        await rejection(broken.setMulti({ a: 1 }), 'MC_CONFIGURATION');
        await rejection(open({ transport, routeBy: () => 'a b' }).get('a'), 'MC_INVALID_KEY');
        await rejection(open({ transport }).get('a', { routeBy: 7 as unknown as Key }), 'MC_INVALID_KEY');
        expect([...names]).toEqual([]);
      });
    });

    describe('a key that is too long', () => {
      it('is refused, and nothing is sent', async () => {
        const names = new Set<string>();
        const client = open({ transport: watchedTransport(names) });
        for (const key of [LONG, bytesOf(LONG), 'k'.repeat(251)]) {
          await rejection(client.get(key), 'MC_INVALID_KEY');
          await rejection(client.set(key, 1), 'MC_INVALID_KEY');
          await rejection(client.getMulti(['a', key] as string[]), 'MC_INVALID_KEY');
          await rejection(
            client.setMulti([
              ['a', 1],
              [key, 1],
            ]),
            'MC_INVALID_KEY',
          );
        }
        await rejection(client.setMulti({ ['k'.repeat(249)]: 1 }, { keyPrefix: 'p:' }), 'MC_INVALID_KEY');
        expect([...names]).toEqual([]);
        expect(await client.set('k'.repeat(250), 1)).toBe(true);
      });

      it('is replaced by its digest, for all operations', async () => {
        const client = open({ longKeys: 'digest', keyPrefix: 'p:' });
        expect(await client.set(LONG, 'value')).toBe(true);
        expect(await open().get(`p:${digestOf(LONG)}`)).toBe('value');
        expect(await client.get(bytesOf(LONG))).toBe('value');
        expect(await client.add(bytesOf(LONG), 'again')).toBe(false);
        expect(client.serverFor(LONG)).toEqual(client.serverFor(bytesOf(LONG)));
        expect(client.hash(LONG)).toBe(md5(`p:${digestOf(LONG)}`));
        expect(await client.append(LONG, '!')).toBe(true);
        const found = await client.gets(LONG);
        expect(found?.value).toBe('value!');
        expect(await client.cas(LONG, 4, found?.cas ?? 0n)).toBe(true);
        expect(await client.incr(LONG)).toBe(5);
        expect(await client.delete(OTHER)).toBe(false);
        expect(await client.delete(LONG)).toBe(true);
        expect(await client.get(LONG)).toBeUndefined();
      });

      it('comes back from batches as it was given', async () => {
        const client = open({ longKeys: 'digest' });
        const bytes = bytesOf(OTHER);
        const entries: Array<[Key, number]> = [
          [LONG, 1],
          [bytes, 2],
          ['short', 3],
        ];
        expect(await client.setMulti(entries)).toEqual([]);
        expect(
          await client.addMulti([
            [LONG, 9],
            [OTHER, 9],
            ['new', 4],
          ]),
        ).toEqual([LONG, OTHER]);
        const asked: Key[] = [LONG, 'short', bytes, OTHER, 'gone', `${LONG}gone`];
        expect(await client.getMulti(asked)).toEqual(
          new Map<Key, number>([
            [LONG, 1],
            ['short', 3],
            [bytes, 2],
            [OTHER, 2],
          ]),
        );
        const single = await Promise.all(asked.map((key) => client.get(key)));
        expect(single).toEqual([1, 3, 2, 2, undefined, undefined]);
        const missing = (await rejection(
          client.incrMulti([LONG, `${LONG}gone`]),
          'MC_CACHE_MISS',
        )) as CacheMissError;
        expect(missing.keys).toEqual([`${LONG}gone`]);
        expect(await client.deleteMulti([LONG, bytes])).toBe(true);
        expect(await client.deleteMulti([LONG, 'short'])).toBe(false);
      });

      it('is one key with the prefix of a call, however the two are cut', async () => {
        const client = open({ longKeys: 'digest', keyPrefix: 'p:' });
        const whole = `head:${'k'.repeat(244)}`;
        for (const key of [whole, `${whole}k`, `${whole}kk`, `${whole}${LONG}`]) {
          for (const cut of [1, 5, 100, 249]) {
            const [keyPrefix, rest] = [key.slice(0, cut), key.slice(cut)];
            if (rest === '') continue;
            expect(await client.setMulti({ [rest]: cut }, { keyPrefix })).toEqual([]);
            expect(await client.get(key)).toBe(cut);
            expect([...(await client.getMulti([bytesOf(rest)], { keyPrefix })).values()]).toEqual([cut]);
          }
        }
      });

      it('shares its place with no key that looks like a digest', async () => {
        const client = open({ longKeys: 'digest' });
        const like = digestOf(LONG);
        await client.set(LONG, 'long');
        expect(await client.get(like)).toBeUndefined();
        expect(await client.get(bytesOf(like))).toBeUndefined();
        expect((await client.getMulti([like.slice(6)], { keyPrefix: like.slice(0, 6) })).size).toBe(0);
        await client.set(bytesOf(like), 'like');
        expect([await client.get(LONG), await client.get(like)]).toEqual(['long', 'like']);
      });

      it('is still refused for what no key may hold', async () => {
        const client = open({ longKeys: 'digest' });
        for (const key of [`${LONG} `, `${LONG}\r\n`, `${LONG}\ud800`, bytesOf(`${LONG}\0`), '', 'a b']) {
          await rejection(client.get(key), 'MC_INVALID_KEY');
          await rejection(client.setMulti([[key, 1]]), 'MC_INVALID_KEY');
        }
      });
    });

    describe('sortHosts', () => {
      const keys = Array.from({ length: 60 }, (_, at) => `key-${at}`);
      const sorted = () => world.backends.map(({ name }) => name).sort((a, b) => portOf(a) - portOf(b));
      const portOf = (name: string) => Number(name.split(':')[1]);
      const orders = () => {
        const [a, b, c] = world.backends as [MemcachedServer, MemcachedServer, MemcachedServer];
        return [
          [a, b, c],
          [c, a, b],
          [b, c, a],
          [c, b, a],
        ].map((list) => list.map(({ address }) => address));
      };

      it('makes the order of the list indifferent', async () => {
        const options = { distribution: modula(), sortHosts: true };
        const clients = orders().map((list) => openClient(list, options));
        await clients[0]?.setMulti(keys.map(toItself));
        for (const client of clients) {
          expect(client.servers().map(({ name }) => name)).toEqual(sorted());
          expect((await client.getMulti(keys)).size).toBe(60);
        }
        const unsorted = orders().map((list) => openClient(list, { distribution: modula() }));
        const found = await Promise.all(unsorted.map(async (client) => (await client.getMulti(keys)).size));
        expect(Math.min(...found)).toBeLessThan(60);
      });

      it('holds for a list that changes', async () => {
        const [first, second, third] = addresses();
        const client = openClient([third ?? []].flat(), { distribution: modula(), sortHosts: true });
        await client.addServer(first ?? '');
        await client.addServer(second ?? '');
        expect(client.servers().map(({ name }) => name)).toEqual(sorted());
        const whole = open({ distribution: modula(), sortHosts: true });
        for (const key of keys) expect(client.serverFor(key)).toEqual(whole.serverFor(key));
        await client.setServers(orders()[1] ?? []);
        expect(client.servers().map(({ name }) => name)).toEqual(sorted());
      });
    });
  });
}

describe('options that make no sense', () => {
  it.each([
    [{ routeBy: 'user' }, 'routeBy must be a function'],
    [{ longKeys: 'hash' }, "longKeys must be 'refuse' or 'digest'"],
    [{ hashKeyPrefix: 'no' }, 'hashKeyPrefix must be true or false'],
    [{ sortHosts: 1 }, 'sortHosts must be true or false'],
    [{ keyPrefix: 'a b' }, 'bytes that no key may hold'],
    [{ keyPrefix: 'p'.repeat(250) }, 'leaves no room for a key'],
  ])('%j', (options, message) => {
    const make = () =>
      createClient({
        servers: 'localhost',
        transport: tcpTransport(),
        ...(options as Partial<ClientOptions>),
      });
    expect(make).toThrow(expect.objectContaining({ code: 'MC_CONFIGURATION' }));
    expect(make).toThrow(message);
  });
});
