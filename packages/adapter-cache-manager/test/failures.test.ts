import { msgpackCodec } from '@mc/codec-msgpack';
import { createClient, type Options } from '@mc/memcached';
import { expectsMemcached, startMemcached } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { type Cache, createCache } from 'cache-manager';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { PATIENT } from '../../../test/patience.js';
import { createMemcachedCache, memcachedStore } from '../src/index.js';
import { BACKENDS } from './backends.js';
import { useBackend } from './cache-fixture.js';

const NOBODY: Options = { servers: '127.0.0.1:1' };

/** A cache on servers that fail, and the errors that it tells. */
function failing(options: Options): { cache: Cache; errors: Error[] } {
  const errors: Error[] = [];
  const store = memcachedStore(options, { onError: (error) => errors.push(error) });
  onTestFinished(() => store.disconnect());
  return { cache: createCache({ stores: [store] }), errors };
}

describe('without a server', () => {
  it('every read is a miss, and is told', async () => {
    const { cache, errors } = failing(NOBODY);
    expect(await cache.get('key')).toBeUndefined();
    expect(errors).toHaveLength(1);
    expect(await cache.mget(['a', 'b'])).toEqual([undefined, undefined]);
    expect(await cache.ttl('key')).toBeUndefined();
    expect(errors.length).toBeGreaterThanOrEqual(3);
    for (const error of errors) expect(error).toBeInstanceOf(Error);
  });

  it('no write rejects, none counts as stored, and each is told', async () => {
    const { cache, errors } = failing(NOBODY);
    expect(await cache.set('key', 1)).toBe(1);
    expect(errors).toHaveLength(1);
    await cache.mset([{ key: 'a', value: 1 }]);
    expect(await cache.del('key')).toBe(true);
    expect(await cache.mdel(['a', 'b'])).toBe(true);
    expect(await cache.clear()).toBe(true);
    expect(errors.length).toBeGreaterThanOrEqual(5);
    const [store] = cache.stores;
    expect(await store?.set('key', 1)).toBe(false);
    expect(await store?.setMany([{ key: 'key', value: 1 }])).toEqual([false]);
    expect(await store?.delete('key')).toBe(false);
  });

  it('wrap computes each time', async () => {
    const { cache } = failing(NOBODY);
    const compute = vi.fn(async () => 'computed');
    expect(await cache.wrap('key', compute, 1_000)).toBe('computed');
    expect(await cache.wrap('key', compute, 1_000)).toBe('computed');
    expect(compute).toHaveBeenCalledTimes(2);
  });

  it('counts what failed, whoever listens', async () => {
    const store = memcachedStore(NOBODY);
    onTestFinished(() => store.disconnect());
    expect(store.errorCount).toBe(0);
    const cache = createCache({ stores: [store] });
    await cache.get('key');
    await cache.mget(['a', 'b']);
    await cache.set('key', 1);
    await cache.clear();
    expect(store.errorCount).toBe(4);
  });

  it('needs nobody who listens', async () => {
    const cache = createCache({ stores: [memcachedStore(NOBODY)] });
    expect(await cache.get('key')).toBeUndefined();
    await cache.set('key', 1);
    await cache.disconnect();
  });

  it.each([
    ['the client', () => memcachedStore({ ...NOBODY, onServerFailure: 'throw' })],
    ['the store', () => memcachedStore(NOBODY, { onServerFailure: 'throw' })],
    ['a cache', () => createMemcachedCache({ ...NOBODY, onServerFailure: 'throw' }).stores[0]!],
  ])('rejects where %s is asked to', async (_, make) => {
    const store = make();
    onTestFinished(() => store.disconnect());
    const cache = createCache({ stores: [store] });
    const calls = [
      () => cache.set('key', 1),
      () => cache.mset([{ key: 'key', value: 1 }]),
      () => cache.del('key'),
      () => cache.mdel(['key']),
      () => cache.clear(),
      () => cache.wrap('key', () => 1),
      () => store.get('key'),
      () => store.has('key'),
      () => store.getMany(['key']),
    ];
    for (const call of calls)
      await expect(call()).rejects.toMatchObject({ code: expect.stringMatching(/^MC_/) });
    // cache-manager tells a read that failed, and goes on to the next tier.
    const told: unknown[] = [];
    // The types of cache-manager leave out `ttl`.
    for (const name of ['get', 'mget', 'ttl'])
      cache.on(name as 'get', (event) => told.push([name, event.error]));
    expect(await cache.get('key')).toBeUndefined();
    expect(await cache.ttl('key')).toBeUndefined();
    expect(await cache.mget(['key'])).toEqual([undefined]);
    const error = expect.any(Error);
    expect(told.slice(0, 3)).toEqual([
      ['get', error],
      ['ttl', error],
      ['mget', error],
    ]);
  });
});

if (expectsMemcached()) {
  describe('a server that ends and comes back', () => {
    it('is a miss meanwhile, and is used again', async () => {
      // At a path, which nobody else can take while it is gone.
      await using server = await startMemcached({ unixSocket: true });
      const { cache, errors } = failing({ servers: server.address, ...PATIENT, retryTimeoutMs: 50 });
      await cache.set('key', 'before');
      expect(await cache.get('key')).toBe('before');
      await server.kill();
      for (let i = 0; i < 5; i++) expect(await cache.get('key')).toBeUndefined();
      expect(errors.length).toBeGreaterThanOrEqual(5);
      await server.restart();
      const works = async () => {
        await cache.set('key', 'after');
        return cache.get('key');
      };
      await expect.poll(works).toBe('after');
    });

    it('is a miss after the deadline where it hangs', async () => {
      await using server = await startMemcached();
      // The connection's own deadline is far: what ends the calls is theirs.
      const { cache, errors } = failing({ servers: server.address, ...PATIENT, timeoutMs: 100 });
      await cache.set('key', 'before');
      await server.pause();
      const before = performance.now();
      expect(await cache.get('key')).toBeUndefined();
      expect(await cache.wrap('key', () => 'computed')).toBe('computed');
      expect(performance.now() - before).toBeLessThan(10_000);
      expect(errors.length).toBeGreaterThanOrEqual(3);
      server.resume();
    });
  });
}

describe.each(Object.keys(BACKENDS))('what does not fit, on %s', (name) => {
  const on = useBackend(BACKENDS[name]!);

  it('a value that is too large is not stored, is told, and hides no old one as new', async () => {
    const errors: Error[] = [];
    const store = on.store({ onError: (error) => errors.push(error) });
    const cache = on.cache({ stores: [store] });
    const large = 'x'.repeat(2_000_000);
    expect(await store.set('key', large)).toBe(false);
    expect(errors).toMatchObject([{ code: 'MC_VALUE_TOO_LARGE' }]);
    expect(await cache.wrap('key', () => large)).toBe(large);
    expect(await cache.get('key')).toBeUndefined();
    await cache.set('key', 'small');
    expect(await cache.get('key')).toBe('small');
  });

  it('a value that cannot be encoded is not stored, and is told', async () => {
    const errors: Error[] = [];
    const store = on.store({ onError: (error) => errors.push(error) });
    expect(await store.set('key', () => 1)).toBe(false);
    expect(errors).toMatchObject([{ code: 'MC_ENCODE' }]);
    expect(await store.get('key')).toBeUndefined();
  });

  it.each([
    ['a space', 'two words'],
    ['a line end', 'a\r\nflush_all\r\n'],
    ['only a line feed', '\n'],
    ['a NUL', 'a\0b'],
    ['other languages', 'ключ 鍵 🗝'],
    ['10 kB', 'k'.repeat(10_000)],
    ['nothing', ''],
    ['a percent sign', 'a%20b'],
    ['a colon', 'a:b::c'],
    ['a name of Object.prototype', '__proto__'],
  ])('a key with %s works as any other', async (_, key) => {
    const cache = on.cache();
    await cache.set('other', 'other');
    await cache.set(key, { of: key });
    expect(await cache.get(key)).toEqual({ of: key });
    expect(await cache.mget(['other', key, `${key}x`])).toEqual(['other', { of: key }, undefined]);
    await cache.del(key);
    expect(await cache.get(key)).toBeUndefined();
    await cache.mset([{ key, value: 1 }]);
    await cache.mdel([key]);
    expect(await cache.mget([key, 'other'])).toEqual([undefined, 'other']);
  });

  it('keys that look alike stay apart', async () => {
    const cache = on.cache();
    const keys = ['a b', 'a%20b', 'a+b', ' a', 'a ', 'a', `${'k'.repeat(9_999)}1`, `${'k'.repeat(9_999)}2`];
    await cache.mset(keys.map((key) => ({ key, value: `of ${key}` })));
    expect(await cache.mget(keys)).toEqual(keys.map((key) => `of ${key}`));
  });

  it('a value that cannot be read is a miss, and is told', async () => {
    const { options } = on.backend;
    const codec = msgpackCodec();
    const writer = on.store();
    const other = memcachedStore({ ...options, codec }, { namespace: on.namespace });
    onTestFinished(() => other.disconnect());
    await writer.set('ours', { n: 1 });
    await other.set('theirs', { n: 2 });
    const errors: Error[] = [];
    const cache = on.cache({ stores: [on.store({ onError: (error) => errors.push(error) })] });
    expect(await cache.get('theirs')).toBeUndefined();
    expect(errors).toMatchObject([{ code: 'MC_DECODE' }]);
    expect(await cache.mget(['ours', 'theirs'])).toEqual([{ n: 1 }, undefined]);
    expect(errors).toHaveLength(2);
    expect(await cache.wrap('theirs', () => 'computed')).toBe('computed');
    expect(await cache.get('theirs')).toBe('computed');
  });

  it('a ttl that is no number is refused, and is told', async () => {
    const errors: Error[] = [];
    const store = on.store({ onError: (error) => errors.push(error) });
    expect(await store.set('key', 1, Number.NaN)).toBe(false);
    expect(errors).toHaveLength(1);
    expect(await store.get('key')).toBeUndefined();
  });
});

describe.each(Object.keys(BACKENDS))('disconnect on %s', (name) => {
  const on = useBackend(BACKENDS[name]!);

  it('closes the connections, and may be repeated', async () => {
    const cache = on.cache();
    await cache.set('key', 1);
    await expect.poll(() => on.backend.connections()).toBe(1);
    await Promise.all([cache.disconnect(), cache.disconnect()]);
    await cache.disconnect();
    await expect.poll(() => on.backend.connections()).toBe(0);
  });

  it('lets what was begun end', async () => {
    const cache = on.cache();
    const writes = Array.from({ length: 50 }, (_, i) => cache.set(`key-${i}`, i));
    const reads = cache.mget(Array.from({ length: 50 }, (_, i) => `key-${i}`));
    await cache.disconnect();
    await Promise.all(writes);
    await reads;
  });

  it('makes a miss of every later call, which is told', async () => {
    const errors: Error[] = [];
    const store = on.store({ onError: (error) => errors.push(error) });
    const cache = on.cache({ stores: [store] });
    await cache.set('key', 1);
    await cache.disconnect();
    expect(await cache.get('key')).toBeUndefined();
    expect(await cache.mget(['key'])).toEqual([undefined]);
    await cache.set('key', 2);
    expect(await store.set('key', 2)).toBe(false);
    expect(errors).toHaveLength(4);
    for (const error of errors) expect(error).toMatchObject({ code: 'MC_CLOSED' });
    await expect.poll(() => on.backend.connections()).toBe(0);
  });

  it('leaves a client open that was there before', async () => {
    const client = createClient(on.backend.options);
    onTestFinished(() => client.close());
    const cache = createCache({ stores: [memcachedStore(client, { namespace: on.namespace })] });
    await cache.set('key', 1);
    await cache.disconnect();
    expect(await client.set('plain', 1)).toBe(true);
    expect(
      await createCache({ stores: [memcachedStore(client, { namespace: on.namespace })] }).get('key'),
    ).toBe(1);
  });
});

describe('what memcachedStore refuses', () => {
  it.each([[5], [true], [null], [{ servers: [] }], ['host:port:weight:more']])('%j as a source', (source) => {
    expect(() => memcachedStore(source as never)).toThrow(
      expect.objectContaining({ code: 'MC_CONFIGURATION' }),
    );
  });

  it.each([{ ttl: Number.NaN }, { ttl: -1 }, { ttl: '1h' }, { namespace: 5 }])('%j as options', (options) => {
    const source = { transport: memoryTransport() };
    expect(() => memcachedStore(source, options as never)).toThrow(
      expect.objectContaining({ code: 'MC_CONFIGURATION' }),
    );
  });
});
