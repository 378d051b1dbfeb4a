import type { Cache } from 'cache-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMemcachedCache } from '../src/index.js';
import { BACKENDS } from './backends.js';
import { useBackend } from './cache-fixture.js';

const BYTES: Readonly<Record<string, (length: number) => Uint8Array>> = {
  'a Buffer': (length) => Buffer.alloc(length, 1),
  'a Uint8Array': (length) => new Uint8Array(length).fill(1),
  'a view into a larger buffer': (length) => new Uint8Array(length + 20).fill(1).subarray(7, length + 7),
  'a Buffer on a larger buffer': (length) => Buffer.alloc(length + 20, 1).subarray(7, length + 7),
};

const WRITES: Readonly<Record<string, (cache: Cache, bytes: Uint8Array) => Promise<unknown>>> = {
  set: (cache, bytes) => cache.set('key', bytes),
  mset: (cache, bytes) => cache.mset([{ key: 'key', value: bytes }]),
  wrap: (cache, bytes) => cache.wrap('key', () => bytes),
};

const cases = Object.keys(BYTES).flatMap((kind) =>
  Object.keys(WRITES).flatMap((method) =>
    [3, 70_000, 200_000].map((length) => [length, kind, method] as const),
  ),
);

describe.each(Object.keys(BACKENDS))('the tier in memory before %s', (name) => {
  const on = useBackend(BACKENDS[name]!);

  function tiered(): Cache {
    const cache = createMemcachedCache({ ...on.backend.options, namespace: on.namespace, memory: true });
    onTestFinished(() => cache.disconnect());
    return cache;
  }

  it.each(cases)('keeps %i bytes of %s as they were: %s', async (length, kind, method) => {
    const cache = tiered();
    const [memory, memcached] = cache.stores;
    const bytes = BYTES[kind]!(length);
    await WRITES[method]!(cache, bytes);
    bytes.fill(2);
    const ones = Buffer.alloc(length, 1);
    const read = (await memory?.get('key')) as Uint8Array;
    expect(ones.equals(read)).toBe(true);
    read.fill(3);
    const wrapped = await cache.wrap<Uint8Array>('key', () => bytes);
    expect(ones.equals(wrapped)).toBe(true);
    wrapped.fill(4);
    const [again, there] = [await memory?.get('key'), await memcached?.get('key')];
    expect(ones.equals(again)).toBe(true);
    expect(ones.equals(there)).toBe(true);
    expect(Object.getPrototypeOf(again)).toBe(Object.getPrototypeOf(there));
  });

  it('tells by its results what of a batch it keeps', async () => {
    const [memory] = tiered().stores;
    const entries = [
      { key: 'a', value: 'of a' },
      { key: 'b', value: { n: 1n } },
      { key: 'c', value: undefined },
      { key: 'd', value: 'of d', ttl: -1 },
    ];
    const errors: unknown[] = [];
    memory?.on('error', (error: unknown) => errors.push(error));
    expect(await memory?.setMany(entries)).toEqual([true, false, false, true]);
    expect(await memory?.getMany(['a', 'b', 'c', 'd'])).toEqual(['of a', undefined, undefined, undefined]);
    expect(await memory?.deleteMany(['a', 'b'])).toBe(false);
    expect(await memory?.has('a')).toBe(false);
    expect(errors).toMatchObject([{ code: 'MC_ENCODE' }]);
  });
});
