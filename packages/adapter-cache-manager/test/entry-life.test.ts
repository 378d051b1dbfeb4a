import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createMemcachedCache } from '../src/index.js';
import { BACKENDS } from './backends.js';
import { useBackend } from './cache-fixture.js';

/** More deletes than begin at once, so that what is called behind them waits. */
const MANY = Array.from({ length: 2_000 }, (_, at) => `other-${at}`);
const LIVES = [
  Number.POSITIVE_INFINITY,
  Number.MAX_SAFE_INTEGER,
  1e300,
  1e15,
  60_000.5,
  40 * 86_400_000,
  90_000,
];
const VALUES = ['text', Buffer.from('bytes'), 5, { a: 1 }, true, null];

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe.each(Object.keys(BACKENDS))('the life of an entry on %s', (name) => {
  const on = useBackend(BACKENDS[name]!);

  function tiers() {
    const cache = createMemcachedCache({ ...on.backend.options, namespace: on.namespace, memory: true });
    onTestFinished(() => cache.disconnect());
    return cache;
  }

  it.each(LIVES)('any value has one of %d ms', async (ttl) => {
    const cache = tiers();
    const errors: unknown[] = [];
    for (const store of cache.stores) store.on('error', (error: unknown) => errors.push(error));
    for (const store of cache.stores) {
      // memcached has no bigint of its own: it is a number where it is read.
      expect(await store.set('key', 10n, ttl)).toBe(true);
      expect(await store.get('key')).toBe(10);
      for (const value of VALUES) {
        expect(await store.set('key', value, ttl)).toBe(true);
        expect(await store.get('key')).toEqual(value);
        expect(await store.setMany([{ key: 'key', value, ttl }])).toEqual([true]);
        expect(await store.get('key')).toEqual(value);
      }
    }
    expect(errors).toEqual([]);
  });

  it('ends at a whole millisecond, or never', async () => {
    const store = on.store();
    const cache = on.cache({ stores: [store] });
    await cache.set('key', 1, 60_000.25);
    expect(Number.isSafeInteger(await cache.ttl('key'))).toBe(true);
    for (const ttl of [Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER, 1e300]) {
      await cache.set('key', 1, ttl);
      expect(await store.getRaw('key')).toEqual({ value: 1, expires: undefined });
    }
    for (const ttl of [Number.NEGATIVE_INFINITY, -1e300, -0.4]) {
      await cache.set('key', 1, ttl);
      expect(await store.get('key')).toBeUndefined();
    }
  });

  it('may be without an end by default', async () => {
    const store = on.store({ ttl: Number.POSITIVE_INFINITY });
    expect(await store.set('key', 1)).toBe(true);
    expect(await store.getRaw('key')).toEqual({ value: 1, expires: undefined });
  });

  it('begins with the call, not when its turn comes', async () => {
    const store = on.store();
    await store.set('key', 'old');
    vi.useFakeTimers({ toFake: ['Date'] });
    const called = Date.now();
    const [set, setMany] = [vi.spyOn(store.store, 'set'), vi.spyOn(store.store, 'setMany')];
    const deleted = MANY.map((key) => store.delete(key));
    const calls = [
      store.set('lives', 1, 300_000),
      store.set('key', 1, 200_000),
      store.setMany([
        { key: 'lives too', value: 1, ttl: 250_000 },
        { key: 'for ever', value: 1 },
        { key: 'ended', value: 1, ttl: 199_999 },
      ]),
    ];
    vi.setSystemTime(called + 200_000);
    await Promise.all([...deleted, ...calls]);
    expect(set.mock.calls[0]).toMatchObject([expect.any(String), { expires: called + 300_000 }, 100_000]);
    expect(setMany.mock.calls[0]).toMatchObject([[{ ttl: 50_000 }, { ttl: undefined }, { ttl: -1 }]]);
    const keys = ['lives', 'key', 'lives too', 'for ever', 'ended'];
    expect(await store.getMany(keys)).toEqual([1, undefined, 1, 1, undefined]);
  });

  it.each([0, 1])('no read deletes what has ended: the newer value stays, in tier %i', async (tier) => {
    const store = tiers().stores[tier]!;
    const ended = { value: 'old', expires: Date.now() - 1 };
    const others = [on.namespace, `${on.namespace}:key`, `key:${on.namespace}`];
    for (const key of others) await store.set(key, 'kept');
    const reads: ReadonlyArray<[() => Promise<unknown>, unknown]> = [
      [() => store.get('key'), undefined],
      [() => store.get('key', { raw: true }), undefined],
      [() => store.getRaw('key'), undefined],
      [() => store.has('key'), false],
      [() => store.get(['key', 'key']), [undefined, undefined]],
      [() => store.getMany(['key'], { raw: true }), [undefined]],
      [() => store.getManyRaw(['key', 'key']), [undefined, undefined]],
      [() => store.hasMany(['key']), [false]],
    ];
    for (const [read, missed] of reads) {
      vi.spyOn(store.store, 'get').mockResolvedValue(ended);
      vi.spyOn(store.store, 'getMany').mockImplementation(async (keys) =>
        (keys as string[]).map(() => ended),
      );
      const [found, stored] = await Promise.all([read(), store.set('key', 'new', 60_000)]);
      expect(found).toEqual(missed);
      expect(stored).toBe(true);
      vi.restoreAllMocks();
      expect(await store.get('key')).toBe('new');
      expect(await store.getMany(others)).toEqual(others.map(() => 'kept'));
    }
  });

  it("nor does Keyv's iterator", async () => {
    const store = on.store();
    const spy = vi.spyOn(store.store, 'delete');
    async function* entries() {
      yield [`${on.namespace}:key`, { value: 'old', expires: Date.now() - 1 }];
    }
    const found = store.generateIterator(entries as never)(undefined as never);
    const listed: unknown[] = [];
    for await (const each of found) listed.push(each);
    expect(listed).toEqual([['key', 'old']]);
    expect(spy).not.toHaveBeenCalled();
  });

  it('undefined has none: what was there is gone, and nothing is stored', async () => {
    const cache = tiers();
    for (const store of cache.stores) {
      await store.setMany(['a', 'b', 'c'].map((key) => ({ key, value: key })));
      expect(await store.set('a', undefined)).toBe(false);
      expect(
        await store.setMany([
          { key: 'b', value: undefined, ttl: 60_000 },
          { key: 'c', value: undefined },
          { key: 'c', value: 'new' },
          { key: 'd', value: undefined },
        ]),
      ).toEqual([false, false, true, false]);
      expect(await store.getMany(['a', 'b', 'c', 'd'])).toEqual([undefined, undefined, 'new', undefined]);
      expect(await store.hasMany(['a', 'b', 'c', 'd'])).toEqual([false, false, true, false]);
      expect(await store.getRaw('a')).toBeUndefined();
    }
  });

  it('a value is as it was when the call was made, behind a delete too', async () => {
    const store = on.store();
    const cache = on.cache({ stores: [store] });
    await cache.set('other', 1);
    await cache.get('other');
    const value = { n: 1 };
    const calls = [cache.del('other'), cache.mdel(['a', 'b']), cache.set('key', value)];
    value.n = 2;
    await Promise.all(calls);
    expect(await cache.get('key')).toEqual({ n: 1 });
  });

  it('what another program stored there is a miss', async () => {
    const store = on.store();
    for (const foreign of ['{"value":1}', 5, null, { expires: 1 }, [1]]) {
      vi.spyOn(store.store, 'get').mockResolvedValue(foreign);
      expect([await store.get('key'), await store.getRaw('key'), await store.has('key')]).toEqual([
        undefined,
        undefined,
        false,
      ]);
    }
  });
});
