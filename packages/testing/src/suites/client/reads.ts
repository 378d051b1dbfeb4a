import { expect } from 'vitest';
import type { ClientTests } from '../client-context.js';

/** get, gets, getMulti, getsMulti, getAndTouch, touch: hits and misses. */
export const readTests: ClientTests = {
  'get gives the value, else undefined, else the fallback': async ({ client, key }) => {
    expect(await client.get(key('missing'))).toBeUndefined();
    expect(await client.get(key('missing'), { fallback: 'other' })).toBe('other');
    expect(await client.get(key('missing'), { fallback: null })).toBeNull();
    await client.set(key(), 'here');
    expect(await client.get(key(), { fallback: 'other' })).toBe('here');
  },
  'a stored null, 0, empty text or false is a hit, never the fallback': async ({ client, key }) => {
    for (const value of [null, 0, '', false]) {
      await client.set(key(), value);
      expect(await client.get(key(), { fallback: 'other' })).toBe(value);
    }
  },
  'gets gives the value with its CAS id, which changes with every write': async ({ client, key }) => {
    expect(await client.gets(key())).toBeUndefined();
    await client.set(key(), 'one');
    const first = await client.gets(key());
    expect(first).toStrictEqual({ value: 'one', cas: expect.any(BigInt) });
    expect(await client.gets(key())).toStrictEqual(first);
    await client.set(key(), 'one');
    expect((await client.gets(key()))?.cas).not.toBe(first?.cas);
  },
  'getMulti gives the found keys only': async ({ client, key }) => {
    await client.set(key('a'), 1);
    await client.set(key('b'), 'two');
    const found = await client.getMulti([key('a'), key('missing'), key('b')]);
    expect(found).toStrictEqual(
      new Map<string, unknown>([
        [key('a'), 1],
        [key('b'), 'two'],
      ]),
    );
  },
  'getMulti takes any iterable, and nothing gives nothing': async ({ client, key, faults }) => {
    await client.set(key(), 1);
    expect(await client.getMulti(new Set([key()]))).toStrictEqual(new Map([[key(), 1]]));
    const written = faults.bytesWritten;
    expect(await client.getMulti([])).toStrictEqual(new Map());
    expect(await client.getsMulti([])).toStrictEqual(new Map());
    expect(faults.bytesWritten).toBe(written);
  },
  'getsMulti gives values with their CAS ids': async ({ client, key }) => {
    await client.set(key('a'), { n: 1 });
    const found = await client.getsMulti([key('a'), key('missing')]);
    expect([...found.keys()]).toStrictEqual([key('a')]);
    expect(found.get(key('a'))).toStrictEqual(await client.gets(key('a')));
  },
  'getAndTouch gives the value, touch says whether it is there': async ({ client, key }) => {
    expect(await client.getAndTouch(key(), 60)).toBeUndefined();
    expect(await client.touch(key(), 60)).toBe(false);
    await client.set(key(), ['value']);
    expect(await client.getAndTouch(key(), 60)).toStrictEqual(['value']);
    expect(await client.touch(key(), 60)).toBe(true);
    expect(await client.get(key())).toStrictEqual(['value']);
  },
  'hundreds of gets at once each get their own value': async ({ client, key }) => {
    const keys = Array.from({ length: 600 }, (_, index) => key(String(index)));
    await client.setMulti(keys.map((name) => [name, `value of ${name}`] as const));
    const values = await Promise.all(keys.map((name) => client.get(name)));
    expect(values).toStrictEqual(keys.map((name) => `value of ${name}`));
    const missing = await Promise.all(keys.map((name) => client.get(`${name}-missing`)));
    expect(new Set(missing)).toStrictEqual(new Set([undefined]));
  },
  'hits, misses and repeated keys of one tick stay apart': async ({ client, key }) => {
    await client.set(key('a'), 'A');
    await client.set(key('b'), '');
    const results = await Promise.all([
      client.get(key('a')),
      client.get(key('missing')),
      client.get(key('b')),
      client.get(key('a')),
      client.gets(key('a')),
      client.getMulti([key('b'), key('missing')]),
    ]);
    expect(results).toStrictEqual([
      'A',
      undefined,
      '',
      'A',
      { value: 'A', cas: expect.any(BigInt) },
      new Map([[key('b'), '']]),
    ]);
  },
};
