import { createClient, type MemcachedClient } from '@mc/memcached';
import { expectsMemcached } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { memoryTransport } from '@mc/transport-memory';
import { Keyv } from 'keyv';
import { describe, expect, it } from 'vitest';
import { recordingTransport } from '../../../test/recording-transport.js';
import { stoppedClock } from '../../../test/stopped-clock.js';
import { secondsOnServer } from '../src/expiry.js';
import { memcachedStore } from '../src/index.js';
import { closedWithTest, realClient, realServer } from './open-store.js';

const DAY_MS = 86_400_000;

/** A store on an embedded server, with a clock for both that the test sets. */
function clocked(): {
  store: ReturnType<typeof memcachedStore>;
  client: MemcachedClient;
  sent: string[];
  at(ms: number): void;
} {
  const at = stoppedClock(Date.UTC(2026, 5, 1) + 123);
  const transport = recordingTransport(memoryTransport());
  const client = closedWithTest(createClient({ transport }));
  return {
    client,
    sent: transport.sent,
    store: memcachedStore(client),
    at,
  };
}

describe('time to live', () => {
  it('on the server is never for ever, however late an entry is stored', () => {
    const at = stoppedClock();
    const deadline = Date.now() + 300;
    for (const lateMs of [0, 299, 300, 1299, 1300, 1800, 2300, 60_000]) {
      at(lateMs);
      expect(secondsOnServer(deadline), `${lateMs}`).toBeGreaterThan(0);
    }
  });

  it.each([
    1,
    300,
    500,
    999,
    1000,
    1001,
    1500,
    59_999,
    29 * DAY_MS,
    30 * DAY_MS,
    31 * DAY_MS,
    40 * DAY_MS,
    3650 * DAY_MS,
  ])('of %d ms ends neither early nor late, and the item is reclaimed soon after', async (ttl) => {
    const { store, client, at } = clocked();
    await store.set('text', 'value', ttl);
    await store.set('object', { a: 1 }, ttl);
    for (const ms of [0, ttl - 1, ttl]) {
      at(ms);
      expect(await store.getMany(['text', 'object']), `after ${ms} ms`).toEqual(['value', { a: 1 }]);
    }
    at(ttl + 1);
    expect(await store.getMany(['text', 'object'])).toEqual([undefined, undefined]);
    expect(await store.get('text')).toBeUndefined();
    expect(await store.has('object')).toBe(false);
    expect(await store.delete('text')).toBe(false);
    at(ttl + 3000);
    expect(await client.asMap().has('|object')).toBe(false);
  });

  it('ends with a time that memcached cannot hold, or never', async () => {
    const { store, at, sent } = clocked();
    await store.set('2038', 1, 20 * 365 * DAY_MS);
    await store.set('infinite', 1, Number.POSITIVE_INFINITY);
    await store.set('none', 1);
    await store.set('zero', 1, 0);
    await store.set('null', 1, null as unknown as undefined);
    expect(
      sent
        .join('')
        .match(/^set \S+ \d+ (\d+)/gm)
        ?.every((line) => line.endsWith(' 0')),
    ).toBe(true);
    at(20 * 365 * DAY_MS);
    expect(await store.getMany(['2038', 'infinite', 'none', 'zero', 'null'])).toEqual([1, 1, 1, 1, 1]);
    at(20 * 365 * DAY_MS + 1);
    expect(await store.getMany(['2038', 'infinite', 'none', 'zero', 'null'])).toEqual([
      undefined,
      1,
      1,
      1,
      1,
    ]);
  });

  it('in the past takes the value away', async () => {
    const { store } = clocked();
    for (const ttl of [-1, -1000, -100 * DAY_MS, Number.NEGATIVE_INFINITY]) {
      await store.set('key', 1);
      expect(await store.set('key', 2, ttl)).toBe(true);
      expect(await store.get('key')).toBeUndefined();
    }
    expect(
      await store.setMany([
        { key: 'a', value: 1, ttl: -5 },
        { key: 'b', value: 1 },
      ]),
    ).toEqual([true, true]);
    expect(await store.hasMany(['a', 'b'])).toEqual([false, true]);
  });

  it('that is no number is refused', async () => {
    const { store } = clocked();
    for (const ttl of [Number.NaN, '5' as unknown as number, {} as unknown as number]) {
      expect(await rejection(store.set('key', 1, ttl))).toMatchObject({ code: 'MC_INVALID_ARGUMENT' });
      expect(await rejection(store.setMany([{ key: 'key', value: 1, ttl }]))).toMatchObject({
        code: 'MC_INVALID_ARGUMENT',
      });
    }
    expect(await store.get('key')).toBeUndefined();
    const errors: unknown[] = [];
    const keyv = new Keyv({ store });
    keyv.on('error', (error: unknown) => errors.push(error));
    expect(await keyv.set('key', 1, Number.NaN)).toBe(false);
    expect(errors).toHaveLength(1);
  });
});

if (expectsMemcached()) {
  describe('time to live on memcached', () => {
    it('is kept to the millisecond, though the server counts seconds that end early', async () => {
      const { address } = await realServer();
      const client = realClient(address);
      const store = memcachedStore(client);
      await store.set('warm', 1);
      const lives = [100, 400, 700, 999, 1000, 1001, 1300, 1999];
      const lived = await Promise.all(
        lives.map(async (ttl, at) => {
          // At eight points of the server's second.
          await new Promise((resolve) => setTimeout(resolve, at * 125));
          const start = Date.now();
          const storing = store.set(`${ttl}`, 1, ttl);
          // By now it has begun to live.
          const begun = Date.now();
          await storing;
          let last = begun;
          for (;;) {
            const asked = Date.now();
            if ((await store.get(`${ttl}`)) === undefined)
              return { ttl, seen: last - begun, gone: Date.now() - start };
            last = asked;
            await new Promise((resolve) => setTimeout(resolve, 3));
          }
        }),
      );
      for (const { ttl, seen, gone } of lived) {
        expect(gone, `${ttl}`).toBeGreaterThanOrEqual(ttl);
        expect(seen, `${ttl}`).toBeLessThanOrEqual(ttl);
      }
      await expect.poll(() => client.asMap().has('|1999')).toBe(false);
    });
  });
}
