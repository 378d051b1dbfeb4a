import { describe, expect, it, vi } from 'vitest';
import { BACKENDS } from './backends.js';
import { memoryStore, useBackend } from './cache-fixture.js';

describe.each(Object.keys(BACKENDS))('memory before %s', (name) => {
  const on = useBackend(BACKENDS[name]!);

  it('writes to both, and reads from memory first', async () => {
    const [memory, memcached] = [memoryStore(), on.store()];
    const cache = on.cache({ stores: [memory, memcached] });
    await cache.set('key', 'both');
    expect([await memory.get('key'), await memcached.get('key')]).toEqual(['both', 'both']);
    await memory.set('key', 'of memory');
    expect(await cache.get('key')).toBe('of memory');
    await memory.delete('key');
    expect(await cache.get('key')).toBe('both');
  });

  it('asks memcached only for what memory has not', async () => {
    const [memory, memcached] = [memoryStore(), on.store()];
    const cache = on.cache({ stores: [memory, memcached] });
    await memory.set('a', 'memory');
    await memcached.set('b', 'memcached');
    const asked = vi.spyOn(memcached, 'getMany');
    expect(await cache.mget(['a', 'b', 'c'])).toEqual(['memory', 'memcached', undefined]);
    expect(asked.mock.calls).toEqual([[['b', 'c']]]);
  });

  it('fills memory by wrap', async () => {
    const [memory, memcached] = [memoryStore(), on.store()];
    const cache = on.cache({ stores: [memory, memcached] });
    await memcached.set('key', { n: 1 });
    const compute = vi.fn();
    expect(await cache.wrap('key', compute, 60_000)).toEqual({ n: 1 });
    expect(await memory.get('key')).toEqual({ n: 1 });
    expect(compute).not.toHaveBeenCalled();
  });

  it('deletes and clears in both', async () => {
    const [memory, memcached] = [memoryStore(), on.store()];
    const cache = on.cache({ stores: [memory, memcached] });
    await cache.mset(['a', 'b', 'c'].map((key) => ({ key, value: key })));
    await cache.del('a');
    await cache.mdel(['b']);
    for (const store of cache.stores) {
      expect(await store.getMany(['a', 'b', 'c'])).toEqual([undefined, undefined, 'c']);
    }
    await cache.clear();
    for (const store of cache.stores) expect(await store.get('c')).toBeUndefined();
  });
});

describe.each(Object.keys(BACKENDS))('nonBlocking on %s', (name) => {
  const on = useBackend(BACKENDS[name]!);

  it('does not wait for the server, and yet reads what it wrote', async () => {
    const cache = on.cache({ nonBlocking: true });
    expect(await cache.set('key', 1)).toBe(1);
    expect(await cache.get('key')).toBe(1);
    await cache.mset([
      { key: 'a', value: 'A' },
      { key: 'b', value: 'B', ttl: 60_000 },
    ]);
    expect(await cache.mget(['a', 'b', 'c'])).toEqual(['A', 'B', undefined]);
    expect(await cache.ttl('b')).toBeGreaterThan(Date.now());
    expect(await cache.ttl('c')).toBeUndefined();
    expect(await cache.del('key')).toBe(true);
    expect(await cache.get('key')).toBeUndefined();
    expect(await cache.mdel(['a'])).toBe(true);
    expect(await cache.mget(['a', 'b'])).toEqual([undefined, 'B']);
    expect(await cache.clear()).toBe(true);
    expect(await cache.get('b')).toBeUndefined();
  });

  it('wraps', async () => {
    const cache = on.cache({ nonBlocking: true });
    const compute = vi.fn(() => 'computed');
    expect(await cache.wrap('key', compute)).toBe('computed');
    expect(await cache.wrap('key', compute)).toBe('computed');
    expect(compute).toHaveBeenCalledTimes(1);
  });

  it('takes the first tier to answer, be it with a miss', async () => {
    const [memory, memcached] = [memoryStore(), on.store()];
    const cache = on.cache({ stores: [memory, memcached], nonBlocking: true });
    await memcached.set('key', 'memcached');
    expect(await cache.get('key')).toBeUndefined();
    await memory.set('key', 'memory');
    expect(await cache.get('key')).toBe('memory');
  });
});
