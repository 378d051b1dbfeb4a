import type { Compressor } from '@mc/core';
import { expect } from 'vitest';
import type { ClientTests } from '../client-context.js';

/** Calls of one client on one key take effect in call order. */
export const orderTests: ClientTests = {
  'reads and writes of one key that go at once see each other in call order': async ({ client, key }) => {
    const results = await Promise.all([
      client.get(key()),
      client.set(key(), 1),
      client.get(key()),
      client.incr(key()),
      client.get(key()),
      client.append(key(), '0'),
      client.get(key()),
      client.delete(key()),
      client.get(key()),
      client.add(key(), 'new'),
      client.get(key()),
    ]);
    expect(results).toStrictEqual([undefined, true, 1, 2, 2, true, 20, true, undefined, true, 'new']);
  },
  'gets of other keys do not pull a get across a write': async ({ client, key }) => {
    await client.setMulti({ [key('a')]: 'a1', [key('b')]: 'b1' });
    const results = await Promise.all([
      client.get(key('a')),
      client.set(key('b'), 'b2'),
      client.get(key('b')),
      client.get(key('a')),
      client.set(key('a'), 'a2'),
      client.getMulti([key('a'), key('b')]),
    ]);
    expect(results.slice(0, 5)).toStrictEqual(['a1', true, 'b2', 'a1', true]);
    expect(results[5]).toStrictEqual(
      new Map([
        [key('a'), 'a2'],
        [key('b'), 'b2'],
      ]),
    );
  },
  'batches keep their place among single calls': async ({ client, key }) => {
    const keys = Array.from({ length: 20 }, (_, index) => key(String(index)));
    const results = await Promise.all([
      client.setMulti(keys.map((name) => [name, 1] as const)),
      client.incrMulti(keys),
      client.getMulti(keys),
      client.deleteMulti(keys),
      client.getMulti(keys),
      client.addMulti(keys.map((name) => [name, 'again'] as const)),
      client.get(key('7')),
    ]);
    expect(results).toStrictEqual([
      [],
      undefined,
      new Map(keys.map((name) => [name, 2])),
      true,
      new Map(),
      [],
      'again',
    ]);
  },
  'views of one client share its order': async ({ client, key }) => {
    const view = client.with({ keyPrefix: key() });
    const results = await Promise.all([
      client.set(`${key()}k`, 1),
      view.incr('k'),
      client.incr(`${key()}k`),
      view.get('k'),
    ]);
    expect(results).toStrictEqual([true, 2, 3, 3]);
  },
  'a compressor that takes its time does not let later calls pass': async ({ open, key }) => {
    const slow = deferredCompressor();
    const client = open({ compressor: slow.compressor, minCompressLen: 10 });
    const calls = [
      client.set(key(), 'x'.repeat(100)),
      client.append(key(), 'short'),
      client.get(key()),
      client.set(key(), 'y'),
      client.get(key()),
    ];
    const other = client.get(key('other'));
    // Only the key that waits is held up; the compression ends after another key has been answered.
    expect(await other).toBeUndefined();
    slow.finish();
    expect(await Promise.all(calls)).toStrictEqual([true, true, `${'x'.repeat(100)}short`, true, 'y']);
  },
};

/** Makes nothing smaller, in its own time: `finish` lets all compressions end. */
function deferredCompressor(): { compressor: Compressor; finish: () => void } {
  let finish = (): void => {};
  const gate = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const compressor = {
    name: 'deferred',
    id: 7,
    compress: async (data: Uint8Array) => {
      const copy = data.slice();
      await gate;
      return copy;
    },
    decompress: (data: Uint8Array) => data.slice(),
  };
  return { compressor, finish: () => finish() };
}
