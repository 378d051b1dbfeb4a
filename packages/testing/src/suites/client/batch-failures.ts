import { type Key, type MemcachedError, PartialFailureError } from '@mc/core';
import { expect } from 'vitest';
import type { ClientTests } from '../client-context.js';
import { rejection, rejections } from '../rejection.js';

const UNREADABLE_FLAGS = 7 << 5;

function codesByKey(errors: ReadonlyMap<Key, MemcachedError>): Map<Key, string> {
  return new Map([...errors].map(([key, error]) => [key, error.code]));
}

/** Batches that are refused whole, and batches of which a part fails. */
export const batchFailureTests: ClientTests = {
  'a bad key rejects the batch before anything is sent': async ({ client, faults, key }) => {
    const written = faults.bytesWritten;
    const keys = [key('good'), 'bad key', key('other')];
    const entries = keys.map((name) => [name, 1] as const);
    const calls = [
      client.getMulti(keys),
      client.getsMulti(keys),
      client.setMulti(entries),
      client.addMulti(entries),
      client.deleteMulti(keys),
      client.incrMulti(keys),
      client.getMulti([key('good')], { keyPrefix: 'bad prefix' }),
    ];
    await rejections(calls, 'MC_INVALID_KEY');
    expect(faults.bytesWritten).toBe(written);
  },
  'a value that cannot be encoded rejects the batch before anything is sent': async ({
    client,
    faults,
    key,
  }) => {
    const written = faults.bytesWritten;
    const entries = { [key('good')]: 1, [key('bad')]: () => 1 };
    await rejection(client.setMulti(entries), 'MC_ENCODE');
    await rejection(client.addMulti(entries), 'MC_ENCODE');
    expect(faults.bytesWritten).toBe(written);
    expect(await client.get(key('good'))).toBeUndefined();
  },
  'what the server refuses is in the list, the rest is stored': async ({ client, key }) => {
    const entries: [string, unknown][] = [
      [key('a'), 1],
      [key('huge'), new Uint8Array(2 ** 21)],
      [key('b'), 2],
    ];
    expect(await client.setMulti(entries)).toStrictEqual([key('huge')]);
    expect(await client.get(key('b'))).toBe(2);
    expect(new Set(await client.addMulti(entries))).toStrictEqual(new Set([key('a'), key('huge'), key('b')]));
  },
  'a value that cannot be decoded fails alone': async ({ client, raw, key }) => {
    await client.set(key('good'), 'v');
    await raw.set(key('bad'), { data: 'x', flags: UNREADABLE_FLAGS });
    const keys = [key('good'), key('bad'), key('missing')];
    const error = await rejection(client.getMulti(keys), 'MC_PARTIAL_FAILURE');
    expect(error).toBeInstanceOf(PartialFailureError);
    const { result, errors } = error as PartialFailureError;
    expect(result).toStrictEqual(new Map([[key('good'), 'v']]));
    expect(codesByKey(errors as ReadonlyMap<Key, MemcachedError>)).toStrictEqual(
      new Map([[key('bad'), 'MC_DECODE']]),
    );
    await rejection(client.getsMulti(keys), 'MC_PARTIAL_FAILURE');
  },
  'a partial failure shows its keys to nobody by accident': async ({ client, raw, key }) => {
    await raw.set(key('bad'), { data: 'secret-value', flags: UNREADABLE_FLAGS });
    const error = await rejection(client.getMulti([key('bad')]), 'MC_PARTIAL_FAILURE');
    const shown = `${error.message} ${JSON.stringify(error)} ${Object.keys(error).join(' ')}`;
    expect(shown).not.toContain(key('bad'));
    expect(shown).not.toContain('secret-value');
    expect(Object.keys(error)).not.toContain('errors');
    expect(Object.keys(error)).not.toContain('result');
  },
  'with no server to reach every key of a batch fails': async ({ open, faults, key }) => {
    const client = open();
    faults.refuse();
    try {
      const keys = ['a', 'b', 'c'].map((label) => key(label));
      const entries = keys.map((name) => [name, 1] as const);
      const calls = [
        client.getMulti(keys),
        client.getsMulti(keys),
        client.setMulti(entries),
        client.addMulti(entries),
        client.deleteMulti(keys),
        client.incrMulti(keys),
      ];
      for (const error of await rejections(calls, 'MC_PARTIAL_FAILURE')) {
        const { errors } = error as PartialFailureError;
        expect(new Set(errors.keys())).toStrictEqual(new Set(keys));
      }
    } finally {
      faults.accept();
    }
  },
};
