import { ConfigurationError, type MemcachedClient } from '@mc/memcached';
import { expectsMemcached } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { detectKeyvStorage, Keyv, KeyvBridgeAdapter } from 'keyv-6';
import { describe, expect, it } from 'vitest';
import { testsOnNewerNode } from '../../../test/newer-node.js';
import { recordingTransport } from '../../../test/recording-transport.js';
import { stoppedClock } from '../../../test/stopped-clock.js';
import { KeyvMemcached, memcachedStore, NativeKeyvMemcached } from '../src/index.js';
import { closedWithTest, embeddedClient, realClient, realServer } from './open-store.js';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function pairsOf(pairs: AsyncIterable<unknown>): Promise<Map<unknown, unknown>> {
  const map = new Map<unknown, unknown>();
  for await (const pair of pairs) map.set(...(pair as [unknown, unknown]));
  return map;
}

/** The contract of a native store. */
function storageTests(open: () => Promise<MemcachedClient>): void {
  const fresh = async (): Promise<NativeKeyvMemcached> => memcachedStore(await open(), { keyv: 6 });

  it('values come back, misses are undefined, deletions say what was there', async () => {
    const store = await fresh();
    expect(await store.set('key', 'value')).toBe(true);
    expect(await store.get('key')).toBe('value');
    expect(await store.get('none')).toBeUndefined();
    expect(await store.has('key')).toBe(true);
    expect(await store.has('none')).toBe(false);
    expect(await store.delete('key')).toBe(true);
    expect(await store.delete('key')).toBe(false);
    expect(await store.has('key')).toBe(false);
  });

  it('batches answer one by one, in the order of the keys', async () => {
    const store = await fresh();
    const entries = ['a', 'b', 'c'].map((key) => ({ key, value: key.toUpperCase() }));
    expect(await store.setMany(entries)).toEqual([true, true, true]);
    expect(await store.setMany([])).toEqual([]);
    expect(await store.getMany(['c', 'none', 'a'])).toEqual(['C', undefined, 'A']);
    expect(await store.getMany(['x', 'y'])).toEqual([undefined, undefined]);
    expect(await store.getMany([])).toEqual([]);
    expect(await store.hasMany(['a', 'x', 'b'])).toEqual([true, false, true]);
    expect(await store.hasMany([])).toEqual([]);
    expect(await store.deleteMany(['a', 'b'])).toEqual([true, true]);
    expect(await store.deleteMany(['a', 'b'])).toEqual([false, false]);
    expect(await store.deleteMany(['c', 'a'])).toEqual([true, false]);
    expect(await store.deleteMany([])).toEqual([]);
  });

  it('clear() takes all', async () => {
    const store = await fresh();
    await store.setMany([
      { key: 'a', value: 1 },
      { key: 'b', value: 2 },
    ]);
    expect(await store.clear()).toBeUndefined();
    expect(await store.getMany(['a', 'b'])).toEqual([undefined, undefined]);
  });

  it('times are absolute, and kept', async () => {
    const store = await fresh();
    const at = stoppedClock();
    const expires = Date.now() + 30_000;
    await store.set('soon', 1, expires);
    await store.setMany([
      { key: 'soon too', value: 1, expires },
      { key: 'never', value: 1 },
    ]);
    expect(await store.getMany(['soon', 'soon too', 'never'])).toEqual([1, 1, 1]);
    at(30_000);
    expect(await store.getMany(['soon', 'soon too', 'never'])).toEqual([1, 1, 1]);
    at(30_001);
    expect(await store.getMany(['soon', 'soon too', 'never'])).toEqual([undefined, undefined, 1]);
    expect(await store.hasMany(['soon', 'soon too', 'never'])).toEqual([false, false, true]);
    expect(await store.has('soon')).toBe(false);
    for (const past of [Date.now() - 1000, Date.now(), 1, 0, -1]) {
      await store.set('never', 1);
      expect(await store.set('never', 2, past)).toBe(true);
      expect(await store.has('never')).toBe(false);
    }
    await expect(store.set('key', 1, Number.NaN)).rejects.toMatchObject({ code: 'MC_INVALID_ARGUMENT' });
  });

  it('the iterator gives what is in the namespace', async () => {
    const store = await fresh();
    expect(await pairsOf(store.iterator())).toEqual(new Map());
    expect(typeof store.iterator()[Symbol.asyncIterator]).toBe('function');
    await store.set('none:a', 0);
    store.namespace = 'one';
    await store.setMany([
      { key: 'a', value: 1 },
      { key: 'b b', value: 2 },
      { key: 'gone', value: 3, expires: Date.now() + 1 },
    ]);
    store.namespace = 'other';
    await store.set('a', 4);
    await wait(5);
    expect(await pairsOf(store.iterator())).toEqual(new Map([['a', 4]]));
    store.namespace = 'one';
    expect(await pairsOf(store.iterator())).toEqual(
      new Map([
        ['a', 1],
        ['b b', 2],
      ]),
    );
    store.namespace = undefined;
    expect(await pairsOf(store.iterator())).toEqual(new Map([['none:a', 0]]));
  });

  it('the namespace is set and unset', async () => {
    const store = await fresh();
    expect(store.namespace).toBeUndefined();
    await store.set('key', 'none');
    store.namespace = 'one';
    expect(store.namespace).toBe('one');
    expect(await store.get('key')).toBeUndefined();
    await store.set('key', 'one');
    store.namespace = undefined;
    expect(store.namespace).toBeUndefined();
    expect(await store.get('key')).toBe('none');
    await store.clear();
    store.namespace = 'one';
    expect(await store.get('key')).toBe('one');
  });

  it('disconnect() resolves, twice', async () => {
    const store = await fresh();
    await store.set('key', 1);
    expect(await store.disconnect()).toBeUndefined();
    expect(await store.disconnect()).toBeUndefined();
  });
}

/** What is true of a Keyv 6 on either form of store. */
function keyvTests(
  makeStore: (client: MemcachedClient) => object,
  open: () => Promise<MemcachedClient>,
): void {
  const fresh = async (options: object = {}): Promise<Keyv> =>
    new Keyv({ store: makeStore(await open()), ...options } as never);

  it('sets, gets and deletes', async () => {
    const keyv = await fresh();
    expect(await keyv.set('foo', 'bar')).toBe(true);
    expect(await keyv.get('foo')).toBe('bar');
    expect(await keyv.get(['foo', 'none'])).toEqual(['bar', undefined]);
    expect(await keyv.get('none')).toBeUndefined();
    expect(await keyv.has('foo')).toBe(true);
    expect(await keyv.has(['foo', 'none'])).toEqual([true, false]);
    expect(await keyv.delete('foo')).toBe(true);
    expect(await keyv.delete('foo')).toBe(false);
    expect(await keyv.get('foo')).toBeUndefined();
  });

  it('sets and gets many', async () => {
    const keyv = await fresh();
    const results = await keyv.setMany([
      { key: 'a', value: 1 },
      { key: 'b', value: 2, ttl: 60_000 },
    ]);
    expect(results).toEqual([true, true]);
    expect(await keyv.getMany(['b', 'x', 'a'])).toEqual([2, undefined, 1]);
    expect(await keyv.getMany([])).toEqual([]);
    await keyv.deleteMany(['a', 'b']);
    expect(await keyv.getMany(['a', 'b'])).toEqual([undefined, undefined]);
  });

  it('values end with their ttl', async () => {
    const keyv = await fresh({ ttl: 60_000 });
    const at = stoppedClock();
    await keyv.set('short', 1, 30_000);
    await keyv.set('default', 1);
    const raw = (await keyv.getRaw('default')) as { expires?: number } | undefined;
    expect(raw?.expires).toBeGreaterThan(Date.now() + 50_000);
    expect(await keyv.getMany(['short', 'default'])).toEqual([1, 1]);
    at(30_001);
    expect(await keyv.getMany(['short', 'default'])).toEqual([undefined, 1]);
    expect(await keyv.has('short')).toBe(false);
  });

  it('raw values go both ways', async () => {
    const keyv = await fresh();
    const expires = Date.now() + 60_000;
    expect(await keyv.setRaw('a', { value: 1, expires })).toBe(true);
    expect(await keyv.getRaw('a')).toEqual({ value: 1, expires });
    expect(await keyv.setManyRaw([{ key: 'b', value: { value: 2 } }])).toEqual([true]);
    expect(await keyv.getManyRaw(['a', 'b', 'c'])).toEqual([{ value: 1, expires }, { value: 2 }, undefined]);
    expect(await keyv.getRaw('none')).toBeUndefined();
  });

  it('a value can be of any kind', async () => {
    const keyv = await fresh();
    const values = [
      ...[false, null, undefined, 0, '', '"', "'", ':colon', { fizz: 'buzz' }, [1, [2]], 12n],
      ...[Buffer.from('bar'), { buff: Buffer.from('buzz') }],
    ];
    for (const value of values) {
      expect(await keyv.set('foo', value)).toBe(true);
      expect(await keyv.get('foo')).toEqual(value);
    }
  });

  it('a key can be any text', async () => {
    const keyv = await fresh({ namespace: 'n' });
    const keys = ["'", 'a b', 'a\r\nb', 'é', '\ud800', 'n:x', 'x', 'k'.repeat(10_000)];
    for (const [at, key] of keys.entries()) await keyv.set(key, at);
    expect(await keyv.getMany(keys)).toEqual(keys.map((_, at) => at));
  });

  it('a symbol is refused', async () => {
    const keyv = await fresh();
    const errors: unknown[] = [];
    keyv.on('error', (error: unknown) => errors.push(error));
    expect(await keyv.set('foo', Symbol('value'))).toBe(false);
    expect(errors).toHaveLength(1);
    expect(await keyv.get('foo')).toBeUndefined();
  });

  it('without serialisation values go through our codec', async () => {
    const keyv = await fresh({ serialization: false });
    for (const value of ['text', { a: [1] }, Buffer.from('bar'), 5, 12345678901234567890n]) {
      expect(await keyv.set('foo', value, 60_000)).toBe(true);
      expect(await keyv.get('foo')).toEqual(value);
    }
  });

  it('namespaces do not mix, nor does a clear', async () => {
    const client = await open();
    const [one, other] = ['one', 'other'].map(
      (namespace) => new Keyv({ store: makeStore(client), namespace } as never),
    );
    await one?.set('foo', 1);
    await other?.set('foo', 2);
    expect([await one?.get('foo'), await other?.get('foo')]).toEqual([1, 2]);
    expect(await one?.delete('foo')).toBe(true);
    expect([await one?.get('foo'), await other?.get('foo')]).toEqual([undefined, 2]);
    await one?.set('foo', 3);
    await one?.clear();
    expect([await one?.get('foo'), await other?.get('foo')]).toEqual([undefined, 2]);
  });

  it('the iterator gives the keys without their namespace, and skips what has expired', async () => {
    const client = await open();
    const [one, other] = ['one', 'other'].map(
      (namespace) => new Keyv({ store: makeStore(client), namespace } as never),
    );
    const expected = new Map(Array.from({ length: 20 }, (_, at) => [`${at}`, at + 10]));
    for (const [key, value] of expected) await one?.set(key, value);
    await one?.set('expiring', 1, 20);
    await other?.set('0', 'other');
    await wait(30);
    expect(await pairsOf(one?.iterator() as AsyncIterable<unknown>)).toEqual(expected);
    await one?.clear();
    expect(await pairsOf(one?.iterator() as AsyncIterable<unknown>)).toEqual(new Map());
  });
}

const opened = {
  embedded: async (): Promise<MemcachedClient> => embeddedClient({ transport: memoryTransport() }),
};
const real = async (): Promise<MemcachedClient> => realClient((await realServer()).address);
const forms = {
  native: (client: MemcachedClient) => memcachedStore(client, { keyv: 6 }),
  bridged: (client: MemcachedClient) => memcachedStore(client),
};

describe('storage contract of Keyv 6, embedded server', () => storageTests(opened.embedded));
for (const [form, makeStore] of Object.entries(forms)) {
  describe(`Keyv 6, ${form}, embedded server`, () => keyvTests(makeStore, opened.embedded));
}
if (expectsMemcached()) {
  describe('storage contract of Keyv 6, memcached', () => storageTests(real));
  for (const [form, makeStore] of Object.entries(forms)) {
    describe(`Keyv 6, ${form}, memcached`, () => keyvTests(makeStore, real));
  }
}

describe('how Keyv 6 takes a store', () => {
  it('the native form as it is, with what it says it can', async () => {
    const store = memcachedStore(embeddedClient(), { keyv: 6 });
    const keyv = new Keyv({ store });
    expect(keyv.store).toBe(store);
    expect(store.capabilities).toMatchObject({
      ...detectKeyvStorage(store),
      expires: true,
      methods: expect.anything(),
    });
    expect(store).toBeInstanceOf(NativeKeyvMemcached);
  });

  it('one namespace in a store, which a second Keyv cannot change', async () => {
    const store = memcachedStore(embeddedClient(), { keyv: 6 });
    const keyv = new Keyv({ store, namespace: 'a' });
    await keyv.set('key', 1);
    expect(() => new Keyv({ store, namespace: 'b' })).toThrow(ConfigurationError);
    expect(await keyv.get('key')).toBe(1);
    const same = new Keyv({ store, namespace: 'a' });
    expect(await same.get('key')).toBe(1);
    // Whose change it is could not be told from the calls that follow.
    expect(() => {
      same.namespace = 'b';
    }).toThrow(ConfigurationError);
    expect(await keyv.get('key')).toBe(1);
  });

  it('one namespace at a time, where a Keyv changes its own', async () => {
    for (const store of [memcachedStore(embeddedClient(), { keyv: 6 }), memcachedStore(embeddedClient())]) {
      const keyv = new Keyv({ store, namespace: 'a' });
      await keyv.set('key', 1);
      keyv.namespace = 'b';
      expect(await keyv.get('key')).toBeUndefined();
      await keyv.set('key', 2);
      keyv.namespace = 'a';
      expect(await keyv.get('key')).toBe(1);
      await keyv.clear();
      keyv.namespace = 'b';
      expect(await keyv.get('key')).toBe(2);
    }
  });

  it('the other form with one namespace: with several no call says whose it is', async () => {
    const store = memcachedStore(embeddedClient());
    const [one, other] = ['one', 'other'].map((namespace) => new Keyv({ store, namespace }));
    await expect(one?.set('key', 1)).rejects.toMatchObject({ code: 'MC_CONFIGURATION' });
    await expect(other?.get('key')).rejects.toMatchObject({ code: 'MC_CONFIGURATION' });
  });

  it('the other form through its bridge, without asking the server anything', async () => {
    const transport = recordingTransport(memoryTransport());
    const store = memcachedStore(embeddedClient({ transport }));
    const keyv = new Keyv({ store, namespace: 'n' });
    expect(detectKeyvStorage(store).store).toBe('keyvStorage');
    expect(keyv.store).toBeInstanceOf(KeyvBridgeAdapter);
    expect(store).toBeInstanceOf(KeyvMemcached);
    expect(store.namespace).toBe('n');
    await wait(20);
    expect(transport.sent).toEqual([]);
  });
});

describe('a server that is not there, with Keyv 6', () => {
  const away = { servers: '127.0.0.1:1', failureLimit: 1 };

  it('is misses and one event each, and without a listener misses all the same', async () => {
    const store = closedWithTest(memcachedStore(away, { keyv: 6 }));
    const keyv = new Keyv({ store });
    expect(await keyv.get('key')).toBeUndefined();
    expect(await keyv.set('key', 1)).toBe(false);
    expect(await keyv.getMany(['a', 'b'])).toEqual([undefined, undefined]);
    expect(await keyv.has('a')).toBe(false);
    expect(store.errorCount).toBe(4);
    const errors: unknown[] = [];
    keyv.on('error', (error: unknown) => errors.push(error));
    const calls: ReadonlyArray<() => Promise<unknown>> = [
      ...[() => keyv.get('a'), () => keyv.getMany(['a']), () => keyv.has('a'), () => keyv.set('a', 1)],
      ...[
        () => keyv.setMany([{ key: 'a', value: 1 }]),
        () => keyv.delete('a'),
        () => keyv.deleteMany(['a']),
        () => keyv.clear(),
      ],
    ];
    for (const call of calls) {
      await call();
      expect(errors.splice(0), String(call)).toHaveLength(1);
    }
  });

  it('is thrown, and not emitted besides, where it is told so', async () => {
    const store = closedWithTest(memcachedStore(away, { keyv: 6, onServerFailure: 'throw' }));
    const emitted: unknown[] = [];
    store.on('error', (error: unknown) => emitted.push(error));
    const keyv = new Keyv({ store });
    for (const call of [
      () => keyv.get('a'),
      () => keyv.set('a', 1),
      () => keyv.getMany(['a']),
      () => keyv.clear(),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: expect.stringMatching(/^MC_/) });
    }
    expect(emitted).toEqual([]);
    const errors: unknown[] = [];
    keyv.on('error', (error: unknown) => errors.push(error));
    expect(await keyv.get('a')).toBeUndefined();
    expect(errors).toHaveLength(1);
  });
});

testsOnNewerNode('packages/adapter-keyv/test/keyv-six.test.ts', 50);
