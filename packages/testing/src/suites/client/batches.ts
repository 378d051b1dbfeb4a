import type { Key } from '@mc/core';
import { expect } from 'vitest';
import type { ClientTests } from '../client-context.js';

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'));

/** setMulti, addMulti, getMulti, deleteMulti: many keys in one call. */
export const batchTests: ClientTests = {
  'setMulti stores an object, a Map, an iterable of pairs': async ({ client, key }) => {
    const pairs = (from: number): [string, number][] =>
      [0, 1, 2].map((n) => [key(String(from + n)), from + n]);
    expect(await client.setMulti(Object.fromEntries(pairs(0)))).toStrictEqual([]);
    expect(await client.setMulti(new Map(pairs(10)))).toStrictEqual([]);
    function* generated(): Generator<[string, number]> {
      yield* pairs(20);
    }
    expect(await client.setMulti(generated())).toStrictEqual([]);
    const all = [...pairs(0), ...pairs(10), ...pairs(20)];
    expect(await client.getMulti(all.map(([name]) => name))).toStrictEqual(new Map(all));
  },
  'an empty batch is done at once': async ({ client, faults }) => {
    const written = faults.bytesWritten;
    expect(await client.setMulti({})).toStrictEqual([]);
    expect(await client.addMulti(new Map())).toStrictEqual([]);
    expect(await client.deleteMulti([])).toBe(true);
    expect(faults.bytesWritten).toBe(written);
  },
  'addMulti gives the keys that existed already': async ({ client, key }) => {
    await client.set(key('there'), 'old');
    const failed = await client.addMulti([
      [key('new'), 1],
      [key('there'), 2],
    ]);
    expect(failed).toStrictEqual([key('there')]);
    expect(await client.getMulti([key('new'), key('there')])).toStrictEqual(
      new Map<string, unknown>([
        [key('new'), 1],
        [key('there'), 'old'],
      ]),
    );
  },
  'deleteMulti is true only if every key was there, and deletes what was': async ({ client, key }) => {
    await client.setMulti({ [key('a')]: 1, [key('b')]: 2, [key('c')]: 3 });
    expect(await client.deleteMulti([key('a'), key('b')])).toBe(true);
    expect(await client.deleteMulti([key('a'), key('c')])).toBe(false);
    expect(await client.getMulti(['a', 'b', 'c'].map((label) => key(label)))).toStrictEqual(new Map());
  },
  'keyPrefix stands before the keys and not in the results': async ({ client, key }) => {
    const keyPrefix = `${key('p')}:`;
    expect(await client.setMulti({ a: 1, b: 2 }, { keyPrefix })).toStrictEqual([]);
    expect(await client.get(`${keyPrefix}a`)).toBe(1);
    expect(await client.getMulti(['a', 'b', 'c'], { keyPrefix })).toStrictEqual(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    );
    expect([...(await client.getsMulti(['b'], { keyPrefix })).keys()]).toStrictEqual(['b']);
    expect(await client.addMulti({ a: 1, c: 3 }, { keyPrefix })).toStrictEqual(['a']);
    expect(await client.deleteMulti(['a', 'b', 'c'], { keyPrefix })).toBe(true);
  },
  'keyPrefix comes after the prefix of the client': async ({ client, open, key }) => {
    const prefixed = open({ keyPrefix: `${key()}:outer:` });
    await prefixed.setMulti({ k: 'v' }, { keyPrefix: 'inner:' });
    expect(await client.get(`${key()}:outer:inner:k`)).toBe('v');
  },
  'a prefix may make an empty key whole': async ({ client, key }) => {
    await client.set(key('whole'), 'v');
    expect(await client.getMulti([''], { keyPrefix: key('whole') })).toStrictEqual(new Map([['', 'v']]));
  },
  'results are under the very keys that were given, and equal bytes are asked once': async ({
    client,
    key,
  }) => {
    await client.set(key('é'), 'v');
    const bytes = utf8(key('é'));
    const again = utf8(key('é'));
    const found = await client.getMulti<string, Key>([bytes, key('é'), again, key('é')]);
    expect(found.get(key('é'))).toBe('v');
    expect(found.get(bytes)).toBe('v');
    expect(found.get(again)).toBe('v');
    expect(found.size).toBe(3);
  },
  'of two entries of one key the last one stays': async ({ client, key }) => {
    expect(
      await client.setMulti([
        [key(), 'first'],
        [utf8(key()), 'last'],
      ]),
    ).toStrictEqual([]);
    expect(await client.get(key())).toBe('last');
  },
  'thousands of keys in one call': async ({ client, key }) => {
    const entries = Array.from({ length: 5000 }, (_, index) => [key(`n${index}`), index] as const);
    expect(await client.setMulti(entries)).toStrictEqual([]);
    const keys = entries.map(([name]) => name);
    expect(await client.getMulti(keys)).toStrictEqual(new Map(entries));
    expect((await client.getsMulti(keys)).size).toBe(5000);
    expect(await client.deleteMulti(keys)).toBe(true);
    expect(await client.getMulti(keys)).toStrictEqual(new Map());
  },
  'a batch larger than the queue goes in parts': async ({ open, key }) => {
    const client = open({ maxQueuedCalls: 16 });
    const entries = Array.from({ length: 500 }, (_, index) => [key(`n${index}`), index] as const);
    expect(await client.setMulti(entries)).toStrictEqual([]);
    expect(await client.getMulti(entries.map(([name]) => name))).toStrictEqual(new Map(entries));
    expect(await client.deleteMulti(entries.map(([name]) => name))).toBe(true);
  },
};
