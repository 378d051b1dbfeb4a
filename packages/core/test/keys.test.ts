import { createClient, type Key, type MemcachedClient } from '@mc/core';
import { expectsMemcached } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { memoryTransport } from '@mc/transport-memory';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openClient, SOON_MS, startReal, startScripted } from './open-client.js';

const LINE = (key: string): string => `key=${key} exp=-1 la=1795360597 cas=1 fetch=no cls=1 size=63\n`;

async function listed(client: MemcachedClient, signal?: AbortSignal): Promise<Key[]> {
  const keys: Key[] = [];
  for await (const key of client.keys(signal && { signal })) keys.push(key);
  return keys;
}

const ODD_KEYS = ['plain', 'a%20b', 'é', '日本', 'semi;colon:|#@', '~._-', `long${'x'.repeat(240)}`, 'key=x'];

function listingTests(open: () => Promise<MemcachedClient>): void {
  it('lists every key once, as text', async () => {
    const client = await open();
    expect(await listed(client)).toEqual([]);
    for (const key of ODD_KEYS) await client.set(key, 1);
    expect((await listed(client)).sort()).toEqual([...ODD_KEYS].sort());
  });

  it('gives a key that is no UTF-8 as bytes', async () => {
    const client = await open();
    const key = Uint8Array.of(0x61, 0xff, 0xfe);
    await client.set(key, 1);
    const [found] = await listed(client);
    expect(Buffer.compare(found as Uint8Array, key)).toBe(0);
    expect(await client.get(found as Uint8Array)).toBe(1);
  });

  it('lists the keys under the prefix, without it', async () => {
    const client = await open();
    await client.set('app:x', 1);
    await client.set('other', 1);
    await client.set(Uint8Array.of(0x61, 0x70, 0x70, 0x3a, 0xff), 1);
    const view = client.with({ keyPrefix: 'app:' });
    const found = await listed(view);
    expect(found).toHaveLength(2);
    expect(found).toContain('x');
    expect(found.find((key) => typeof key !== 'string')).toEqual(Buffer.of(0xff));
  });

  it('does not list what has expired', async () => {
    const client = await open();
    await client.set('gone', 1, { ttl: -1 });
    await client.set('stays', 1, { ttl: 100 });
    expect(await listed(client)).toEqual(['stays']);
  });

  it('lists many keys, and stops early', async () => {
    const client = await open();
    await client.setMulti(Array.from({ length: 20_000 }, (_, at) => [`key-${at}`, at] as const));
    expect(new Set(await listed(client)).size).toBe(20_000);
    let seen = 0;
    for await (const _ of client.keys()) {
      seen += 1;
      if (seen === 3) break;
    }
    expect(seen).toBe(3);
    expect(await client.get('key-7')).toBe(7);
  });
}

describe('keys() of the embedded server', () => {
  const open = async (): Promise<MemcachedClient> => {
    const client = createClient({ servers: ['a', 'b'], transport: memoryTransport() });
    onTestFinished(() => client.close());
    return client;
  };
  listingTests(open);

  it('leaves no connection behind', async () => {
    const transport = memoryTransport();
    const client = createClient({ servers: 'a', transport });
    await client.setMulti({ x: 1, y: 2 });
    for await (const _ of client.keys()) break;
    expect(await listed(client)).toHaveLength(2);
    await client.close();
    await expect.poll(() => transport.server('a:11211').connections).toBe(0);
  });
});

if (expectsMemcached()) {
  describe('keys() of memcached', () => {
    listingTests(async () => {
      const servers = await Promise.all([startReal(), startReal()]);
      return openClient(servers.map(({ address }) => address));
    });

    it('is refused with a clear error where dumps are off', async () => {
      const server = await startReal({ args: ['-X'] });
      const error = await rejection(listed(openClient(server.address)));
      expect(error).toMatchObject({ name: 'ClientError', code: 'MC_CLIENT_ERROR', server: server.name });
      expect(error.message).toContain('does not list its keys');
      expect(error).toHaveProperty('serverMessage', 'metadump not allowed');
    });

    it('waits for a dump that another client is reading', async () => {
      const server = await startReal();
      const client = openClient(server.address);
      await client.setMulti(Array.from({ length: 30_000 }, (_, at) => [`key-${at}`, at] as const));
      const lists = await Promise.all([listed(client), listed(client), listed(client)]);
      expect(lists.map((keys) => new Set(keys).size)).toEqual([30_000, 30_000, 30_000]);
    });
  });
}

describe('keys() of servers of other kinds', () => {
  it('reads a list that begins with OK, in any pieces', async () => {
    const server = await startScripted(async (connection) => {
      await connection.request();
      await connection.drip(`OK\r\n${LINE('a')}${LINE('b%25c')}END\r\n`);
    });
    expect(await listed(openClient(server.address))).toEqual(['a', 'b%c']);
    await expect.poll(() => server.openConnections).toBe(0);
  });

  it('asks again while another dump is made, and in the old way where the new one is unknown', async () => {
    const replies = ['BUSY currently processing crawler request\r\n', 'BADCLASS invalid class id\r\n'];
    const server = await startScripted(async (connection) => {
      await connection.request();
      await connection.reply(replies.shift() ?? `${LINE('a')}END\r\n`);
    });
    expect(await listed(openClient(server.address))).toEqual(['a']);
    expect(server.received).toBe(
      'lru_crawler metadump hash\r\nlru_crawler metadump hash\r\nlru_crawler metadump all\r\n',
    );
  });

  it.each([
    ['ERROR\r\n', 'MC_CLIENT_ERROR'],
    ['ERROR metadump not allowed\r\n', 'MC_CLIENT_ERROR'],
    ['CLIENT_ERROR lru crawler disabled\r\n', 'MC_CLIENT_ERROR'],
    ['SERVER_ERROR no\r\n', 'MC_SERVER_ERROR'],
    ['BADCLASS invalid class id\r\n', 'MC_CLIENT_ERROR'],
    ['HTTP/1.1 400 Bad Request\r\n', 'MC_PROTOCOL'],
    [`${LINE('a')}ERROR\r\n`, 'MC_PROTOCOL'],
    ['', 'MC_CONNECTION_LOST'],
    [LINE('a'), 'MC_CONNECTION_LOST'],
  ])('answers %j with %s', async (reply, code) => {
    const server = await startScripted(async (connection) => {
      await connection.request();
      await connection.reply(reply);
      connection.end();
    });
    expect(await rejection(listed(openClient(server.address)))).toMatchObject({ code });
    await expect.poll(() => server.openConnections).toBe(0);
  });

  it('gives up a server that is not there, or says nothing', async () => {
    const silent = await startScripted(() => {});
    const away = await startScripted(() => {});
    await away.refuse();
    const timeouts = { connectTimeoutMs: 1000, connectionTimeoutMs: 1000 };
    expect(await rejection(listed(openClient(away.address, timeouts)))).toMatchObject({
      code: 'MC_CONNECT_FAILED',
      message: 'no connection could be made',
    });
    expect(await rejection(listed(openClient(silent.address, timeouts)))).toMatchObject({
      code: 'MC_CONNECTION_LOST',
    });
  });

  it('gives up a server that lets it wait for a connection', async () => {
    const link = { write: () => true, close: () => {}, destroy: () => {} };
    const client = openClient(
      { host: 'nowhere', port: 1 },
      { transport: { connect: () => link }, connectTimeoutMs: 50 },
    );
    expect(await rejection(listed(client))).toMatchObject({
      code: 'MC_CONNECT_FAILED',
      message: 'no connection could be made within 50 ms',
    });
  });

  it('gives up a server that sends single bytes and no line', async () => {
    const server = await startScripted(async (connection) => {
      await connection.request();
      await connection.reply(LINE('a'));
      for (const byte of `key=${'b'.repeat(3000)}`) {
        if (!connection.open) return;
        await connection.reply(byte);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    const startedMs = performance.now();
    const failed = rejection(listed(openClient(server.address, { connectionTimeoutMs: 1000 })));
    expect(await failed).toMatchObject({ code: 'MC_CONNECTION_LOST' });
    expect(performance.now() - startedMs).toBeLessThan(SOON_MS);
  });

  it('refuses a line that does not end', async () => {
    const server = await startScripted(async (connection) => {
      await connection.request();
      await connection.reply(`key=${'x'.repeat(100_000)}`);
    });
    expect(await rejection(listed(openClient(server.address)))).toMatchObject({ code: 'MC_PROTOCOL' });
  });

  it('ends with its signal, and with the client', async () => {
    const server = await startScripted(async (connection) => {
      await connection.request();
      await connection.reply(LINE('a'));
    });
    const client = openClient(server.address);
    const abort = new AbortController();
    const aborted = rejection(listed(client, abort.signal));
    const closed = rejection(listed(client));
    await expect.poll(() => server.connections.length).toBe(1);
    abort.abort(new Error('enough'));
    expect(await aborted).toMatchObject({ name: 'AbortError' });
    await expect.poll(() => server.connections.length).toBe(2);
    await client.close();
    expect(await closed).toMatchObject({ code: 'MC_CLOSED' });
    expect(await rejection(listed(client))).toMatchObject({ code: 'MC_CLOSED' });
    await expect.poll(() => server.openConnections).toBe(0);
  });
});
