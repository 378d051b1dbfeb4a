import { CacheMissError, CounterRangeError } from '@mc/core';
import { expect } from 'vitest';
import type { ClientTests } from '../client-context.js';
import { rejection, rejections } from '../rejection.js';

const MAX_UINT64 = 2n ** 64n - 1n;

/** incr, decr, incrMulti. */
export const counterTests: ClientTests = {
  'incr and decr change a stored number and give the new one': async ({ client, key }) => {
    await client.set(key(), 5);
    expect(await client.incr(key())).toBe(6);
    expect(await client.incr(key(), 10)).toBe(16);
    expect(await client.decr(key())).toBe(15);
    expect(await client.decr(key(), 5)).toBe(10);
    expect(await client.incr(key(), 0)).toBe(10);
    expect(await client.get(key())).toBe(10);
  },
  'a number stored as text counts too': async ({ client, key }) => {
    await client.set(key(), '5');
    expect(await client.incr(key())).toBe(6);
    expect(await client.get(key())).toBe('6');
  },
  'a bigint delta gives a bigint': async ({ client, key }) => {
    await client.set(key(), 1);
    expect(await client.incr(key(), 2n)).toBe(3n);
    expect(await client.decr(key(), 1n)).toBe(2n);
  },
  'decr stops at zero and incr wraps at 2^64': async ({ client, key }) => {
    await client.set(key(), 3);
    expect(await client.decr(key(), 10)).toBe(0);
    await client.set(key(), MAX_UINT64);
    expect(await client.incr(key(), 1n)).toBe(0n);
  },
  'counters are exact to the last of 64 bits': async ({ client, key }) => {
    await client.set(key(), 2n ** 33n);
    expect(await client.incr(key(), 1)).toBe(2 ** 33 + 1);
    await client.set(key(), 0);
    expect(await client.incr(key(), MAX_UINT64)).toBe(MAX_UINT64);
    expect(await client.get(key())).toBe(MAX_UINT64);
  },
  'a counter past 2^53 asked for with a number is an error that carries it': async ({ client, key }) => {
    await client.set(key(), Number.MAX_SAFE_INTEGER);
    const error = await rejection(client.incr(key(), 1), 'MC_COUNTER_RANGE');
    expect(error).toBeInstanceOf(CounterRangeError);
    expect(error).toMatchObject({ written: 'yes', value: 2n ** 53n });
    expect(await client.get(key())).toBe(2n ** 53n);
  },
  'a shorter number reads back clean': async ({ client, key }) => {
    await client.set(key(), 100);
    expect(await client.decr(key(), 95)).toBe(5);
    expect(await client.get(key())).toBe(5);
  },
  'a missing counter is a CacheMissError that shows its key to nobody else': async ({ client, key }) => {
    const calls = [client.incr(key()), client.decr(key(), 2n)];
    for (const error of await rejections(calls, 'MC_CACHE_MISS')) {
      expect(error).toBeInstanceOf(CacheMissError);
      expect((error as CacheMissError).keys).toStrictEqual([key()]);
      expect(error.message).not.toContain(key());
      expect(JSON.stringify(error)).not.toContain(key());
      expect(Object.keys(error)).not.toContain('keys');
    }
    expect(await client.get(key())).toBeUndefined();
  },
  'what is no number is a ClientError': async ({ client, key }) => {
    for (const value of ['text', '', '-5', '1.5', { a: 1 }, new Uint8Array(0)]) {
      await client.set(key(), value);
      await rejection(client.incr(key()), 'MC_CLIENT_ERROR');
      await rejection(client.decr(key()), 'MC_CLIENT_ERROR');
    }
    expect(await client.set(key(), 1)).toBe(true);
    expect(await client.incr(key())).toBe(2);
  },
  'many increments at once all count': async ({ client, key }) => {
    await client.set(key(), 0);
    const results = await Promise.all(Array.from({ length: 200 }, () => client.incr(key())));
    expect(results).toStrictEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  },
  'incrMulti changes every key': async ({ client, key }) => {
    const keys = ['a', 'b', 'c'].map((label) => key(label));
    await client.setMulti(keys.map((name, index) => [name, index] as const));
    expect(await client.incrMulti(keys)).toBeUndefined();
    expect(await client.incrMulti(keys, { delta: 10 })).toBeUndefined();
    expect(await client.incrMulti(keys, { delta: 5n })).toBeUndefined();
    const values = await client.getMulti(keys);
    expect(keys.map((name) => values.get(name))).toStrictEqual([16, 17, 18]);
    expect(await client.incrMulti([])).toBeUndefined();
  },
  'incrMulti tries all keys, then names the missing ones': async ({ client, key }) => {
    await client.set(key('there'), 1);
    const error = await rejection(
      client.incrMulti([key('gone'), key('there'), key('lost')]),
      'MC_CACHE_MISS',
    );
    expect([...(error as CacheMissError).keys].sort()).toStrictEqual([key('gone'), key('lost')].sort());
    expect(await client.get(key('there'))).toBe(2);
  },
  'incrMulti takes a prefix': async ({ client, key }) => {
    await client.set(`${key('p')}:n`, 1);
    await client.incrMulti(['n'], { keyPrefix: `${key('p')}:`, delta: 2 });
    expect(await client.get(`${key('p')}:n`)).toBe(3);
  },
};
