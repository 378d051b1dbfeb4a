import { createClient } from '@mc/memcached';
import { memoryTransport } from '@mc/transport-memory';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStorage, subjects } from './open-storage.js';

const START_MS = Date.UTC(2026, 0, 1);
const DAY_SECONDS = 86_400;

describe('the ttl of an item', () => {
  const target = { servers: 'embedded:11211', transport: memoryTransport() };

  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START_MS + 999 }));
  afterEach(() => void vi.useRealTimers());
  const pass = (seconds: number): void => void vi.setSystemTime(Date.now() + seconds * 1000);

  it('is in seconds, never early, and at most the server’s two ticks late', async () => {
    const { storage } = openStorage(target);
    for (const ttl of [1, 0.2, 10]) {
      vi.setSystemTime(START_MS + 999);
      await storage.setItem('k', 'v', { ttl });
      pass(ttl - 0.001);
      expect(await storage.getItem('k'), `${ttl} s`).toBe('v');
      pass(2.1);
      expect(await storage.getItem('k'), `${ttl} s`).toBeNull();
    }
  });

  it('is the driver’s where the call names none', async () => {
    const { storage } = openStorage({ ...target, ttl: 5 });
    await storage.setItem('default', 'v');
    await storage.setItem('own', 'v', { ttl: 60 });
    await storage.setItem('never', 'v', { ttl: 0 });
    await storage.setItemRaw('raw', Uint8Array.of(1));
    await storage.setItem('undefined', 'v', { ttl: undefined });
    pass(8);
    const found = await storage.getItems(['default', 'own', 'never', 'raw', 'undefined']);
    expect(found.map(({ value }) => value)).toStrictEqual([null, 'v', 'v', null, null]);
  });

  it('may differ within a batch, where the last of one key counts', async () => {
    const { storage } = openStorage(target);
    await storage.setItems(
      [
        { key: 'a', value: 1 },
        { key: 'b', value: 1, options: { ttl: 100 } },
        { key: 'a', value: 2, options: { ttl: 100 } },
        { key: 'a', value: 3 },
      ],
      { ttl: 5 },
    );
    expect(await storage.getItem('a')).toBe(3);
    pass(8);
    expect(await storage.getItems(['a', 'b'])).toStrictEqual([
      { key: 'a', value: null },
      { key: 'b', value: 1 },
    ]);
  });

  it('may be over 30 days, and beyond what memcached can hold', async () => {
    vi.useRealTimers();
    const { storage } = openStorage(target);
    for (const ttl of [40 * DAY_SECONDS, 100 * 365 * DAY_SECONDS, 1e300, Number.POSITIVE_INFINITY]) {
      await storage.setItem('long', `${ttl}`, { ttl });
      expect(await storage.hasItem('long'), `${ttl} s`).toBe(true);
    }
  });

  it('that is negative leaves nothing behind', async () => {
    const { storage } = openStorage({ ...target, meta: false });
    for (const ttl of [-1, -0.001, -1e300, Number.NEGATIVE_INFINITY]) {
      await storage.setItem('k', 'old');
      await storage.setItem('k', 'new', { ttl });
      expect(await storage.getItem('k'), `${ttl} s`).toBeNull();
    }
  });

  it('that is no number is refused, and nothing is sent', async () => {
    const { storage, driver } = openStorage(target);
    await storage.setItem('k', 'old');
    for (const ttl of [Number.NaN, '60', {}, true, 60n]) {
      await expect(storage.setItem('k', 'new', { ttl })).rejects.toMatchObject({
        code: 'MC_INVALID_ARGUMENT',
      });
      await expect(storage.setItems([{ key: 'k', value: 1 }], { ttl })).rejects.toMatchObject({
        code: 'MC_INVALID_ARGUMENT',
      });
    }
    expect(await storage.getItem('k')).toBe('old');
    expect(driver.failures).toBe(0);
    for (const wrong of [Number.NaN, '60', -5, -0.001, Number.NEGATIVE_INFINITY, null]) {
      expect(() => openStorage({ ...target, ttl: wrong as number }), `${wrong}`).toThrow(
        expect.objectContaining({ code: 'MC_CONFIGURATION', message: expect.stringMatching(/ttl/) }),
      );
    }
  });
});

for (const { name, open, target } of subjects()) {
  describe(`a storage with meta on ${name}`, () => {
    afterEach(() => void vi.useRealTimers());

    it('knows what is left of an item, and ends it to the millisecond', async () => {
      const { storage } = open({ base: 'meta', meta: true });
      const start = Date.now();
      vi.useFakeTimers({ toFake: ['Date'], now: start });
      for (const key of ['k', 'k'.repeat(300)]) {
        vi.setSystemTime(start);
        await storage.setItem(key, 'value', { ttl: 60.25 });
        expect(await storage.getMeta(key, true)).toEqual({ ttl: 61, size: 5, mtime: new Date(start) });
        vi.setSystemTime(start + 60_249);
        expect([await storage.hasItem(key), await storage.getItem(key)]).toStrictEqual([true, 'value']);
        vi.setSystemTime(start + 60_250);
        expect([await storage.hasItem(key), await storage.getItem(key)]).toStrictEqual([false, null]);
        expect(await storage.getMeta(key, true)).toEqual({});
      }
      await storage.setItem('stays', { a: 1 });
      expect(await storage.getMeta('stays', true)).not.toHaveProperty('ttl');
      await storage.clear();
    });

    it('reads what was written without, and the other way round', async () => {
      const { storage: plain } = open({ base: 'both' });
      const { storage: knowing } = open({ base: 'both', meta: true });
      await plain.setItem('plain', 1);
      await knowing.setItem('knowing', 2);
      for (const each of [plain, knowing]) {
        expect(await each.getItems(['plain', 'knowing'])).toStrictEqual([
          { key: 'plain', value: 1 },
          { key: 'knowing', value: 2 },
        ]);
      }
      await plain.clear();
    });

    it('takes an item that is damaged for a miss, and says so', async () => {
      const { storage, driver } = open({ base: 'damaged', meta: true });
      await using client = createClient(target);
      await storage.setItem('k', 'value');
      const bytes = (await client.get('damaged:k')) as Uint8Array;
      await client.set('damaged:k', bytes.slice(0, 12));
      expect(await storage.getItem('k')).toBeNull();
      expect(await storage.hasItem('k')).toBe(false);
      expect(driver.failures).toBe(2);
      await storage.clear();
    });
  });
}
