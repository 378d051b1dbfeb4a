import type { Key, LinkEvents, MemcachedClient, Server, Transport } from '@mc/core';
import { expectsMemcached, type ScriptedServer } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { tcpTransport } from '@mc/transport-tcp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { someTurns } from './hostile-uncaught.js';
import { openClient, startReal, startScripted } from './open-client.js';

const LINE = (key: string): string => `key=${key} exp=-1 la=1795360597 cas=1 fetch=no cls=1 size=63\n`;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A listing whose reader has taken one key and is busy with something else. */
async function slowReader(client: MemcachedClient): Promise<AsyncGenerator<Key, void>> {
  const keys = client.keys();
  onTestFinished(async () => void (await keys.return()));
  expect(await keys.next()).toHaveProperty('done', false);
  return keys;
}

async function countKeys(keys: AsyncIterable<Key>): Promise<number> {
  let count = 0;
  for await (const _ of keys) count += 1;
  return count;
}

/** A server that lists the key `count` times in large pieces, and how many pieces it could send. */
async function listingServer(
  key: string,
  pieces: number,
): Promise<{ server: ScriptedServer; sent: () => number }> {
  const piece = LINE(key).repeat(1000);
  let sent = 0;
  const server = await startScripted(async (connection) => {
    await connection.request();
    for (; sent < pieces && connection.open; sent += 1) await connection.reply(piece);
    await connection.reply('END\r\n');
  });
  return { server, sent: () => sent };
}

/** What the count is when it has stopped to rise, for a while and for many turns of the event loop. */
async function atRest(count: () => number): Promise<number> {
  for (let before = -1; before !== count(); ) {
    before = count();
    await pause(300);
    for (let turns = 0; turns < 30; turns += 1) await someTurns();
  }
  return count();
}

if (expectsMemcached()) {
  describe('a slow reader of keys() of memcached', () => {
    const COUNT = 60_000;

    it('keeps nobody from listing, and nobody from the server', async () => {
      const server = await startReal({ threads: 2, memoryMegabytes: 200 });
      // Far less than the server would hang for, and more than a busy machine takes.
      const timeouts = { timeoutMs: 10_000, connectTimeoutMs: 10_000 };
      const client = openClient(server.address, timeouts);
      const pad = 'k'.repeat(180);
      await client.setMulti(Array.from({ length: COUNT }, (_, at) => [`${pad}${at}`, at] as const));
      const slow = await slowReader(client);
      const listed = countKeys(openClient(server.address, timeouts).keys());
      for (let round = 0; round < 20; round += 1) {
        // Each connects anew, so that all of memcached's threads have to answer.
        const others = Array.from({ length: 4 }, () => openClient(server.address, timeouts));
        await Promise.all(others.map((other, at) => other.set(`other-${at}`, round)));
        expect(await Promise.all(others.map((other, at) => other.get(`other-${at}`)))).toEqual(
          others.map(() => round),
        );
        await Promise.all(others.map((other) => other.close()));
      }
      expect(await listed).toBeGreaterThanOrEqual(COUNT);
      expect(await countKeys(slow)).toBeGreaterThanOrEqual(COUNT - 1);
    });
  });
}

describe('a slow reader of keys()', () => {
  it('has the list read to its end meanwhile, and the connection dropped', async () => {
    const { server, sent } = await listingServer('k'.repeat(50), 100);
    const keys = await slowReader(openClient(server.address, { connectionTimeoutMs: 500 }));
    await expect.poll(sent).toBe(100);
    await expect.poll(() => server.openConnections).toBe(0);
    // Longer than a server may be silent: it owes nothing.
    await pause(700);
    expect(await countKeys(keys)).toBe(99_999);
  });

  it('is told of a server that falls silent, whose connection is dropped before the reader asks', async () => {
    const server = await startScripted(async (connection) => {
      await connection.request();
      await connection.reply(LINE('a'));
    });
    const keys = await slowReader(openClient(server.address, { connectionTimeoutMs: 200 }));
    await expect.poll(() => server.openConnections).toBe(0);
    expect(await rejection(keys.next())).toMatchObject({ code: 'MC_CONNECTION_LOST' });
  });

  it('drops the connection at once where it leaves', async () => {
    const { server, sent } = await listingServer('k'.repeat(50), 100_000);
    const keys = await slowReader(openClient(server.address));
    await keys.return();
    await expect.poll(() => server.openConnections).toBe(0);
    expect(sent()).toBeLessThan(100_000);
  });

  it('makes the server wait only where 32 MiB of keys wait for it', async () => {
    const { server, sent } = await listingServer('k'.repeat(200), 400);
    const keys = await slowReader(openClient(server.address, { connectionTimeoutMs: 500 }));
    // 168 pieces are 32 MiB; the system's buffers take some more.
    await expect.poll(sent).toBeGreaterThan(168);
    const held = await atRest(sent);
    // Longer than a server may be silent: it is not the server that is late.
    await pause(700);
    expect(sent()).toBe(held);
    expect(held).toBeLessThan(250);
    expect(await countKeys(keys)).toBe(399_999);
  });

  it('is told where the transport cannot wait and 64 MiB of keys wait for it', async () => {
    const tcp = tcpTransport();
    const transport: Transport = {
      connect: (to: Server, events: LinkEvents) => {
        const link = tcp.connect(to, events);
        return {
          write: (bytes) => link.write(bytes),
          close: () => link.close(),
          destroy: () => link.destroy(),
        };
      },
    };
    const { server, sent } = await listingServer('k'.repeat(200), 400);
    const keys = await slowReader(openClient(server.address, { transport }));
    await expect.poll(() => server.openConnections).toBe(0);
    expect(sent()).toBeGreaterThan(320);
    const error = await rejection(countKeys(keys));
    expect(error).toMatchObject({ code: 'MC_CONNECTION_LOST' });
    expect(error.message).toContain('faster than they are taken');
  });

  it('leaves turns to others when it reads on, however much has come', async () => {
    const { server, sent } = await listingServer('k'.repeat(50), 100);
    const keys = await slowReader(openClient(server.address));
    await expect.poll(sent).toBe(100);
    await expect.poll(() => server.openConnections).toBe(0);
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    expect(await countKeys(keys)).toBe(99_999);
    isOver = true;
    expect(turns).toBeGreaterThan(50);
  });
});
