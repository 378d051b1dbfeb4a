import { type MemcachedDriver, memcachedDriver } from '@mc/adapter-unstorage';
import { createClient } from '@mc/memcached';
import { type FaultyTransport, faultyTransport } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { describe, expect, it, vi } from 'vitest';

const UNREACHABLE = { code: expect.stringMatching(/^MC_(CONNECT_FAILED|CONNECTION_LOST|SERVER_DOWN)$/) };

/** A driver on a client that itself takes a lost server for a miss. */
function openGiven(onServerFailure: 'miss' | 'throw') {
  const transport = faultyTransport(memoryTransport());
  const client = createClient({
    servers: 'embedded:11211',
    transport,
    onServerFailure: 'miss',
    retryTimeoutMs: 20,
  });
  const driver = memcachedDriver({ client, onServerFailure });
  const seen: string[] = [];
  driver.on('failure', ({ operation }) => void seen.push(operation));
  return { transport, client, driver, seen };
}

function lose(transport: FaultyTransport): void {
  transport.refuse();
  transport.cut();
}

const callsOf = (driver: MemcachedDriver): Readonly<Record<string, () => Promise<unknown>>> => ({
  getItem: () => driver.getItem('k'),
  getItemRaw: () => driver.getItemRaw('k'),
  getItems: () => driver.getItems([{ key: 'k' }]),
  hasItem: () => driver.hasItem('k'),
  getKeys: () => driver.getKeys(),
  setItem: () => driver.setItem('k', 'v'),
  setItems: () => driver.setItems([{ key: 'k', value: 'v' }]),
  setItemRaw: () => driver.setItemRaw('k', 'v'),
  removeItem: () => driver.removeItem('k'),
});

describe('a client that is given, which itself takes a lost server for a miss', () => {
  it('gives errors where the driver is to give them', async () => {
    const { transport, client, driver } = openGiven('throw');
    await using _ = client;
    transport.refuse();
    for (const [name, call] of Object.entries(callsOf(driver))) {
      await expect(call(), name).rejects.toMatchObject(UNREACHABLE);
    }
    expect(await client.get('k')).toBeUndefined();
  });

  it('is no reason to be silent where the driver hides them', async () => {
    const { transport, client, driver, seen } = openGiven('miss');
    await using _ = client;
    transport.refuse();
    const calls = callsOf(driver);
    for (const call of Object.values(calls)) await call();
    expect(seen).toStrictEqual(Object.keys(calls));
    expect(driver.failures).toBe(seen.length);
  });

  for (const base of [undefined, 'a:']) {
    it(`does not make a clear that lost its server midway look done: of ${base ?? 'all'}`, async () => {
      const { transport, client, driver } = openGiven('miss');
      await using _ = client;
      const items = Array.from({ length: 1_200 }, (_each, at) => ({ key: `a:${at}`, value: 'v' }));
      await driver.setItems(items);
      const view = driver.getInstance();
      const deleteMulti = view.deleteMulti.bind(view);
      vi.spyOn(view, 'deleteMulti').mockImplementationOnce(async (keys) => {
        const deleted = await deleteMulti(keys);
        lose(transport);
        return deleted;
      });
      await expect(driver.clear(base)).rejects.toMatchObject({
        code: expect.stringMatching(/^MC_(PARTIAL_FAILURE|CONNECT|SERVER_DOWN)/),
      });
      transport.accept();
      await expect.poll(async () => (await driver.getKeys()).length).toBe(700);
      await driver.clear(base);
      expect(await driver.getKeys()).toStrictEqual([]);
    });
  }
});
