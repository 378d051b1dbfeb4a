import { createClient } from '@mc/memcached';
import { memoryTransport } from '@mc/transport-memory';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { stoppedClock } from '../../../test/stopped-clock.js';
import { createMemcachedCache, type MemcachedCacheOptions, memcachedStore } from '../src/index.js';
import { BACKENDS } from './backends.js';
import { useBackend } from './cache-fixture.js';

describe.each(Object.keys(BACKENDS))('createMemcachedCache on %s', (name) => {
  const on = useBackend(BACKENDS[name]!);

  /** A cache of one process. */
  function processCache(options: Extract<MemcachedCacheOptions, { client?: never }> = {}) {
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
    await expect.poll(() => cache.get('key')).toBe('new');
  });

  it('serves from memory for its time, and from memcached behind it', async () => {
    const at = stoppedClock();
    const cache = processCache({ memory: { maxAge: 1_000 } });
    const other = processCache();
    await cache.set('key', 'first', 60_000);
    await other.set('key', 'second', 60_000);
    at(999);
    expect(await cache.get('key')).toBe('first');
    at(1_000);
    expect(await cache.get('key')).toBe('second');
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
    await expect.poll(() => cache.stores[0]?.get('key')).toBeUndefined();
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
  const client = createClient({ transport });

  it.each<[unknown, RegExp]>([
    [{ memory: { maxItems: 0 } }, /maxItems/],
    [{ memory: { maxItems: 1.5 } }, /maxItems/],
    [{ memory: { maxAge: 0 } }, /maxAge/],
    [{ memory: { maxAge: Number.NaN } }, /maxAge/],
    [{ memory: { maxitems: 5 } }, /maxitems/],
    [{ memory: { maxItems: 5, ttl: 1 } }, /ttl/],
    [{ memory: [] }, /memory must be/],
    [{ memory: new Map() }, /memory must be/],
    [{ memory: 5 }, /memory must be/],
    [{ memory: null }, /memory must be/],
    [{ ttl: -1 }, /ttl/],
    [{ timeoutMs: 'soon' }, /timeoutMs/],
    [{ nonBlocking: true, onServerFailure: 'throw' }, /nonBlocking/],
    [{ onError: 'log' }, /onError/],
    [{ namspace: 'typo' }, /namspace/],
    [{ client: null }, /client must be/],
    [{ client: {} }, /client must be/],
    [{ client, servers: 'localhost:11211' }, /servers/],
    [{ client, timeoutMs: 5 }, /timeoutMs/],
  ])('%j', (options, message) => {
    const all = { ...(!('client' in (options as object)) && { transport }), ...(options as object) };
    expect(() => createMemcachedCache(all)).toThrow(
      expect.objectContaining({ code: 'MC_CONFIGURATION', message: expect.stringMatching(message) }),
    );
  });

  it('what contradicts itself, and the compiler too', () => {
    const failure = expect.objectContaining({ code: 'MC_CONFIGURATION' });
    // @ts-expect-error: a client that is there has its servers
    expect(() => createMemcachedCache({ client, servers: 'localhost:11211' })).toThrow(failure);
    // @ts-expect-error: and all its other options
    expect(() => createMemcachedCache({ client, namespace: 'shop', timeoutMs: 5 })).toThrow(failure);
    // @ts-expect-error: the same of a store alone
    expect(() => memcachedStore({ client, servers: 'localhost:11211' })).toThrow(failure);
    // @ts-expect-error: nobody would handle the rejections
    expect(() => createMemcachedCache({ nonBlocking: true, onServerFailure: 'throw' })).toThrow(failure);
    // @ts-expect-error: also with a client
    expect(() => createMemcachedCache({ client, nonBlocking: true, onServerFailure: 'throw' })).toThrow(
      failure,
    );
    // @ts-expect-error: no such option
    expect(() => createMemcachedCache({ memory: { maxitems: 5 } })).toThrow(failure);
  });

  it('takes what does not, and the compiler too', async () => {
    const maybe: boolean = Date.now() > 0;
    const caches = [
      createMemcachedCache({ client, onServerFailure: 'throw', nonBlocking: false, ttl: 1_000 }),
      createMemcachedCache({ client, onServerFailure: 'miss', nonBlocking: true, memory: {} }),
      createMemcachedCache({ client, nonBlocking: maybe }),
      createMemcachedCache({
        transport,
        servers: ['a:1', 'b:2'],
        nonBlocking: maybe,
        onServerFailure: 'miss',
      }),
      createMemcachedCache({ transport, onServerFailure: 'throw', timeoutMs: 5, clear: 'error' }),
    ];
    for (const cache of caches) await cache.disconnect();
  });
});
