import type { HiddenFailure, MemcachedDriver } from '@mc/adapter-unstorage';
import type { PartialFailureError } from '@mc/core';
import { createClient } from '@mc/memcached';
import { expectsMemcached, faultyTransport, scriptedServer, startMemcached } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { describe, expect, it } from 'vitest';
import { PATIENT } from '../../../test/patience.js';
import { openStorage, type Storage, subjects } from './open-storage.js';

function failuresOf(driver: MemcachedDriver): Array<[operation: string, code: string]> {
  const seen: Array<[string, string]> = [];
  driver.on('failure', ({ operation, error }: HiddenFailure) => void seen.push([operation, error.code]));
  return seen;
}

/** Every call of a page: each finds nothing, or does nothing. */
async function expectMisses(storage: Storage): Promise<void> {
  expect(await storage.getItem('k')).toBeNull();
  expect(await storage.getItemRaw('k')).toBeNull();
  expect(await storage.getItems(['k', 'l'])).toStrictEqual([
    { key: 'k', value: null },
    { key: 'l', value: null },
  ]);
  expect(await storage.hasItem('k')).toBe(false);
  expect(await storage.getKeys()).toStrictEqual([]);
  expect(await storage.getMeta('k')).toEqual({});
  await storage.setItem('k', 'v');
  await storage.setItems([{ key: 'k', value: 'v' }]);
  await storage.setItemRaw('k', Uint8Array.of(1));
  await storage.removeItem('k');
}

describe('a server that is not there', () => {
  const target = () => {
    const transport = faultyTransport(memoryTransport());
    return { transport, options: { servers: 'embedded:11211', transport, retryTimeoutMs: 50 } };
  };

  it('breaks no page: reads miss, writes do nothing, and an event and a count tell', async () => {
    const { transport, options } = target();
    transport.refuse();
    const { storage, driver } = openStorage(options);
    const seen = failuresOf(driver);
    await expectMisses(storage);
    const operations = seen.map(([operation]) => operation);
    expect(new Set(operations)).toStrictEqual(
      new Set([
        'getItem',
        'getItemRaw',
        'getItems',
        'hasItem',
        'getKeys',
        'setItem',
        'setItems',
        'setItemRaw',
        'removeItem',
      ]),
    );
    expect(driver.failures).toBe(seen.length);
    for (const [, code] of seen) expect(code).toMatch(/^MC_(CONNECT_FAILED|SERVER_DOWN)$/);
  });

  it('is an error where that is asked for, and always when clearing', async () => {
    const { transport, options } = target();
    transport.refuse();
    const { storage, driver } = openStorage({ ...options, onServerFailure: 'throw' });
    const code = expect.stringMatching(/^MC_(CONNECT_FAILED|SERVER_DOWN)$/);
    const calls = [
      () => storage.getItem('k'),
      () => storage.getItems(['k', 'l']),
      () => storage.hasItem('k'),
      () => storage.getKeys(),
      () => storage.setItem('k', 'v'),
      () => storage.removeItem('k'),
      () => storage.clear(),
      () => openStorage(options).storage.clear(),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code });
    expect(driver.failures).toBe(0);
  });

  it('may come and go', async () => {
    const { transport, options } = target();
    const { storage } = openStorage(options);
    await storage.setItem('k', 'v');
    transport.refuse();
    transport.cut();
    expect(await storage.getItem('k')).toBeNull();
    transport.accept();
    await expect.poll(() => storage.getItem('k')).toBe('v');
  });

  it('is an error for a clear that needs what it holds, and no key is taken for cleared', async () => {
    const { transport, options } = target();
    const { storage, driver } = openStorage(options);
    const key = `a:${'long'.repeat(100)}`;
    await storage.setItem(key, 'v');
    const list = driver.getInstance().keys.bind(driver.getInstance());
    // The server is lost when it has listed its keys.
    driver.getInstance().keys = async function* (given) {
      for await (const each of list(given)) yield each;
      transport.refuse();
      transport.cut();
    };
    await expect(driver.clear('a:')).rejects.toMatchObject({ code: 'MC_CONNECT_FAILED' });
    driver.getInstance().keys = list;
    transport.accept();
    await expect.poll(() => storage.getItem(key)).toBe('v');
    await driver.clear('a:');
    expect(await storage.getItem(key)).toBeNull();
  });

  it('costs a batch only its own keys', async () => {
    const transport = faultyTransport(memoryTransport());
    const servers = ['one:11211', 'two:11211'];
    const { storage, driver } = openStorage({ servers, transport });
    const keys = Array.from({ length: 20 }, (_, at) => `key-${at}`);
    await storage.setItems(keys.map((key) => ({ key, value: key })));
    transport.refuse('two:11211');
    transport.cut('two:11211');
    const client = driver.getInstance();
    const isAlive = (key: string): boolean => client.serverFor(`unstorage:${key}`).name === 'one:11211';
    const expected = keys.map((key) => ({ key, value: isAlive(key) ? key : null }));
    expect(await storage.getItems(keys)).toStrictEqual(expected);
    expect(new Set(expected.map(({ value }) => value === null))).toStrictEqual(new Set([true, false]));
    expect(driver.failures).toBe(keys.filter((key) => !isAlive(key)).length);
  });
});

describe('a server that hangs', () => {
  it('is a miss when the deadline has passed', async () => {
    await using server = await scriptedServer(() => {});
    const { storage, driver } = openStorage({ servers: server.name, timeoutMs: 50, failureLimit: 1 });
    const seen = failuresOf(driver);
    expect(await storage.getItem('k')).toBeNull();
    await storage.setItem('k', 'v');
    expect(seen.length).toBe(2);
  });
});

describe('a server that takes no value', () => {
  it('is an error that says so, and gives no words of ours for the server’s', async () => {
    await using server = await scriptedServer(async (connection) => {
      for await (const { verb } of connection.requests()) {
        await connection.reply(verb === 'set' ? 'NOT_STORED\r\n' : 'END\r\n');
      }
    });
    const { storage, driver } = openStorage({ servers: server.address, ...PATIENT });
    const error = await storage.setItem('k', 'v').then(
      () => expect.fail('stored'),
      (reason: { serverMessage?: string }) => reason,
    );
    expect(error).toMatchObject({ code: 'MC_SERVER_ERROR', message: 'the server did not store the value' });
    expect(error.serverMessage).toBeUndefined();
    expect(driver.failures).toBe(0);
  });
});

describe('a server that does not list its keys now', () => {
  const LONG = `%#${'d'.repeat(43)}`;
  /** Refuses as one does that has listed for somebody else for too long: not by a word that the client waits at. */
  const REFUSAL = 'SERVER_ERROR cannot start crawler\r\n';

  it('is an error, and not taken for empty', async () => {
    await using server = await scriptedServer(async (connection) => {
      for await (const { verb } of connection.requests()) {
        await connection.reply(verb === 'lru_crawler' ? REFUSAL : 'END\r\n');
      }
    });
    const { storage, driver } = openStorage({ servers: server.address, ...PATIENT });
    for (const call of [() => storage.getKeys(), () => storage.getKeys('a'), () => storage.clear()]) {
      await expect(call()).rejects.toMatchObject({ code: 'MC_SERVER_ERROR' });
    }
    expect(await storage.getItem('k')).toBeNull();
    expect(driver.failures).toBe(0);
  });

  it('is an error too where it does not tell a key that it knows only in short', async () => {
    await using server = await scriptedServer(async (connection) => {
      for await (const { verb } of connection.requests()) {
        const list = `key=unstorage:${encodeURIComponent(LONG)} exp=-1\r\nEND\r\n`;
        await connection.reply(verb === 'lru_crawler' ? list : 'SERVER_ERROR backend is busy\r\n');
      }
    });
    const { storage, driver } = openStorage({ servers: server.address, ...PATIENT });
    await expect(storage.getKeys()).rejects.toMatchObject({ code: 'MC_SERVER_ERROR' });
    expect(driver.failures).toBe(0);
  });
});

for (const { name, open, target } of subjects()) {
  describe(`a refusal of ${name}`, () => {
    it('is an error: a value that is too large', async () => {
      const { storage, driver } = open();
      const large = 'x'.repeat(2 * 1024 * 1024);
      for (const write of [
        () => storage.setItem('large', large),
        () => storage.setItemRaw('large', Buffer.from(large)),
        () => storage.setItem('k'.repeat(300), large),
        () => storage.setItems([{ key: 'large', value: large }]),
      ]) {
        await expect(write()).rejects.toMatchObject({ code: 'MC_VALUE_TOO_LARGE' });
      }
      expect(await storage.hasItem('large')).toBe(false);
      expect(driver.failures).toBe(0);
    });

    it('is named for each key of a batch, and the others are stored', async () => {
      const { storage } = open();
      const large = 'x'.repeat(2 * 1024 * 1024);
      const batch = ['a', 'large-1', 'b', 'large-2'].map((key) => ({
        key,
        value: key.length > 1 ? large : key,
      }));
      const error = await storage.setItems(batch).then(
        () => expect.fail('stored'),
        (reason: PartialFailureError) => reason,
      );
      expect(error.code).toBe('MC_PARTIAL_FAILURE');
      expect([...error.errors.keys()]).toStrictEqual(['large-1', 'large-2']);
      expect((await storage.getItems(['a', 'b'])).map(({ value }) => value)).toStrictEqual(['a', 'b']);
      await storage.clear();
    });
  });

  describe(`bad input on ${name}`, () => {
    it('is refused by name', async () => {
      const { storage, driver } = open();
      await expect(storage.setItem('', 'v')).rejects.toThrow(/key/i);
      await expect(driver.setItem('', 'v')).rejects.toMatchObject({ code: 'MC_INVALID_KEY' });
      await expect(driver.getItem(undefined as never)).rejects.toMatchObject({ code: 'MC_INVALID_KEY' });
      await expect(driver.getItems([{ key: 'k' }, { key: '' }])).rejects.toMatchObject({
        code: 'MC_INVALID_KEY',
      });
      await expect(driver.setItem('k', undefined as never)).rejects.toMatchObject({
        code: 'MC_INVALID_ARGUMENT',
      });
      await expect(storage.setItemRaw('k', new Map())).rejects.toMatchObject({ code: 'MC_ENCODE' });
      await expect(driver.setItem('k', 'lone \ud800')).rejects.toThrow();
      expect(() => driver.on('other' as 'failure', () => {})).toThrow(/event/);
      expect(() => driver.on('failure', 'listener' as never)).toThrow(/function/);
    });

    it('a value that cannot be read is a miss, and an event tells', async () => {
      const { storage, driver } = open({ base: 'unreadable', onServerFailure: 'throw' });
      await using client = createClient({
        ...target,
        codec: { name: 'odd', id: 7, encode: () => Uint8Array.of(1), decode: (): unknown => 1 },
      });
      await client.set('unreadable:odd', { any: 'object' });
      await storage.setItem('fine', 'v');
      const seen = failuresOf(driver);
      expect(await storage.getItem('odd')).toBeNull();
      expect((await storage.getItems(['odd', 'fine'])).map(({ value }) => value)).toStrictEqual([null, 'v']);
      expect(seen).toStrictEqual([
        ['getItem', 'MC_DECODE'],
        ['getItems', 'MC_DECODE'],
      ]);
      expect(driver.failures).toBe(2);
      await storage.clear();
    });
  });

  describe(`disposing on ${name}`, () => {
    it('may be done again, and calls are refused from then on', async () => {
      const { storage, driver } = open();
      await storage.setItem('k', 'v');
      await storage.dispose();
      await storage.dispose();
      await driver.dispose();
      for (const call of [
        () => storage.getItem('k'),
        () => storage.setItem('k', 'v'),
        () => storage.getItems(['k']),
        () => storage.hasItem('k'),
        () => storage.removeItem('k'),
        () => storage.getKeys(),
        () => storage.clear(),
        () => driver.getItemRaw('k'),
        () => driver.setItemRaw('k', 'v'),
        () => driver.getMeta('k'),
        () => driver.getMeta('k'.repeat(300)),
        () => driver.getItems([]),
        () => driver.setItems([]),
      ]) {
        await expect(call()).rejects.toMatchObject({ code: 'MC_CLOSED' });
      }
      expect(driver.failures).toBe(0);
    });
  });
}

if (expectsMemcached()) {
  describe('a memcached', () => {
    it('may die in between', async () => {
      // At a path, which nobody else can take while it is gone.
      await using server = await startMemcached({ unixSocket: true });
      const { storage, driver } = openStorage({ servers: server.address, ...PATIENT, retryTimeoutMs: 50 });
      await storage.setItem('k', 'v');
      await server.kill();
      await expectMisses(storage);
      expect(driver.failures).toBeGreaterThan(8);
      await server.restart();
      await expect
        .poll(async () => {
          await storage.setItem('k', 'again');
          return storage.getItem('k');
        })
        .toBe('again');
    });

    it('that does not tell its keys is named in the error, and the rest works', async () => {
      await using server = await startMemcached({ args: ['-X'] });
      const { storage } = openStorage({ servers: server.address, ...PATIENT });
      await storage.setItem('k', 'v');
      for (const call of [() => storage.getKeys(), () => storage.clear()]) {
        await expect(call()).rejects.toMatchObject({
          server: server.name,
          message: expect.stringMatching(/key/i),
        });
      }
      expect(await storage.getItem('k')).toBe('v');
    });
  });
}
