import { createRequire } from 'node:module';
import { memoryTransport } from '@mc/transport-memory';
import { Cacheable } from 'cacheable';
import { Keyv } from 'keyv';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runProgram } from '../../../test/run-program.js';
import { stoppedClock } from '../../../test/stopped-clock.js';
import { memcachedStore } from '../src/index.js';
import { BACKENDS } from './backends.js';
import { useBackend } from './cache-fixture.js';

describe.each(Object.keys(BACKENDS))('the second level of cacheable on %s', (name) => {
  const on = useBackend(BACKENDS[name]!);

  /** A cache of one process: its own memory before the memcached that all share. */
  function cacheable(options: ConstructorParameters<typeof Cacheable>[0] = {}): Cacheable {
    const cache = new Cacheable({ secondary: on.store(), ...options });
    onTestFinished(() => cache.disconnect());
    return cache;
  }

  it('shares what one process sets with another', async () => {
    const [first, second] = [cacheable(), cacheable()];
    expect(await first.set('key', { n: 1 })).toBe(true);
    expect(await second.get('key')).toEqual({ n: 1 });
    expect(await second.primary.get('key')).toEqual({ n: 1 });
    expect(await second.has('key')).toBe(true);
    expect(await second.get('missing')).toBeUndefined();
  });

  it('reads and writes many', async () => {
    const [first, second] = [cacheable(), cacheable()];
    await first.setMany([
      { key: 'a', value: 1 },
      { key: 'b', value: 'two', ttl: '1h' },
    ]);
    expect(await second.getMany(['b', 'missing', 'a'])).toEqual(['two', undefined, 1]);
    expect(await cacheable().hasMany(['a', 'missing'])).toEqual([true, false]);
    await second.deleteMany(['a']);
    expect(await cacheable().getMany(['a', 'b'])).toEqual([undefined, 'two']);
  });

  it('tells when an entry ends, and lets it end', async () => {
    const at = stoppedClock();
    const [first, second] = [cacheable(), cacheable()];
    const expires = Date.now() + 30_000;
    await first.set('key', 'there', 30_000);
    expect(await second.getRaw('key')).toEqual({ value: 'there', expires });
    at(30_000);
    expect(await cacheable().get('key')).toBe('there');
    at(30_001);
    for (const cache of [first, second, cacheable()]) expect(await cache.get('key')).toBeUndefined();
  });

  it('deletes, and clears its namespace only', async () => {
    const other = memcachedStore(on.backend.options, { namespace: `${on.namespace}-other` });
    onTestFinished(() => other.disconnect());
    await other.set('key', 'kept');
    const cache = cacheable();
    await cache.set('a', 1);
    await cache.set('b', 2);
    expect(await cache.delete('a')).toBe(true);
    expect(await cacheable().getMany(['a', 'b'])).toEqual([undefined, 2]);
    await cache.clear();
    expect(await cacheable().get('b')).toBeUndefined();
    expect(await other.get('key')).toBe('kept');
  });

  it('goes by the namespace of the cache', async () => {
    const store = () => memcachedStore(on.backend.options);
    const first = cacheable({ secondary: store(), namespace: `${on.namespace}-1` });
    const second = cacheable({ secondary: store(), namespace: `${on.namespace}-2` });
    await first.set('key', 'first');
    await second.set('key', 'second');
    await second.clear();
    expect(await cacheable({ secondary: store(), namespace: `${on.namespace}-1` }).get('key')).toBe('first');
    expect(
      await cacheable({ secondary: store(), namespace: `${on.namespace}-2` }).get('key'),
    ).toBeUndefined();
  });

  it('drops what has a tag', async () => {
    const [first, second] = [cacheable({ tags: true }), cacheable({ tags: true })];
    await first.set('ada', { n: 1 }, { tags: ['users'] });
    await first.set('film', { n: 2 }, { tags: ['films'] });
    expect(await second.get('ada')).toEqual({ n: 1 });
    await first.tags.invalidateTag('users');
    expect(await second.get('ada')).toBeUndefined();
    expect(await second.get('film')).toEqual({ n: 2 });
  });

  it('wraps, and does not wait where it is told not to', async () => {
    const cache = cacheable({ nonBlocking: true });
    let n = 0;
    const compute = cache.wrap(async (id: string) => `${id} ${++n}`, { keyPrefix: 'item', ttl: '1h' });
    expect(await compute('a')).toBe('a 1');
    expect(await compute('a')).toBe('a 1');
    await cache.set('key', 'value');
    await expect.poll(() => cacheable().get('key')).toBe('value');
  });
});

describe('the second level of cacheable without a server', () => {
  it('misses, and is an error event of the cache', async () => {
    const secondary = memcachedStore({ servers: '127.0.0.1:1' });
    const cache = new Cacheable({ secondary });
    const errors: unknown[] = [];
    cache.on('error', (error) => errors.push(error));
    await cache.set('key', 'of memory');
    expect(errors.length).toBeGreaterThan(0);
    expect(await cache.get('key')).toBe('of memory');
    expect(await cache.get('missing')).toBeUndefined();
    expect(await cache.getMany(['key', 'missing'])).toEqual(['of memory', undefined]);
    expect(await cache.has('missing')).toBe(false);
    await cache.delete('key');
    await cache.clear();
    await cache.disconnect();
  });
});

describe('the second level of a cacheable that was required', () => {
  const required = createRequire(import.meta.url);

  it('is another copy of Keyv, and taken all the same', async () => {
    const { Keyv: OtherKeyv } = required('keyv') as { Keyv: typeof Keyv };
    const { Cacheable: Required } = required('cacheable') as { Cacheable: typeof Cacheable };
    expect(OtherKeyv).not.toBe(Keyv);
    const options = { transport: memoryTransport() };
    const store = memcachedStore(options);
    expect(store).not.toBeInstanceOf(OtherKeyv);
    const cache = new Required({ secondary: store, ttl: '1h' });
    expect(cache.secondary).toBe(store);
    await cache.setMany([
      { key: 'a', value: { n: 1 } },
      { key: 'text', value: '{"value":1}' },
    ]);
    const other = new Required({ secondary: memcachedStore(options) });
    onTestFinished(() => Promise.all([cache.disconnect(), other.disconnect()]).then(() => {}));
    expect(await other.getMany(['a', 'missing', 'text'])).toEqual([{ n: 1 }, undefined, '{"value":1}']);
    expect(await other.getRaw('a')).toEqual({ value: { n: 1 }, expires: expect.any(Number) });
    expect(await other.delete('a')).toBe(true);
    expect(await cache.secondary?.has('a')).toBe(false);
  });

  it('works in a process that requires it', async () => {
    const end = await runProgram(`
      import { createRequire } from 'node:module';
      import { memcachedStore } from '@mc/adapter-cache-manager';
      import { memoryTransport } from '@mc/transport-memory';
      const require = createRequire(${JSON.stringify(import.meta.url)});
      const { Cacheable } = require('cacheable');
      const { createCache } = require('cache-manager');
      const source = { transport: memoryTransport() };
      const cache = new Cacheable({ secondary: memcachedStore(source), ttl: '1h' });
      await cache.set('key', 'value');
      const plain = createCache({ stores: [memcachedStore(source)] });
      console.log(await plain.get('key'), await plain.wrap('key', () => 'computed'));
      await cache.disconnect();
      await plain.disconnect();`);
    expect(end).toStrictEqual({ code: 0, output: 'value value\n' });
  });
});
