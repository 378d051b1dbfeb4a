import type { StoredDataRaw } from 'keyv';
import { describe, expect, it, vi } from 'vitest';
import { BACKENDS } from './backends.js';
import { memoryStore, useBackend } from './cache-fixture.js';

describe.each(Object.keys(BACKENDS))('wrap on %s', (name) => {
  const on = useBackend(BACKENDS[name]!);

  it('computes once and reads from then on', async () => {
    const cache = on.cache();
    const compute = vi.fn(async () => ({ n: 1 }));
    expect(await cache.wrap('key', compute)).toEqual({ n: 1 });
    expect(await cache.wrap('key', compute)).toEqual({ n: 1 });
    expect(await on.cache().wrap('key', compute)).toEqual({ n: 1 });
    expect(compute).toHaveBeenCalledTimes(1);
  });

  it.each([0, '', false, null])('reads %j as a value, not as a miss', async (value) => {
    const cache = on.cache();
    const compute = vi.fn(() => value);
    await cache.wrap('key', compute);
    expect(await cache.wrap('key', compute)).toBe(value);
    expect(compute).toHaveBeenCalledTimes(1);
  });

  it('computes once for all that ask at the same time', async () => {
    const cache = on.cache();
    const compute = vi.fn(async () => Math.random());
    const results = await Promise.all(Array.from({ length: 50 }, () => cache.wrap('key', compute)));
    expect(new Set(results).size).toBe(1);
    expect(compute).toHaveBeenCalledTimes(1);
  });

  it('rejects with what the function throws, and stores nothing', async () => {
    const cache = on.cache();
    const broken = () => Promise.reject(new Error('no database'));
    await expect(cache.wrap('key', broken)).rejects.toThrow('no database');
    expect(await cache.get('key')).toBeUndefined();
    expect(await cache.wrap('key', () => 'works')).toBe('works');
  });

  it('takes a ttl as a number, as a function of the value, or in options', async () => {
    const cache = on.cache();
    const left = async (key: string) => Math.ceil((((await cache.ttl(key)) ?? 0) - Date.now()) / 10_000);
    await cache.wrap('number', () => 2, 20_000);
    await cache.wrap(
      'function',
      () => 3,
      (value) => value * 10_000,
    );
    await cache.wrap('options', () => 4, { ttl: 40_000 });
    expect([await left('number'), await left('function'), await left('options')]).toEqual([2, 3, 4]);
  });

  it('gives value and end where the raw entry is asked for', async () => {
    const cache = on.cache();
    const compute = vi.fn(() => ({ n: 1 }));
    const options = { ttl: 60_000, raw: true } as const;
    // The types of cache-manager take these options for those without `raw`.
    const raw = async () =>
      (await cache.wrap('key', compute, options)) as unknown as StoredDataRaw<{ n: number }>;
    const [computed, read] = [await raw(), await raw()];
    expect(read).toEqual({ value: { n: 1 }, expires: expect.any(Number) });
    expect(Math.abs((read?.expires ?? 0) - (computed?.expires ?? 0))).toBeLessThan(10_000);
    expect(compute).toHaveBeenCalledTimes(1);
  });

  it('refreshes behind the caller once less than the threshold is left', async () => {
    const cache = on.cache({ ttl: 60_000, refreshThreshold: 30_000 });
    const refreshed = vi.fn();
    cache.on('refresh', refreshed);
    let n = 0;
    const compute = async () => ++n;
    expect(await cache.wrap('key', compute)).toBe(1);
    expect(await cache.wrap('key', compute)).toBe(1);
    expect(refreshed).not.toHaveBeenCalled();

    await cache.set('key', 1, 20_000);
    expect(await cache.wrap('key', compute)).toBe(1);
    await expect.poll(() => refreshed.mock.calls).toEqual([[{ key: 'key', value: 2 }]]);
    expect(await cache.wrap('key', compute)).toBe(2);
    expect((await cache.ttl('key')) ?? 0).toBeGreaterThan(Date.now() + 50_000);
  });

  it('keeps the old value where the refresh fails, and says so', async () => {
    const cache = on.cache({ refreshThreshold: 30_000 });
    const events: unknown[] = [];
    cache.on('refresh', (event) => events.push(event));
    await cache.set('key', 'old', 20_000);
    expect(await cache.wrap('key', () => Promise.reject(new Error('no database')))).toBe('old');
    await expect
      .poll(() => events)
      .toMatchObject([{ key: 'key', value: 'old', error: new Error('no database') }]);
    expect(await cache.get('key')).toBe('old');
  });

  it.each([
    [false, 'old'],
    [true, 'new'],
  ])('refreshes the tiers behind the one that answered: %s', async (refreshAllStores, behind) => {
    const [memory, memcached] = [memoryStore(), on.store()];
    const cache = on.cache({ stores: [memory, memcached], refreshThreshold: 30_000, refreshAllStores });
    const refreshed = vi.fn();
    cache.on('refresh', refreshed);
    await cache.set('key', 'old', 20_000);
    expect(await cache.wrap('key', () => 'new', 60_000)).toBe('old');
    await expect.poll(() => refreshed.mock.calls.length).toBe(1);
    expect(await memory.get('key')).toBe('new');
    expect(await memcached.get('key')).toBe(behind);
  });
});
