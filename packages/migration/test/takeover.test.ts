import { jsonCodec } from '@mc/codec-json';
import { zlibCompressor } from '@mc/compression-zlib';
import { createClient, DecodeError, type MemcachedClient } from '@mc/core';
import { expectsMemcached, type MemcachedServer, startMemcached } from '@mc/testing';
import { tcpTransport } from '@mc/transport-tcp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectValue, type Fixture, fixtureFile, fixtureOf, payloadOf, refusalOf } from './fixture-file.js';
import { formatOf, hasZstd, presets } from './presets.js';
import { rawItem, storeRaw } from './raw-item.js';

const MARK = 1 << 11;

/** A counter as each client stores it, and what its value is to its users. */
const counters: Readonly<Record<string, { flags: number; value: (text: string) => unknown }>> = {
  'third-eden': { flags: 8, value: Number },
  'memcache-client': { flags: 4, value: Number },
  memjs: { flags: 0, value: (text) => new Uint8Array(Buffer.from(text)) },
  'php-memcached': { flags: 1, value: Number },
  dalli: { flags: 0, value: (text) => text },
  pymemcache: { flags: 2, value: Number },
};

const ours: readonly (readonly [string, unknown])[] = [
  ['text', 'h\u00e9llo'],
  ['integer', 42],
  ['boolean', false],
  ['bytes', new Uint8Array([255, 0, 13, 10])],
  ['record', { list: [1, { two: 2.5 }], none: null }],
  ['large', 'compressible '.repeat(500)],
];

/** The values that are read without options of their own. */
function readable(client: string): Fixture[] {
  return fixtureFile(client).fixtures.filter(
    (fixture) =>
      fixture.options === undefined &&
      refusalOf(fixture) === undefined &&
      (hasZstd || !fixture.made.endsWith('zstd')),
  );
}

/** What an own value looks like after a round trip. */
function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? Uint8Array.from(value) : value;
}

if (expectsMemcached()) {
  describe.each(Object.keys(presets))('a cache of %s that is taken over', (name) => {
    const counter = counters[name] as (typeof counters)[string];
    let server: MemcachedServer;
    let client: MemcachedClient;
    let later: MemcachedClient;

    beforeAll(async () => {
      server = await startMemcached();
      const shared = { servers: server.address, transport: tcpTransport() };
      client = createClient({
        ...shared,
        format: formatOf(name, { compressor: zlibCompressor(), readCompressors: [], minCompressLen: 1000 }),
      });
      later = createClient({ ...shared, codec: jsonCodec(), readCompressors: [zlibCompressor()] });
    });

    beforeEach(() => client.flushAll());

    afterAll(async () => {
      await client.close();
      await later.close();
      await server.stop();
    });

    const store = (key: string, fixture: Fixture): Promise<void> =>
      storeRaw(server.address, key, fixture.flags, payloadOf(fixture));

    it('gives all that was there', async () => {
      const reading = readable(name).filter(({ made }) => !made.endsWith('zstd'));
      for (const [index, fixture] of reading.entries()) await store(`k${index}`, fixture);
      const found = await client.getMulti(reading.map((_, index) => `k${index}`));
      expect(found.size).toBe(reading.length);
      for (const [index, fixture] of reading.entries()) expectValue(found.get(`k${index}`), fixture);
    });

    it('takes our own values, marked, and gives both in one batch', async () => {
      const [first] = readable(name) as [Fixture];
      await store('theirs', first);
      for (const [key, value] of ours) {
        await client.set(key, value);
        expect((await rawItem(server.address, key)).flags & 0xfffff800).toBe(MARK);
      }
      expect((await rawItem(server.address, 'large')).data.length).toBeLessThan(1000);
      const found = await client.getMulti(['theirs', ...ours.map(([key]) => key), 'none']);
      expect(found.size).toBe(ours.length + 1);
      expectValue(found.get('theirs'), first);
      for (const [key, value] of ours) expect(plain(found.get(key))).toEqual(value);
    });

    it('is read by a client without the preset, where it is our own', async () => {
      for (const [key, value] of ours) await client.set(key, value);
      for (const [key, value] of ours) expect(plain(await later.get(key))).toEqual(value);
    });

    it('counts on: theirs stay theirs, ours stay ours', async () => {
      await storeRaw(server.address, 'theirs', counter.flags, Buffer.from('41'));
      expect(await client.incr('theirs')).toBe(42);
      expect(plain(await client.get('theirs'))).toEqual(counter.value('42'));
      expect((await rawItem(server.address, 'theirs')).flags).toBe(counter.flags);
      await client.set('ours', 9);
      expect(await client.incr('ours')).toBe(10);
      expect(await client.decr('ours')).toBe(9);
      expect(await client.get('ours')).toBe(9);
      expect(await later.get('ours')).toBe(9);
    });

    it('gives a compare-and-swap over a value of theirs', async () => {
      const [first] = readable(name) as [Fixture];
      await store('k', first);
      const found = await client.gets('k');
      expectValue(found?.value, first);
      expect(await client.cas('k', { next: 1 }, found?.cas ?? 0n)).toBe(true);
      expect(await client.cas('k', { next: 2 }, found?.cas ?? 0n)).toBe(false);
      expect(await client.get('k')).toEqual({ next: 1 });
      expect((await rawItem(server.address, 'k')).flags & MARK).toBe(MARK);
    });
  });

  describe('a client with a preset', () => {
    it('goes on after a value that it refuses', async () => {
      await using server = await startMemcached();
      const client = createClient({
        servers: server.address,
        transport: tcpTransport(),
        format: formatOf('dalli'),
      });
      const [refused, good] = [fixtureOf('dalli', 'time'), fixtureOf('dalli', 'list')];
      await storeRaw(server.address, 'refused', refused.flags, payloadOf(refused));
      await storeRaw(server.address, 'good', good.flags, payloadOf(good));
      const both = await Promise.allSettled([client.get('refused'), client.get('good')]);
      expect(both[0]).toMatchObject({ status: 'rejected', reason: expect.any(DecodeError) });
      expect((both[0] as PromiseRejectedResult).reason.message).toContain('Ruby class Time');
      expectValue((both[1] as PromiseFulfilledResult<unknown>).value, good);
      await client.close();
    });
  });
}
