import type { MemcachedDriver } from '@mc/adapter-unstorage';
import { createClient } from '@mc/memcached';
import { scriptedServer } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { beforeEach, describe, expect, it } from 'vitest';
import { PATIENT } from '../../../test/patience.js';
import { openStorage, type Storage, subjects } from './open-storage.js';

/** More than is sent in one part. */
const COUNT = 20_000;
const LAST = `k${COUNT - 1}`;

const batchOf = (value: string) => Array.from({ length: COUNT }, (_, at) => ({ key: `k${at}`, value }));

for (const { name, open } of subjects()) {
  describe(`calls behind a long batch on ${name}`, { timeout: 60_000 }, () => {
    let storage: Storage;
    let driver: MemcachedDriver;
    beforeEach(async () => {
      ({ storage, driver } = open({ base: 'order' }));
      await storage.clear();
    });

    it('write after it', async () => {
      const batch = storage.setItems(batchOf('old'));
      const single = storage.setItem(LAST, 'new');
      const raw = storage.setItemRaw('k15000', 'new');
      await Promise.all([batch, single, raw]);
      expect(await storage.getItem(LAST)).toBe('new');
      expect(await storage.getItem('k15000')).toBe('new');
      expect(await storage.getItem('k15001')).toBe('old');
    });

    it('go on where a part of it cannot be read', async () => {
      const batch = batchOf('old');
      const unreadable = Object.defineProperty({ key: 'bad', value: '' }, 'value', {
        get: () => {
          throw new TypeError('a getter of the user');
        },
      });
      batch[9000] = unreadable;
      await expect(driver.setItems?.(batch, {})).rejects.toThrow(TypeError);
      expect(await driver.getItem('k0', {})).toBe('old');
      await driver.setItem?.(LAST, 'new', {});
      expect(await driver.getItem(LAST, {})).toBe('new');
    });

    it('remove what it writes', async () => {
      const batch = storage.setItems(batchOf('old'));
      const removing = storage.removeItem(LAST);
      await Promise.all([batch, removing]);
      expect(await storage.getItem(LAST)).toBeNull();
    });

    it('read what it writes', async () => {
      const batch = storage.setItems(batchOf('new'));
      const reads = [
        storage.getItem(LAST),
        storage.getItemRaw(LAST),
        storage.hasItem(LAST),
        storage.getItems(['k0', LAST, 'none']),
      ];
      expect(await Promise.all(reads)).toStrictEqual([
        'new',
        'new',
        true,
        [
          { key: 'k0', value: 'new' },
          { key: LAST, value: 'new' },
          { key: 'none', value: null },
        ],
      ]);
      await batch;
    });

    it('know what it writes of an item', async () => {
      const { driver: knowing } = open({ base: 'order', meta: true });
      const batch = knowing.setItems(batchOf('12345'));
      expect(await knowing.getMeta(LAST)).toMatchObject({ size: 5 });
      await batch;
    });

    it('stay in their own order, another long batch among them', async () => {
      const calls = [
        driver.setItems(batchOf('1')),
        driver.setItem(LAST, '2'),
        driver.getItem(LAST),
        driver.removeItem(LAST),
        driver.getItem(LAST),
        driver.setItems(batchOf('3')),
        driver.getItem(LAST),
        driver.setItem(LAST, '4'),
        driver.getItem(LAST),
      ];
      const results = await Promise.all(calls);
      expect([2, 4, 6, 8].map((at) => results[at])).toStrictEqual(['2', null, '3', '4']);
      expect(await driver.getItem('k19998')).toBe('3');
    });

    it('leave nothing to wait for behind them, and a call made at any moment keeps its place', async () => {
      let isDone = false;
      const batch = driver.setItems(batchOf('0')).then(() => {
        isDone = true;
      });
      const seen: boolean[] = [];
      for (let turn = 1; !isDone; turn += 1) {
        const writing = driver.setItem(LAST, String(turn));
        seen.push((await driver.getItem(LAST)) === String(turn));
        await writing;
      }
      await batch;
      expect(new Set(seen)).toStrictEqual(new Set([true]));
      expect(await driver.getItem(LAST)).toBe(String(seen.length));
    });

    it('are made before it is closed, if they were before that', async () => {
      const batch = driver.setItems(batchOf('stored'));
      const single = driver.setItem(LAST, 'last');
      const disposing = driver.dispose();
      await expect(driver.getItem('k0')).rejects.toMatchObject({ code: 'MC_CLOSED' });
      await Promise.all([batch, single, disposing, driver.dispose()]);
      const { driver: other } = open({ base: 'order' });
      expect(await other.getItem(LAST)).toBe('last');
      expect(await other.getItem('k19998')).toBe('stored');
    });
  });
}

describe('calls behind a long batch', () => {
  it('go at once where it does not hold their key', async () => {
    const transport = memoryTransport();
    await using client = createClient({ servers: 'embedded:11211', transport, ...PATIENT });
    const { driver } = openStorage({ client });
    await driver.setItem('other', 'there');
    const settled: string[] = [];
    const batch = driver.setItems(batchOf('v')).then(() => settled.push('batch'));
    const other = driver.getItem('other').then(() => settled.push('other'));
    await Promise.all([batch, other]);
    expect(settled).toStrictEqual(['other', 'batch']);
  });

  it('go on where its server hangs', { timeout: 60_000 }, async () => {
    await using server = await scriptedServer(() => {});
    const { driver } = openStorage({ servers: server.name, timeoutMs: 50 });
    const batch = driver.setItems(batchOf('v'));
    expect(await driver.getItem(LAST)).toBeNull();
    await batch;
    await driver.removeItem(LAST);
    expect(driver.failures).toBe(COUNT + 2);
  });

  it('are not held up by items that are refused before they are sent', async () => {
    const { driver } = openStorage({ servers: 'embedded:11211', transport: memoryTransport(), ...PATIENT });
    const batch = batchOf('v').map((item) => ({ ...item, options: { ttl: Number.NaN } }));
    const refused = expect(driver.setItems(batch)).rejects.toMatchObject({ code: 'MC_PARTIAL_FAILURE' });
    const single = driver.setItem(LAST, 'new');
    expect(await driver.getItem(LAST)).toBe('new');
    await Promise.all([refused, single]);
  });
});
