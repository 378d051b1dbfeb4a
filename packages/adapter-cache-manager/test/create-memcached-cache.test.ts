import { createClient } from '@mc/memcached';
import { memoryTransport } from '@mc/transport-memory';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createMemcachedCache, type MemcachedCacheOptions } from '../src/index.js';
import { BACKENDS } from './backends.js';
import { useBackend } from './cache-fixture.js';

describe.each(Object.keys(BACKENDS))('createMemcachedCache on %s', (name) => {
  const on = useBackend(BACKENDS[name]!);

  /** A cache of one process. */
  function processCache(options: MemcachedCacheOptions = {}) {
    const cache = createMemcachedCache({ ...on.backend.options, namespace: on.namespace, ...options });
    onTestFinished(() => cache.disconnect());
    return cache;
  }

  it('is a cache of cache-manager', async () => {
    const cache = processCache({ ttl: 60_000, cacheId: 'mine' });
    expect(cache.cacheId()).toBe('mine');
    expect(cache.stores).toHaveLength(1);
    await cache.set('key', { n: 1 });
    expect(await cache.get('key')).toEqual({ n: 1 });
    expect(await cache.ttl('key')).toBeGreaterThan(Date.now() + 50_000);
  });

  it('hands on refreshThreshold and nonBlocking', async () => {
    const cache = processCache({ ttl: 60_000, refreshThreshold: 30_000, nonBlocking: true });
    await cache.set('key', 'old', 20_000);
    expect(await cache.wrap('key', () => 'new')).toBe('old');
    await expect.poll(() => cache.get('key'), { timeout: 5_000 }).toBe('new');
  });

  it('serves from memory for its time, and from memcached behind it', async () => {
    const cache = processCache({ memory: { maxAge: 1_000 } });
    const other = processCache();
    await cache.set('key', 'first', 60_000);
    await other.set('key', 'second', 60_000);
    expect(await cache.get('key')).toBe('first');
    await expect.poll(() => cache.get('key'), { interval: 10, timeout: 5_000 }).toBe('second');
  });

  it('takes no short life in memory for a refresh that is due', async () => {
    const cache = processCache({ memory: { maxAge: 5_000 }, ttl: 60_000, refreshThreshold: 10_000 });
    const compute = vi.fn(() => 'computed');
    for (let i = 0; i < 3; i++) await cache.wrap('key', compute);
    expect(compute).toHaveBeenCalledTimes(1);
  });

  it('gives each reader an object of its own, the same from memory as from memcached', async () => {
    const cache = processCache({ memory: true });
    const value = { list: [1], at: new Date(0), nothing: undefined };
    await cache.set('key', value);
    const [memory, memcached] = await Promise.all(cache.stores.map((store) => store.get('key')));
    expect(memory).toStrictEqual(memcached);
    value.list.push(2);
    memory.list.push(3);
    expect(await cache.get('key')).toStrictEqual(memcached);
  });

  it.each([3, 100_000])(
    'keeps %i bytes as they were, whatever becomes of those of others',
    async (length) => {
      const [memory] = processCache({ memory: true }).stores;
      const bytes = new Uint8Array(length).fill(1);
      await memory?.set('key', bytes);
      bytes.fill(2);
      const read = (await memory?.get('key')) as Uint8Array;
      expect(new Set(read)).toEqual(new Set([1]));
      read.fill(3);
      expect(new Set((await memory?.get('key')) as Uint8Array)).toEqual(new Set([1]));
    },
  );

  it('keeps no more in memory than it may', async () => {
    const cache = processCache({ memory: { maxItems: 2 } });
    const [memory] = cache.stores;
    for (const key of ['a', 'b']) await cache.set(key, key);
    await cache.get('a');
    await cache.set('c', 'c');
    expect(await memory?.getMany(['a', 'b', 'c'])).toEqual(['a', undefined, 'c']);
    expect(await cache.mget(['a', 'b', 'c'])).toEqual(['a', 'b', 'c']);
    await cache.set('c', 'new');
    expect(await memory?.getMany(['a', 'c'])).toEqual(['a', 'new']);
    await cache.clear();
    expect(await memory?.getMany(['a', 'c'])).toEqual([undefined, undefined]);
  });

  it('keeps nothing in memory that memcached would have let end', async () => {
    const cache = processCache({ memory: true });
    await cache.set('key', 'there', 50);
    await cache.set('gone', 'there', -1);
    expect(await cache.stores[0]?.get('gone')).toBeUndefined();
    await expect.poll(() => cache.stores[0]?.get('key'), { interval: 5, timeout: 5_000 }).toBeUndefined();
  });

  it('uses a client that is there, and leaves it open', async () => {
    const client = createClient(on.backend.options);
    onTestFinished(() => client.close());
    const cache = createMemcachedCache({ client, namespace: on.namespace, memory: true });
    await cache.set('key', { n: 1 });
    await cache.disconnect();
    await cache.disconnect();
    expect(await client.set('plain', 1)).toBe(true);
    expect(await processCache({ memory: true }).get('key')).toEqual({ n: 1 });
  });

  it('tells what fails', async () => {
    const onError = vi.fn();
    const cache = processCache({ onError, memory: true });
    await cache.set('key', 'x'.repeat(2_000_000));
    expect(onError.mock.calls).toMatchObject([[{ code: 'MC_VALUE_TOO_LARGE' }]]);
  });
});

describe('what createMemcachedCache refuses', () => {
  const transport = memoryTransport();

  it.each<unknown>([
    { memory: { maxItems: 0 } },
    { memory: { maxItems: 1.5 } },
    { memory: { maxAge: 0 } },
    { memory: { maxAge: Number.NaN } },
    { memory: 5 },
    { ttl: -1 },
    { timeoutMs: 'soon' },
    { nonBlocking: true, onServerFailure: 'throw' },
    { onError: 'log' },
    { namspace: 'typo' },
    { client: createClient({ transport }), servers: 'localhost:11211' },
  ])('%j', (options) => {
    expect(() => createMemcachedCache({ transport, ...(options as MemcachedCacheOptions) })).toThrow(
      expect.objectContaining({ code: 'MC_CONFIGURATION' }),
    );
  });
});
