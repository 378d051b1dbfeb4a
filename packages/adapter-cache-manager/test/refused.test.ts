import { createCache } from 'cache-manager';
import type { KeyvEntry } from 'keyv';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runProgram } from '../../../test/run-program.js';
import { createMemcachedCache, type MemcachedKeyv, memcachedStore } from '../src/index.js';
import { BACKENDS } from './backends.js';
import { useBackend } from './cache-fixture.js';

const circular: { self?: unknown } = {};
circular.self = circular;

const VALUES: ReadonlyArray<[string, unknown]> = [
  ['a symbol', Symbol('value')],
  ['a function', () => 1],
  ['a BigInt in an object', { n: 1n }],
  ['what contains itself', circular],
  [
    'what throws as it becomes JSON',
    {
      toJSON() {
        throw new Error('no JSON');
      },
    },
  ],
  [
    'what throws no error as it is read',
    {
      get member() {
        throw undefined;
      },
    },
  ],
];

const KEYS: ReadonlyArray<[string, unknown]> = [
  ['a symbol', Symbol('key')],
  ['undefined', undefined],
  ['null', null],
  ['an object', { id: 1 }],
  [
    'what throws as it becomes text',
    {
      toString() {
        throw new Error('no text');
      },
    },
  ],
];

describe.each(Object.keys(BACKENDS))('a call that is refused, on %s', (name) => {
  const on = useBackend(BACKENDS[name]!);

  /** A store, and the failures that it tells. */
  function told(onServerFailure: 'miss' | 'throw' = 'miss'): { store: MemcachedKeyv; errors: Error[] } {
    const errors: Error[] = [];
    const store = memcachedStore(on.backend.options, {
      namespace: on.namespace,
      onServerFailure,
      onError: (error) => errors.push(error),
    });
    onTestFinished(() => store.disconnect());
    return { store, errors };
  }

  /** Has a call fail: once told, once counted. */
  async function expectOneError(of: ReturnType<typeof told>, call: () => Promise<unknown>, result: unknown) {
    const before = of.errors.length;
    expect(await call()).toEqual(result);
    expect(of.errors.length).toBe(before + 1);
    expect(of.store.errorCount).toBe(before + 1);
    expect(of.errors.at(-1)).toMatchObject({ code: expect.stringMatching(/^MC_(ENCODE|INVALID_ARGUMENT)$/) });
  }

  it.each(VALUES)('%s as a value is not stored, and told once', async (_, value) => {
    const of = told();
    const cache = createCache({ stores: [of.store] });
    await expectOneError(of, () => of.store.set('key', value), false);
    await expectOneError(of, () => cache.set('key', value), value);
    await expectOneError(of, () => cache.wrap('key', () => value), value);
    const entries = ['a', 'b', 'c'].map((key) => ({ key, value: key === 'b' ? value : key }));
    await expectOneError(of, () => of.store.setMany(entries), [true, false, true]);
    expect(await cache.mget(['a', 'b', 'c', 'key'])).toEqual(['a', undefined, 'c', undefined]);
  });

  it.each(KEYS)('%s as a key is a miss, or not done, and told once', async (_, wrong) => {
    const of = told();
    const { store } = of;
    const key = wrong as string;
    const cache = createCache({ stores: [store] });
    await store.setMany(['a', 'b'].map((fit) => ({ key: fit, value: `of ${fit}` })));
    await expectOneError(of, () => store.get(key), undefined);
    await expectOneError(of, () => store.get(key, { raw: true }), undefined);
    await expectOneError(of, () => store.getRaw(key), undefined);
    await expectOneError(of, () => store.has(key), false);
    await expectOneError(of, () => store.set(key, 1), false);
    await expectOneError(of, () => store.delete(key), false);
    await expectOneError(of, () => cache.get(key), undefined);
    await expectOneError(of, () => cache.ttl(key), undefined);
    await expectOneError(of, () => cache.del(key), true);
    await expectOneError(of, () => store.getMany(['a', key, 'b']), ['of a', undefined, 'of b']);
    await expectOneError(of, () => store.getManyRaw([key, 'a']), [undefined, { value: 'of a' }]);
    await expectOneError(of, () => store.hasMany([key, 'a', 'c', key]), [false, true, false, false]);
    await expectOneError(of, () => store.has(['a', key]), [true, false]);
    const entries = [{ key, value: 1 }, { key: 'c', value: 'of c' }, null as unknown as KeyvEntry];
    await expectOneError(of, () => store.setMany(entries), [false, true, false]);
    await expectOneError(of, () => store.deleteMany(['a', key]), false);
    expect(await cache.mget(['a', 'b', 'c', 'undefined', 'null', '[object Object]'])).toEqual([
      ...[undefined, 'of b', 'of c'],
      ...[undefined, undefined, undefined],
    ]);
  });

  it.each([Number.NaN, '1h', {}])(
    'a ttl of %j is refused, and takes no other entry with it',
    async (wrong) => {
      const of = told();
      const ttl = wrong as number;
      await expectOneError(of, () => of.store.set('key', 1, ttl), false);
      const entries = [
        { key: 'a', value: 1, ttl },
        { key: 'b', value: 2, ttl: 60_000 },
      ];
      await expectOneError(of, () => of.store.setMany(entries), [false, true]);
      expect(await of.store.getMany(['key', 'a', 'b'])).toEqual([undefined, undefined, 2]);
    },
  );

  it('what is no list is told, and gives none', async () => {
    const of = told();
    await expectOneError(of, () => of.store.getMany('key' as never), []);
    await expectOneError(of, () => of.store.setMany(undefined as never), []);
  });

  it('takes numbers for their text', async () => {
    const { store, errors } = told();
    await store.set(7 as never, 'seven');
    expect(await store.getMany(['7', 7 as never, 7n as never])).toEqual(['seven', 'seven', 'seven']);
    expect(errors).toEqual([]);
  });

  it('rejects and is told once where it is asked to', async () => {
    const { store, errors } = told('throw');
    const wrong = Symbol('key') as never;
    const calls = [
      () => store.set('key', Symbol('value')),
      () => store.set(wrong, 1),
      () => store.set('key', 1, Number.NaN),
      () => store.setMany([{ key: 'key', value: { n: 1n } }]),
      () => store.setMany([{ key: 'key', value: 1, ttl: Number.NaN }]),
      () => store.get(wrong),
      () => store.getMany(['key', wrong]),
      () => store.getRaw(wrong),
      () => store.has(wrong),
      () => store.hasMany([wrong]),
      () => store.delete(wrong),
      () => store.deleteMany([wrong]),
    ];
    for (const [at, call] of calls.entries()) {
      const error = await call().catch((reason: unknown) => reason);
      expect(error).toBe(errors[at]);
    }
    expect(errors).toHaveLength(calls.length);
    expect(store.errorCount).toBe(calls.length);
    expect(await store.get('key')).toBeUndefined();
  });

  it('a listener that throws makes no rejection', async () => {
    const { store } = told();
    store.on('error', () => {
      throw new Error('of the listener');
    });
    expect(await store.set('key', Symbol('value'))).toBe(false);
    expect(await store.set('key', { n: 1n })).toBe(false);
    expect(await store.delete(null as never)).toBe(false);
    expect(store.errorCount).toBe(3);
  });

  it('is told once where there is a tier in memory, too', async () => {
    const errors: Error[] = [];
    const cache = createMemcachedCache({
      ...on.backend.options,
      namespace: on.namespace,
      memory: true,
      onError: (error) => errors.push(error),
    });
    onTestFinished(() => cache.disconnect());
    await cache.set(Symbol('key') as never, 1);
    await cache.get(undefined as never);
    await cache.set('key', 1, Number.NaN);
    expect(errors.map((error) => 'code' in error && error.code)).toEqual(
      Array.from({ length: 3 }, () => 'MC_INVALID_ARGUMENT'),
    );
    expect(await cache.get('key')).toBeUndefined();
  });

  it.each(['del', 'clear', 'set'] as const)('%s counts once on a client that is closed', async (method) => {
    const { store, errors } = told();
    await store.disconnect();
    const cache = createCache({ stores: [store] });
    for (let n = 1; n <= 3; n++) {
      await cache[method]('key', n);
      expect(errors).toHaveLength(n);
      expect(store.errorCount).toBe(n);
    }
  });
});

describe('a process that does not wait for its cache', () => {
  const CALLS = `
    import { createMemcachedCache, memcachedStore } from '@mc/adapter-cache-manager';
    import { createCache } from 'cache-manager';
    import { memoryTransport } from '@mc/transport-memory';
    const thrower = { toString() { throw new Error('no text'); }, toJSON() { throw new Error('no JSON'); } };
    const circular = {};
    circular.circular = circular;
    async function use(cache) {
      for (const value of [Symbol('v'), 1n, () => 1, thrower, circular]) {
        cache.set('key', value);
        cache.mset([{ key: 'key', value }, { key: 'other', value: 1 }]);
        await cache.wrap('key', () => value);
      }
      for (const key of [Symbol('k'), null, undefined, thrower, {}]) {
        cache.set(key, 1);
        cache.mset([{ key, value: 1 }]);
        cache.del(key);
        cache.mdel([key, 'key']);
        await cache.get(key);
        await cache.mget([key]);
        await cache.ttl(key);
      }
      cache.set('key', 1, NaN);
      cache.mset([{ key: 'key', value: 1, ttl: NaN }]);
      cache.clear();
      await new Promise((resolve) => setTimeout(resolve, 100));
      await cache.disconnect();
      cache.set('key', Symbol('v'));
      cache.clear();
    }`;

  it.each([
    ['memcached alone', 'createCache({ nonBlocking: true, stores: [memcachedStore(source)] })'],
    ['memory before it', 'createMemcachedCache({ ...source, nonBlocking: true, memory: true })'],
  ])('goes on after every bad call, with %s', async (_, cache) => {
    const end = await runProgram(`${CALLS}
      for (const source of [{ transport: memoryTransport() }, { servers: '127.0.0.1:1' }]) await use(${cache});
      console.log('lives');`);
    expect(end).toStrictEqual({ code: 0, output: 'lives\n' });
  });
});
