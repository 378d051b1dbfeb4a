import { createClient } from '@mc/memcached';
import { createCache } from 'cache-manager';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type MemcachedKeyv, memcachedStore } from '../src/index.js';
import { BACKENDS } from './backends.js';
import { useBackend } from './cache-fixture.js';

/** Deletes of which the client's queue does not hold all: each is two commands. */
const MANY = 36_000;
/** Writes of which it does not hold all. */
const MANY_SINGLE = 70_000;
const LIMIT_MS = 120_000;

const keys = Array.from({ length: MANY }, (_, at) => `key-${at}`);
const entries = keys.map((key, at) => ({ key, value: at }));

describe.each(Object.keys(BACKENDS))('many calls at once on %s', { timeout: LIMIT_MS }, (name) => {
  const on = useBackend(BACKENDS[name]!);

  function told(): { store: MemcachedKeyv; errors: Error[] } {
    const errors: Error[] = [];
    const options = { ...on.backend.options, timeoutMs: LIMIT_MS / 2 };
    const store = memcachedStore(options, {
      namespace: on.namespace,
      onError: (error) => errors.push(error),
    });
    onTestFinished(() => store.disconnect());
    return { store, errors };
  }

  it.each([false, true])('mset, mget and mdel lose no key; nonBlocking: %s', async (nonBlocking) => {
    const { store, errors } = told();
    const cache = createCache({ stores: [store], nonBlocking });
    await cache.mset(entries);
    const found = await cache.mget(keys);
    // Not whole lists: a difference would be printed whole.
    expect(found.findIndex((value, at) => value !== at)).toBe(-1);
    expect(found).toHaveLength(MANY);
    expect(await cache.mdel(keys)).toBe(true);
    expect((await cache.mget(keys)).every((value) => value === undefined)).toBe(true);
    expect(errors).toEqual([]);
  });

  it('single deletes all run, and tell whether there was something', async () => {
    const { store, errors } = told();
    await store.setMany(entries);
    const deleted = await Promise.all(keys.map((key) => store.delete(key)));
    expect(deleted.every(Boolean)).toBe(true);
    expect(await store.delete('key-0')).toBe(false);
    expect((await store.getMany(keys)).some((value) => value !== undefined)).toBe(false);
    expect(errors).toEqual([]);
  });

  it('a few deletes begin at once; of very many most when the caller has made them all', async () => {
    const { store, errors } = told();
    await store.setMany(entries.slice(0, 2_000));
    const begun: unknown[] = [];
    const [remove, get] = [vi.spyOn(store.store, 'delete'), vi.spyOn(store.store, 'get')];
    for (const spy of [remove, get]) spy.mockImplementation(async (key) => begun.push(key) > 0);
    const few = ['a', 'b', 'c'].map((key) => store.delete(key));
    expect(begun).toHaveLength(3);
    await Promise.all(few);
    begun.length = 0;
    const some = keys.slice(0, 2_000);
    const deleted = some.map((key) => store.delete(key));
    const read = store.get('key-9');
    expect(begun.length).toBeLessThan(1_000);
    expect(await Promise.all(deleted)).toEqual(some.map(() => true));
    await read;
    expect(begun).toEqual([...some, 'key-9'].map((key) => `${on.namespace}:${key}`));
    expect(errors).toEqual([]);
  });

  it('what comes behind deletes that wait is done behind them', async () => {
    const { store, errors } = told();
    const cache = createCache({ stores: [store], nonBlocking: true });
    await store.setMany(entries);
    const last = keys.at(-1)!;
    const some = keys.slice(-100);
    cache.mdel(keys);
    const unseen = cache.get(last);
    const none = store.hasMany(some);
    cache.mset(some.map((key) => ({ key, value: 'new' })));
    const seen = cache.get(last);
    cache.del(last);
    const gone = cache.get(last);
    cache.set(last, 'newer');
    cache.set('key-0', 'newer');
    expect(await unseen).toBeUndefined();
    expect(await none).toEqual(some.map(() => false));
    expect(await seen).toBe('new');
    expect(await gone).toBeUndefined();
    const expected = (key: string, at: number) =>
      at === 0 || key === last ? 'newer' : some.includes(key) ? 'new' : undefined;
    const found = await cache.mget(keys);
    expect(keys.filter((key, at) => found[at] !== expected(key, at))).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('no part of a long mset undoes a later call', async () => {
    const { store, errors } = told();
    const cache = createCache({ stores: [store], nonBlocking: true });
    cache.mset(entries);
    cache.set(keys.at(-1)!, 'new');
    cache.del(keys.at(-2)!);
    expect(await cache.mget(keys.slice(-3))).toEqual([MANY - 3, undefined, 'new']);
    cache.mset(entries);
    cache.clear();
    expect((await cache.mget(keys)).some((value) => value !== undefined)).toBe(false);
    cache.mdel(keys);
    cache.clear();
    cache.set('key-0', 'behind');
    expect(await cache.get('key-0')).toBe('behind');
    expect(errors).toEqual([]);
  });

  it('few calls are done in their order, whichever they are', async () => {
    const { store } = told();
    // The first calls of a process on its namespace may see what later ones write.
    await store.set('other', 1);
    await store.get('other');
    const calls = [store.set('key', 1), store.delete('key'), store.get('key')];
    calls.push(store.set('key', 2), store.get('key'), store.setMany([{ key: 'key', value: 3 }]) as never);
    calls.push(store.get('key'), store.deleteMany(['key']), store.has('key'), store.set('key', 4));
    calls.push(store.clear() as never, store.get('key'), store.set('key', 5), store.get('key'));
    expect(await Promise.all(calls)).toEqual([
      ...[true, true, undefined],
      ...[true, 2, [true]],
      ...[3, true, false, true],
      ...[undefined, undefined, true, 5],
    ]);
  });

  it('disconnect lets the calls that wait end', async () => {
    const { store, errors } = told();
    await store.setMany(entries);
    const deleted = Promise.all(keys.map((key) => store.delete(key)));
    const left = createCache({ stores: [memcachedStore(on.backend.options, { namespace: on.namespace })] });
    onTestFinished(() => left.disconnect());
    await store.disconnect();
    expect((await deleted).every(Boolean)).toBe(true);
    expect(errors).toEqual([]);
    expect((await left.mget(keys)).some((value) => value !== undefined)).toBe(false);
    expect(await store.set('key', 1)).toBe(false);
  });

  it('single sets and wraps beyond the queue are stored, or told', async () => {
    const { store, errors } = told();
    const cache = createCache({ stores: [store] });
    const names = Array.from({ length: MANY_SINGLE }, (_, at) => `single-${at}`);
    const stored = await Promise.all(names.map((key) => store.set(key, 1)));
    const refused = stored.filter((each) => !each).length;
    expect(errors).toHaveLength(refused);
    for (const error of errors) expect(error).toMatchObject({ code: 'MC_QUEUE_FULL' });
    const found = await cache.mget(names);
    expect(found.filter((value, at) => (value === 1) !== stored[at])).toEqual([]);
    const wrapped = await Promise.all(names.map((key, at) => cache.wrap(key, () => found[at] ?? at)));
    expect(wrapped.filter((value, at) => value !== (found[at] ?? at))).toEqual([]);
  });

  it('namespaces of which one continues the other share a client and nothing else', async () => {
    const client = createClient(on.backend.options);
    onTestFinished(() => client.close());
    const of = (namespace: string) => createCache({ stores: [memcachedStore(client, { namespace })] });
    const short = of(on.namespace);
    const long = of(`${on.namespace}:b`);
    await short.set('b:key', 'short');
    expect(await long.get('key')).toBeUndefined();
    await long.set('key', 'long');
    await long.mset([{ key: 'b:key', value: 'long too' }]);
    expect(await short.mget(['b:key', 'key', 'b:b:key'])).toEqual(['short', undefined, undefined]);
    await short.del('b:key');
    expect(await long.mget(['key', 'b:key'])).toEqual(['long', 'long too']);
    await short.set('b:key', 'short');
    await long.clear();
    expect(await long.mget(['key', 'b:key'])).toEqual([undefined, undefined]);
    expect(await short.get('b:key')).toBe('short');
    await long.set('key', 'long');
    await short.clear();
    expect(await short.get('b:key')).toBeUndefined();
    expect(await long.get('key')).toBe('long');
  });
});
