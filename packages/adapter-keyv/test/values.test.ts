import { zlibCompressor } from '@mc/compression-zlib';
import { type Codec, createClient, type ValueFormat } from '@mc/memcached';
import { memoryTransport } from '@mc/transport-memory';
import { Keyv } from 'keyv';
import { describe, expect, it } from 'vitest';
import { createKeyv, memcachedStore } from '../src/index.js';
import { closedWithTest, embeddedClient } from './open-store.js';

const VALUES: readonly unknown[] = [
  ...['', 'text', 'é😀\ufffd', '1', '{"a":1}', 'line\r\nline', 'x'.repeat(100_000)],
  ...[0, 1, -1, 1.5, true, false, null, 12345678901234567890n],
  ...[[], [1, 'two', null], {}, { a: { b: [1] } }, { value: 1 }, { value: 1, expires: 5, more: 2 }],
  ...[Buffer.from([0, 255, 13, 10]), Buffer.alloc(0)],
];

describe('values', () => {
  it('come back as they were given', async () => {
    const store = memcachedStore(embeddedClient());
    for (const [at, value] of VALUES.entries()) {
      expect(await store.set(`${at}`, value, at % 2 === 0 ? undefined : 60_000)).toBe(true);
      expect(await store.get(`${at}`), `${at}`).toEqual(value);
    }
    const keys = VALUES.map((_, at) => `${at}`);
    expect(await store.getMany(keys)).toEqual(VALUES);
    expect(await store.hasMany(keys)).toEqual(VALUES.map(() => true));
  });

  it('come back with the envelope of a Keyv that serialises nothing', async () => {
    const store = memcachedStore(embeddedClient());
    const expires = Date.now() + 60_000;
    for (const [at, value] of VALUES.entries()) {
      for (const [envelope, ttl] of [
        [{ value, expires: undefined }, undefined],
        [{ value, expires }, 60_000],
        [{ value, expires: expires - 50_000_000 }, 60_000],
        [{ value, expires: 5 }, undefined],
        [{ value, expires: -5 }, 60_000],
      ] as const) {
        await store.set('key', envelope, ttl);
        expect(await store.get('key'), `${at}`).toStrictEqual(envelope);
      }
    }
  });

  it('come back whatever time their envelope names', async () => {
    const store = memcachedStore(embeddedClient());
    const now = Date.now();
    for (const value of VALUES) {
      for (const [expires, ttl, back] of [
        [now + 60_000.25, 60_000.25, now + 60_001],
        [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, undefined],
        [1e300, 1e300, undefined],
      ] as const) {
        expect(await store.set('key', { value, expires }, ttl)).toBe(true);
        expect(await store.get('key')).toStrictEqual({ value, expires: back });
      }
    }
    const keyv = createKeyv(embeddedClient());
    for (const ttl of [60_000.5, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER]) {
      await keyv.set('key', Buffer.from('bytes'), ttl);
      expect(await keyv.get('key')).toEqual(Buffer.from('bytes'));
    }
  });

  it('that are bytes are those that they are, whatever they say of themselves', async () => {
    const client = embeddedClient();
    const store = memcachedStore(client);
    const lying = Object.defineProperties(Buffer.from('hello'), {
      byteLength: { value: 4000 },
      length: { value: 4000 },
      byteOffset: { value: 0 },
    });
    expect(await store.set('key', lying)).toBe(true);
    expect(await store.get('key')).toEqual(Buffer.from('hello'));
    const detached = new Uint8Array(10);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    const stored = await store.set('gone', detached).catch(() => false);
    expect(((await store.get<Uint8Array>('gone'))?.length ?? 0) === 0 || !stored).toBe(true);
  });

  it('are written by the codec once', async () => {
    let calls = 0;
    const codec: Codec = {
      name: 'counting',
      id: 7,
      encode: (value) => {
        calls += 1;
        return Buffer.from(JSON.stringify(value));
      },
      decode: (data) => JSON.parse(Buffer.from(data).toString()),
    };
    const store = memcachedStore(embeddedClient({ codec }));
    for (let at = 0; at < 10; at += 1) await store.set(`${at}`, { at });
    expect(calls).toBeLessThanOrEqual(11);
    expect(await store.get('9')).toEqual({ at: 9 });
  });

  it('that are empty text come back through a format and a codec that takes all', async () => {
    const reading = { decode: (data: Uint8Array) => JSON.parse(Buffer.from(data).toString()) as unknown };
    const codec: Codec = {
      name: 'all',
      id: 7,
      takesSimple: true,
      encode: (value) => JSON.stringify(value),
      ...reading,
    };
    const format: ValueFormat = {
      pack: (value) => ({ data: JSON.stringify(value), flags: 0 }),
      unpack: reading.decode,
    };
    for (const options of [{ codec }, { format }]) {
      const client = embeddedClient(options);
      const keyv = createKeyv(client);
      for (const ttl of [undefined, 60_000]) {
        expect(await keyv.set('empty', '', ttl)).toBe(true);
        expect(await keyv.get('empty')).toBe('');
        const store = memcachedStore(client, { namespace: 'direct' });
        expect(await store.set('empty', '', ttl)).toBe(true);
        expect(await store.get('empty')).toBe('');
      }
    }
  });

  it('go through the codec once where Keyv serialises nothing: bytes stay bytes', async () => {
    const client = embeddedClient();
    const keyv = createKeyv(client, { namespace: 'n' });
    for (const value of VALUES) {
      expect(await keyv.set('key', value, 60_000)).toBe(true);
      expect(await keyv.get('key')).toEqual(value);
      expect(await keyv.getRaw('key')).toEqual({ value, expires: expect.any(Number) });
      expect((await keyv.getMany(['key', 'x']))[0]).toEqual(value);
    }
    await keyv.set('text', 'plain');
    expect(await client.get('n:text')).toMatch(/^2[\w-]{12}0{9}[;-z]{4}:plain$/);
  });

  it('are written by Keyv itself where it is told to', async () => {
    const client = embeddedClient();
    const keyv = createKeyv(client, { namespace: 'n', serialization: true, ttl: 60_000 });
    const value = { nested: Buffer.from('bytes') };
    await keyv.set('key', value);
    expect(await keyv.get('key')).toEqual(value);
    expect(await client.get('n:key')).toMatch(/^1[\w-]{12}\w{9}[;-z]{4}:\{"value":\{"nested":":base64:/);
  });

  it('are compressed by the client where it has a compressor', async () => {
    const transport = memoryTransport();
    const client = embeddedClient({ transport, compressor: zlibCompressor(), minCompressLen: 100 });
    const store = memcachedStore(client);
    const values = ['x'.repeat(50_000), { a: 'x'.repeat(50_000) }];
    for (const [at, value] of values.entries()) {
      await store.set(`${at}`, value);
      expect(await store.get(`${at}`)).toEqual(value);
    }
    expect(transport.server('localhost:11211').bytes).toBeLessThan(1500);
  });

  it('go through a codec that takes simple values, and through a format', async () => {
    const reversed = {
      name: 'reversed',
      id: 7,
      takesSimple: true,
      encode: (value: unknown) => [...JSON.stringify(value)].reverse().join(''),
      decode: (data: Uint8Array) =>
        JSON.parse([...new TextDecoder().decode(data)].reverse().join('')) as unknown,
    };
    const format = {
      pack: (value: unknown) => ({ data: reversed.encode(value), flags: 99 }),
      unpack: (data: Uint8Array) => reversed.decode(data),
    };
    for (const options of [{ codec: reversed }, { format }]) {
      const transport = memoryTransport();
      const store = memcachedStore(closedWithTest(createClient({ transport, ...options })), {
        namespace: 'n',
      });
      for (const value of ['text', 5, { value: 'text', expires: undefined }, [1]]) {
        await store.set('key', value);
        expect(await store.get('key')).toEqual(value);
      }
      await store.set('key', 'secret');
      const plain = createClient({
        transport,
        format: { pack: () => ({ data: '', flags: 0 }), unpack: (data) => Buffer.from(data).toString() },
      });
      expect(await closedWithTest(plain).get('n|key')).toMatch(/:"terces"$/);
      await store.clear();
      expect(await store.get('key')).toBeUndefined();
    }
  });

  it('of another program are a miss and an event', async () => {
    const client = embeddedClient();
    const store = memcachedStore(client);
    const errors: unknown[] = [];
    store.on('error', (error) => errors.push(error));
    await store.set('good', 1);
    for (const foreign of ['', 'text', '1', `1${'x'.repeat(21)};`, 5, { a: 1 }, Buffer.from('1bytes')]) {
      await client.set('|bad', foreign);
      expect(await store.get('bad')).toBeUndefined();
      expect(await store.has('bad')).toBe(false);
      expect(await store.getMany(['good', 'bad'])).toEqual([1, undefined]);
      expect(errors.splice(0)).toMatchObject(Array(3).fill({ code: 'MC_DECODE' }));
      expect(await store.delete('bad')).toBe(true);
    }
    expect(store.errorCount).toBe(21);
  });

  it('that cannot be written are refused: nothing is stored, and Keyv says so once', async () => {
    const store = memcachedStore(embeddedClient());
    const keyv = new Keyv({ store, serialize: undefined as never, deserialize: undefined as never });
    const errors: unknown[] = [];
    keyv.on('error', (error: unknown) => errors.push(error));
    expect(await keyv.set('key', new Map([[1, 2]]))).toBe(false);
    expect(errors.splice(0)).toMatchObject([{ code: 'MC_ENCODE' }]);
    expect(await keyv.set('key', 'x'.repeat(2_000_000))).toBe(false);
    expect(errors.splice(0)).toMatchObject([{ code: 'MC_VALUE_TOO_LARGE' }]);
    expect(await keyv.get('key')).toBeUndefined();
    const many = await keyv.setMany([
      { key: 'a', value: 1 },
      { key: 'b', value: 'x'.repeat(2_000_000) },
      { key: 'c', value: Number.NaN },
    ]);
    expect(many).toEqual([true, false, false]);
    expect(errors).toMatchObject([{ code: 'MC_VALUE_TOO_LARGE' }, { code: 'MC_ENCODE' }]);
    expect(await keyv.getMany(['a', 'b', 'c'])).toEqual([1, undefined, undefined]);
  });
});
