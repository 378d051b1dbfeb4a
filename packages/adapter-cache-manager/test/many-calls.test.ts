import { createClient } from '@mc/memcached';
import { createCache } from 'cache-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CallOrder } from '../src/call-order.js';
import { type MemcachedKeyv, memcachedStore } from '../src/index.js';
import { BACKENDS } from './backends.js';
import { useBackend } from './cache-fixture.js';

/** Deletes of which the client's queue does not hold all: each is two commands. */
const MANY = 36_000;
/** Writes of which it does not hold all. */
const MANY_SINGLE = 70_000;
const LIMIT_MS = 60_000;

const keys = Array.from({ length: MANY }, (_, at) => `key-${at}`);
const entries = keys.map((key, at) => ({ key, value: at }));

describe.each(Object.keys(BACKENDS))('many calls at once on %s', { timeout: LIMIT_MS }, (name) => {
  const on = useBackend(BACKENDS[name]!);

  function told(): { store: MemcachedKeyv; errors: Error[] } {
    const errors: Error[] = [];
    const options = { ...on.backend.options, timeoutMs: 20_000 };
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

  it('deletes begin when the caller has made them all, and what follows behind them', async () => {
    const { store, errors } = told();
    await store.setMany(entries.slice(0, 10));
    const begun: unknown[] = [];
    store.hooks.addHandler('preDelete', ({ key }: { key: string }) => begun.push(key));
    store.hooks.addHandler('preGet', ({ key }: { key: string }) => begun.push(key));
    const some = keys.slice(0, 10);
    const deleted = some.map((key) => store.delete(key));
    const read = store.get('key-9');
    expect(begun).toEqual([]);
    expect(await Promise.all(deleted)).toEqual(some.map(() => true));
    expect(await read).toBeUndefined();
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

describe('the order of calls', () => {
  it('bounds how much runs at once, begins all in turn, and goes on after a failure', async () => {
    const order = new CallOrder();
    const begun: number[] = [];
    const ends: Array<() => void> = [];
    let running = 0;
    let most = 0;
    const call = (at: number, weight: number) =>
      order.run(weight, async () => {
        begun.push(at);
        running += weight;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => ends.push(resolve));
        running -= weight;
        if (at % 3 === 0) throw new Error('of the call');
      });
    const weights = Array.from({ length: 30_000 }, (_, at) => (at === 20_000 ? 50_000 : at % 4));
    const calls = Promise.allSettled(weights.map((weight, at) => call(at, weight)));
    let alone = 0;
    while (ends.length > 0) {
      if (running === 50_000) alone += 1;
      const all = ends.splice(0);
      for (const end of all) end();
      await new Promise(setImmediate);
    }
    const results = await calls;
    expect(begun).toEqual(weights.map((_, at) => at));
    expect(most).toBe(50_000);
    expect(alone).toBe(1);
    expect(results.map(({ status }) => status === 'rejected')).toEqual(weights.map((_, at) => at % 3 === 0));
  });
});
