import { expect } from 'vitest';
import type { ClientTests } from '../client-context.js';
import { rejection } from '../rejection.js';

const MEBIBYTE = 1024 * 1024;

/** set, add, replace, cas, append, prepend, delete: what is stored and what is refused. */
export const writeTests: ClientTests = {
  'set stores, and replaces what was there': async ({ client, key }) => {
    expect(await client.set(key(), 'one')).toBe(true);
    expect(await client.set(key(), { two: 2 })).toBe(true);
    expect(await client.get(key())).toStrictEqual({ two: 2 });
  },
  'add stores only where nothing is': async ({ client, key }) => {
    expect(await client.add(key(), 'one')).toBe(true);
    expect(await client.add(key(), 'two')).toBe(false);
    expect(await client.get(key())).toBe('one');
  },
  'replace stores only where something is': async ({ client, key }) => {
    expect(await client.replace(key(), 'one')).toBe(false);
    expect(await client.get(key())).toBeUndefined();
    await client.set(key(), 'one');
    expect(await client.replace(key(), 'two')).toBe(true);
    expect(await client.get(key())).toBe('two');
  },
  'cas stores only what nobody changed since it was read': async ({ client, key }) => {
    await client.set(key(), 'one');
    const { cas } = (await client.gets(key())) ?? { cas: 1n };
    expect(await client.cas(key(), 'two', cas)).toBe(true);
    expect(await client.cas(key(), 'three', cas)).toBe(false);
    expect(await client.get(key())).toBe('two');
    await client.delete(key());
    expect(await client.cas(key(), 'four', cas)).toBe(false);
    expect(await client.get(key())).toBeUndefined();
  },
  'of many cas at once with one id exactly one wins': async ({ client, key }) => {
    await client.set(key(), 0);
    const { cas } = (await client.gets(key())) ?? { cas: 1n };
    const results = await Promise.all([1, 2, 3, 4, 5].map((value) => client.cas(key(), value, cas)));
    expect(results).toStrictEqual([true, false, false, false, false]);
    expect(await client.get(key())).toBe(1);
  },
  'append adds behind, prepend before, and nothing where nothing is': async ({ client, key }) => {
    expect(await client.append(key(), 'x')).toBe(false);
    expect(await client.prepend(key(), 'x')).toBe(false);
    expect(await client.get(key())).toBeUndefined();
    await client.set(key(), 'mid');
    expect(await client.append(key(), '-énd')).toBe(true);
    expect(await client.prepend(key(), 'start-')).toBe(true);
    expect(await client.get(key())).toBe('start-mid-énd');
  },
  'append and prepend work on stored bytes': async ({ client, key }) => {
    await client.set(key(), Uint8Array.of(2));
    await client.append(key(), Uint8Array.of(3, 13, 10));
    await client.prepend(key(), Uint8Array.of(0, 1));
    await client.append(key(), '');
    expect(Uint8Array.from((await client.get(key())) as Uint8Array)).toStrictEqual(
      Uint8Array.of(0, 1, 2, 3, 13, 10),
    );
  },
  'append and prepend take nothing but text and bytes': async ({ client, key }) => {
    await client.set(key(), 'v');
    for (const value of [5, null, { a: 1 }, undefined]) {
      const error = await rejection(client.append(key(), value as unknown as string));
      expect(['MC_INVALID_ARGUMENT', 'MC_ENCODE']).toContain(error.code);
      await rejection(client.prepend(key(), value as unknown as string), error.code);
    }
    expect(await client.get(key())).toBe('v');
  },
  'delete says whether the key was there': async ({ client, key }) => {
    expect(await client.delete(key())).toBe(false);
    await client.set(key(), 'v');
    expect(await client.delete(key())).toBe(true);
    expect(await client.get(key())).toBeUndefined();
    expect(await client.delete(key())).toBe(false);
  },
  'a value too large for the server rejects, typed, and the connection stays': async ({ client, key }) => {
    let ended = 0;
    const stop = client.on('disconnect', () => {
      ended += 1;
    });
    await client.set(key(), 'old');
    const huge = new Uint8Array(2 * MEBIBYTE);
    const error = await rejection(client.set(key(), huge), 'MC_VALUE_TOO_LARGE');
    expect(error).toMatchObject({ name: 'ValueTooLargeError', written: 'no' });
    await rejection(client.add(key('other'), huge), 'MC_VALUE_TOO_LARGE');
    // The server drops the old item, so that nobody reads a stale one.
    expect(await client.get(key())).toBeUndefined();
    expect(await client.set(key(), 'new')).toBe(true);
    stop();
    expect(ended).toBe(0);
  },
  'results keep their places when many writes go at once': async ({ client, key }) => {
    await client.set(key('there'), 'v');
    const results = await Promise.all([
      client.add(key('there'), 1),
      client.set(key('new'), 1),
      client.delete(key('missing')),
      client.replace(key('missing'), 1),
      client.touch(key('there'), 60),
      client.append(key('there'), '!'),
      client.get(key('there')),
      client.delete(key('there')),
      client.get(key('there')),
    ]);
    expect(results).toStrictEqual([false, true, false, false, true, true, 'v!', true, undefined]);
  },
};
