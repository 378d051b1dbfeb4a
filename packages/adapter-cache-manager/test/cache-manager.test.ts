import { describe, expect, it } from 'vitest';
import { BACKENDS } from './backends.js';
import { useBackend } from './cache-fixture.js';

describe.each(Object.keys(BACKENDS))('cache-manager on %s', (name) => {
  const on = useBackend(BACKENDS[name]!);

  it.each([
    ['text', 'plain text'],
    ['text that looks like an escape of Keyv', ':base64:aGk='],
    ['text with a line end', 'a\r\nEND\r\n'],
    ['the empty text', ''],
    ['0', 0],
    ['a fraction', -1.5],
    ['true', true],
    ['false', false],
    ['null', null],
    ['an object', { name: 'Ada', tags: ['a', 'b'], nested: { deep: null } }],
    ['an array', [1, 'two', [3]]],
    ['a member called value', { value: 1, expires: 2 }],
  ])('gives back %s', async (_, value) => {
    const cache = on.cache();
    expect(await cache.set('key', value)).toEqual(value);
    expect(await cache.get('key')).toStrictEqual(value);
    expect(await cache.mget(['key'])).toStrictEqual([value]);
  });

  it('gives back bytes', async () => {
    const cache = on.cache();
    await cache.set('key', Buffer.from([0, 255, 13, 10]));
    const bytes = await cache.get<Uint8Array>('key');
    expect(bytes).toBeInstanceOf(Uint8Array);
    expect([...(bytes ?? [])]).toEqual([0, 255, 13, 10]);
  });

  it('misses what was never set, or set to undefined', async () => {
    const cache = on.cache();
    expect(await cache.get('key')).toBeUndefined();
    expect(await cache.ttl('key')).toBeUndefined();
    await cache.set('key', undefined);
    expect(await cache.get('key')).toBeUndefined();
    expect(await cache.mget(['key', 'other'])).toEqual([undefined, undefined]);
  });

  it('sets, reads and deletes many in the order they are named', async () => {
    const cache = on.cache();
    const list = [
      { key: 'a', value: 1 },
      { key: 'b', value: { two: 2 }, ttl: 60_000 },
      { key: 'c', value: 'three' },
    ];
    expect(await cache.mset<unknown>(list)).toEqual(list.map((item) => ({ ttl: undefined, ...item })));
    expect(await cache.mget(['c', 'missing', 'a', 'b'])).toEqual(['three', undefined, 1, { two: 2 }]);
    expect(await cache.mdel(['a', 'missing', 'c'])).toBe(true);
    expect(await cache.mget(['a', 'b', 'c'])).toEqual([undefined, { two: 2 }, undefined]);
    expect(await cache.mget([])).toEqual([]);
    expect(await cache.mset([])).toEqual([]);
    expect(await cache.mdel([])).toBe(true);
  });

  it('deletes one, whether or not it is there', async () => {
    const cache = on.cache();
    await cache.set('key', 1);
    expect(await cache.del('key')).toBe(true);
    expect(await cache.del('key')).toBe(true);
    expect(await cache.get('key')).toBeUndefined();
  });

  it('clears its own namespace and no other', async () => {
    const cache = on.cache();
    const other = on.cache({ stores: [on.store({ namespace: `${on.namespace}-other` })] });
    const longer = on.cache({ stores: [on.store({ namespace: `${on.namespace}:longer` })] });
    for (const each of [cache, other, longer]) await each.set('key', 'kept');
    expect(await cache.clear()).toBe(true);
    expect(await cache.get('key')).toBeUndefined();
    expect(await other.get('key')).toBe('kept');
    expect(await longer.get('key')).toBe('kept');
    await cache.set('key', 'new');
    expect(await cache.get('key')).toBe('new');
  });

  it('shares a namespace with another process, and a clear is seen there at once', async () => {
    const [first, second] = [on.cache(), on.cache()];
    await first.set('key', { from: 'first' });
    expect(await second.get('key')).toEqual({ from: 'first' });
    await second.clear();
    expect(await first.get('key')).toBeUndefined();
  });

  it('keeps a key apart from one that carries the namespace', async () => {
    const cache = on.cache();
    await cache.set('key', 'short');
    await cache.set(`${on.namespace}:key`, 'long');
    expect(await cache.get('key')).toBe('short');
    expect(await cache.mget(['key', `${on.namespace}:key`])).toEqual(['short', 'long']);
  });
});

describe.each(Object.keys(BACKENDS))('times on %s', (name) => {
  const on = useBackend(BACKENDS[name]!);

  it('tells when an entry ends, in milliseconds since 1970', async () => {
    const cache = on.cache();
    const before = Date.now();
    await cache.set('key', 1, 90_000);
    const ttl = (await cache.ttl('key')) ?? 0;
    expect(ttl).toBeGreaterThanOrEqual(before + 90_000);
    expect(ttl).toBeLessThanOrEqual(Date.now() + 90_000);
  });

  it.each([0, undefined])('never ends with a ttl of %s', async (ttl) => {
    const cache = on.cache();
    await cache.set('key', 'there', ttl);
    expect(await cache.get('key')).toBe('there');
    expect(await cache.ttl('key')).toBeUndefined();
  });

  it('takes the ttl of the call, else of the cache, else of the store', async () => {
    const store = on.store({ ttl: 10_000 });
    const plain = on.cache({ stores: [store] });
    const cache = on.cache({ stores: [store], ttl: 20_000 });
    await plain.set('of the store', 1);
    await cache.mset([{ key: 'of the cache', value: 1 }]);
    await cache.set('of the call', 1, 30_000);
    const left = async (key: string) => Math.ceil((((await cache.ttl(key)) ?? 0) - Date.now()) / 10_000);
    expect(await left('of the store')).toBe(1);
    expect(await left('of the cache')).toBe(2);
    expect(await left('of the call')).toBe(3);
  });

  it('ends to the millisecond, not to the second', async () => {
    const cache = on.cache();
    const before = Date.now();
    await cache.set('key', 'there', 150);
    const after = Date.now();
    let value: unknown;
    do {
      value = await cache.get('key');
      if (value === undefined) expect(Date.now()).toBeGreaterThan(before + 150);
      else expect(value).toBe('there');
    } while (Date.now() <= after + 150);
    expect(await cache.get('key')).toBeUndefined();
  });

  it('keeps an entry for longer than 30 days', async () => {
    const cache = on.cache();
    await cache.set('key', 'there', 40 * 86_400_000);
    expect(await cache.get('key')).toBe('there');
  });

  it('has no entry that ended before it began', async () => {
    const cache = on.cache();
    await cache.set('key', 'old');
    await cache.set('key', 'new', -5);
    expect(await cache.get('key')).toBeUndefined();
  });
});
