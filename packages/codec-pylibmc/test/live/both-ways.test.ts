import type { MemcachedClient } from '@mc/core';
import { expectsMemcached } from '@mc/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { canonical, type Description } from './described-value.js';
import { expectsPylibmc } from './pylibmc-python.js';
import { pythonForm } from './python-form.js';
import type { PylibmcClient } from './python-peer.js';
import { type SetUp, setUps } from './set-ups.js';
import { openSharedCache, type SharedCache } from './shared-cache.js';

/** One of each form that a value is stored in. */
const MIXED = {
  text: 'grüße 👍🏽',
  bytes: Uint8Array.of(0, 255, 13, 10),
  count: 42,
  large: 2n ** 70n,
  ratio: 0.5,
  nothing: null,
  order: { id: 7, tags: ['a', 'b'], paid: true, sums: new Map([[1, 9.5]]) },
  long: 'compressible '.repeat(100),
};
const KEYS = Object.keys(MIXED);
const COMPRESSED = { zlib: 8, from: 100 };

/** Both sides of one cache. */
interface Sides {
  readonly cache: SharedCache;
  readonly node: MemcachedClient;
  readonly python: PylibmcClient;
  /** Calls a method of pylibmc with these JavaScript values. */
  ask(
    method: string,
    args: readonly unknown[],
    options?: Readonly<Record<string, unknown>>,
  ): Promise<Description>;
}

/** What a call returns where it returns this: unlike a stored value, `True` stays what it is. */
function described(value: unknown): Description {
  return canonical(pythonForm(value));
}

function optionsOf(options: Readonly<Record<string, unknown>>): Record<string, Description> {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, pythonForm(value)]));
}

async function openSides(cache: SharedCache, setUp: SetUp): Promise<Sides> {
  const python = await cache.python({ cas: true });
  const ask: Sides['ask'] = async (method, args, options = {}) =>
    canonical(
      await python.call(
        method,
        args.map((arg) => pythonForm(arg)),
        optionsOf(options),
      ),
    );
  return { cache, node: cache.node(setUp.options({})), python, ask };
}

function testBatches(sides: () => Sides): void {
  it('get_multi reads what setMulti wrote, with a prefix, compressed or not', async () => {
    const { node, ask, cache } = sides();
    for (const minCompressLen of [0, COMPRESSED.from]) {
      expect(await node.setMulti(MIXED, { keyPrefix: 'n:', minCompressLen })).toEqual([]);
      expect(await ask('get_multi', [KEYS], { key_prefix: 'n:' })).toEqual(described(MIXED));
      expect((await cache.flagsOf('n:long')) ?? 0).toBe(minCompressLen === 0 ? 16 : 16 + COMPRESSED.zlib);
    }
    expect(await node.addMulti({ count: 1, fresh: 2 }, { keyPrefix: 'n:' })).toEqual(['count']);
    expect(await ask('get_multi', [['fresh', 'gone']], { key_prefix: 'n:' })).toEqual(
      described({ fresh: 2 }),
    );
  });

  it('getMulti reads what set_multi wrote, with a prefix, compressed or not', async () => {
    const { node, ask, cache } = sides();
    for (const minCompressLen of [0, COMPRESSED.from]) {
      const options = { key_prefix: 'p:', min_compress_len: minCompressLen };
      expect(await ask('set_multi', [MIXED], options)).toEqual(described([]));
      const found = await node.getMulti(KEYS, { keyPrefix: 'p:' });
      expect(Object.fromEntries(found)).toEqual({ ...MIXED, bytes: expect.any(Uint8Array) });
      expect([...(found.get('bytes') as Uint8Array)]).toEqual([...MIXED.bytes]);
      expect((await cache.flagsOf('p:long')) ?? 0).toBe(minCompressLen === 0 ? 16 : 16 + COMPRESSED.zlib);
    }
    expect(await ask('add_multi', [{ count: 1, fresh: 2 }], { key_prefix: 'p:' })).toEqual(
      described(['count']),
    );
    expect(await node.getMulti(['fresh', 'gone'], { keyPrefix: 'p:' })).toEqual(new Map([['fresh', 2]]));
  });

  it('deletes of one side are misses of the other', async () => {
    const { node, ask } = sides();
    await node.setMulti({ a: 1, b: 2, c: 3, d: 4 });
    expect(await ask('delete_multi', [['a', 'b']])).toEqual(described(true));
    expect(await node.deleteMulti(['a', 'c'])).toBe(false);
    expect(await ask('get_multi', [['a', 'b', 'c', 'd']])).toEqual(described({ d: 4 }));
    expect(await node.getMulti(['a', 'b', 'c', 'd'])).toEqual(new Map([['d', 4]]));
  });
}

function testCas(sides: () => Sides): void {
  const gets = async ({ ask }: Sides, key: string) => {
    const found = await ask('gets', [key]);
    const [value, cas] = found.t === 'tuple' ? found.v : [];
    return { value, cas: cas?.t === 'int' ? BigInt(cas.v) : undefined };
  };

  it('cas: both see one id, and a write of either spoils the id of the other', async () => {
    const { node, ask } = sides();
    for (const [key, value] of Object.entries(MIXED)) {
      await node.set(key, value);
      const here = await node.gets(key);
      expect(await gets(sides(), key)).toEqual({ value: described(value), cas: here?.cas });
      const id = here?.cas ?? 0n;
      expect(await ask('cas', [key, ['python', value], id])).toEqual(described(true));
      expect(await node.cas(key, 'too late', id)).toBe(false);
      const next = (await node.gets(key)) ?? { value: undefined, cas: 0n };
      expect(next.value).toEqual(['python', value]);
      expect(await node.cas(key, ['node', value], next.cas)).toBe(true);
      expect(await ask('cas', [key, 'too late', next.cas])).toEqual(described(false));
      expect(await ask('get', [key])).toEqual(described(['node', value]));
    }
  });

  it('cas: a key that is gone', async () => {
    const { node, ask } = sides();
    await node.set('key', MIXED.order);
    const id = (await node.gets('key'))?.cas ?? 0n;
    await node.delete('key');
    expect(await node.cas('key', 1, id)).toBe(false);
    await expect(ask('cas', ['key', 1, id])).rejects.toMatchObject({ type: 'NotFound' });
    expect(await gets(sides(), 'key')).toEqual({ value: described(null), cas: undefined });
  });
}

function testCounters(sides: () => Sides): void {
  const starts: [string, (sides: Sides, start: number | string) => Promise<unknown>][] = [
    ['Node', ({ node }, start) => node.set('counter', start)],
    ['Python', ({ ask }, start) => ask('set', ['counter', start])],
  ];

  for (const [who, set] of starts) {
    it(`incr and decr of both on a counter that ${who} set`, async () => {
      const { node, ask } = sides();
      await set(sides(), 100);
      expect(await node.incr('counter', 5)).toBe(105);
      expect(await ask('incr', ['counter', 7])).toEqual(described(112));
      expect(await node.get('counter')).toBe(112);
      // memcached keeps the width of a number that gets shorter: the text ends in spaces then.
      expect(await ask('decr', ['counter', 110])).toEqual(described(2));
      expect(await node.get('counter')).toBe(2);
      expect(await node.decr('counter', 9)).toBe(0);
      expect(await ask('get', ['counter'])).toEqual(described(0));
      expect(await ask('incr_multi', [['counter']], { delta: 3 })).toEqual(described(null));
      expect(await node.get('counter')).toBe(3);
    });

    it(`incr of text and of large counters that ${who} set`, async () => {
      const { node, ask } = sides();
      await set(sides(), '5');
      expect(await node.incr('counter')).toBe(6);
      expect(await ask('incr', ['counter'])).toEqual(described(7));
      expect([await node.get('counter'), await ask('get', ['counter'])]).toEqual(['7', described('7')]);
      await set(sides(), Number.MAX_SAFE_INTEGER);
      expect(await ask('incr', ['counter', 10])).toEqual(described(2n ** 53n + 9n));
      expect(await node.incr('counter', 1n)).toBe(2n ** 53n + 10n);
      expect(await node.get('counter')).toBe(2n ** 53n + 10n);
      expect(await ask('get', ['counter'])).toEqual(described(2n ** 53n + 10n));
    });
  }

  it('incr of nothing, and of what is no number', async () => {
    const { node, ask } = sides();
    await expect(ask('incr', ['counter'])).rejects.toMatchObject({ type: 'NotFound' });
    await expect(node.incr('counter')).rejects.toMatchObject({ name: 'CacheMissError' });
    await node.set('counter', MIXED.order);
    await expect(ask('incr', ['counter'])).rejects.toMatchObject({ type: 'ClientError' });
    await ask('set', ['counter', 1.5]);
    await expect(node.incr('counter')).rejects.toMatchObject({ name: 'ClientError' });
  });
}

function testSingleKeys(sides: () => Sides): void {
  it('append and prepend keep the type that the other side stored', async () => {
    const { node, ask } = sides();
    await node.set('text', 'ü');
    await ask('set', ['bytes', Uint8Array.of(1)]);
    expect(await ask('append', ['text', '→'])).toEqual(described(true));
    expect(await node.prepend('bytes', Uint8Array.of(0))).toBe(true);
    expect([await node.get('text'), await ask('get', ['text'])]).toEqual(['ü→', described('ü→')]);
    expect([...((await node.get<Uint8Array>('bytes')) ?? [])]).toEqual([0, 1]);
    expect(await ask('get', ['bytes'])).toEqual(described(Uint8Array.of(0, 1)));
    expect(await ask('append', ['gone', 'x'])).toEqual(described(false));
  });

  it('add, replace and touch see what the other side stored', async () => {
    const { node, ask } = sides();
    await ask('set', ['key', MIXED.order]);
    expect(await node.add('key', 1)).toBe(false);
    expect(await node.replace('key', [MIXED.ratio])).toBe(true);
    expect(await ask('add', ['key', 1])).toEqual(described(false));
    expect(await ask('replace', ['key', { a: null }])).toEqual(described(true));
    expect(await node.getAndTouch('key', 60)).toEqual({ a: null });
    expect(await ask('touch', ['key', -1])).toEqual(described(true));
    expect(await node.get('key')).toBeUndefined();
    expect(await ask('replace', ['key', 1])).toEqual(described(false));
  });

  it('keys of text, of bytes and outside of ASCII are the same keys', async () => {
    const { node, ask } = sides();
    const bytes = new TextEncoder().encode('schlüssel:日本');
    await node.set('schlüssel:日本', MIXED.order);
    expect(await ask('get', ['schlüssel:日本'])).toEqual(described(MIXED.order));
    expect(await ask('get', [bytes])).toEqual(described(MIXED.order));
    await ask('set', [bytes, [MIXED.large]]);
    expect([await node.get('schlüssel:日本'), await node.get(bytes)]).toEqual([[MIXED.large], [MIXED.large]]);
  });

  it('clones of both sides read the same', async () => {
    const { node, python, ask } = sides();
    await ask('set', ['python', MIXED.order]);
    await node.set('node', MIXED.order);
    const [hereToo, thereToo] = [node.clone(), await python.clone()];
    expect(await hereToo.get('python')).toEqual(MIXED.order);
    await hereToo.close();
    expect(await thereToo.call('get', [pythonForm('node')])).toEqual(pythonForm(MIXED.order));
  });
}

function testNamespace(sides: () => Sides, setUp: SetUp): void {
  it('a namespace of pylibmc is a prefix here', async () => {
    const { cache } = sides();
    const python = await cache.python({ namespace: 'shop:' });
    const node = cache.node({ ...setUp.options({}), keyPrefix: 'shop:' });
    await python.call('set_multi', [pythonForm(MIXED)]);
    expect((await node.getMulti(KEYS)).get('order')).toEqual(MIXED.order);
    await node.set('own', MIXED.order.sums);
    expect(await python.call('get_multi', [pythonForm(['own'])])).toEqual(
      pythonForm({ own: MIXED.order.sums }),
    );
    expect(await sides().node.get('own')).toBeUndefined();
  });
}

if (expectsMemcached() && expectsPylibmc()) {
  for (const setUp of setUps) {
    describe(`pylibmc and Node on one cache: ${setUp.title}`, () => {
      const world: { sides?: Sides } = {};
      const sides = () => world.sides as Sides;
      beforeAll(async () => {
        world.sides = await openSides(await openSharedCache(), setUp);
      }, 60_000);
      afterEach(() => sides().node.flushAll());
      afterAll(() => world.sides?.cache[Symbol.asyncDispose]());

      testBatches(sides);
      testCas(sides);
      testCounters(sides);
      testSingleKeys(sides);
      testNamespace(sides, setUp);
    });
  }
}
