import type { Key, MemcachedClient } from '@mc/core';
import { expectsMemcached, type ScriptedConnection, type ScriptedServer } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openClient, SOON_MS, startReal, startScripted } from './open-client.js';

const LINE = (key: string): string => `key=${key} exp=-1 la=1795360597 cas=1 fetch=no cls=1 size=63\n`;
const LIST = `${LINE('a')}END\r\n`;
const BUSY = 'BUSY currently processing crawler request\r\n';

async function listed(keys: AsyncIterable<Key>): Promise<Key[]> {
  const found: Key[] = [];
  for await (const key of keys) found.push(key);
  return found;
}

/** A server that sends a list when it is told to; `asked` are the connections that have asked for one. */
async function toldServer(): Promise<{ server: ScriptedServer; asked: ScriptedConnection[] }> {
  const asked: ScriptedConnection[] = [];
  const server = await startScripted(async (connection) => {
    await connection.request();
    asked.push(connection);
  });
  return { server, asked };
}

/** Everybody who would ask for a list meanwhile has done it. */
async function asksOnly(asked: readonly unknown[], count: number): Promise<void> {
  await expect.poll(() => asked.length).toBe(count);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(asked.length).toBe(count);
}

async function answered(asked: readonly ScriptedConnection[], at: number, reply = LIST): Promise<void> {
  await expect.poll(() => asked.length).toBeGreaterThan(at);
  await asked[at]?.reply(reply);
}

async function connectionsOf(client: MemcachedClient): Promise<number> {
  const [statistics] = (await client.stats()).values();
  return Number(statistics?.get('total_connections'));
}

if (expectsMemcached()) {
  describe('many listings at once of memcached', () => {
    const COUNT = 100;

    async function filled(): Promise<{ client: MemcachedClient; other: MemcachedClient }> {
      const { address } = await startReal();
      const client = openClient(address);
      await client.setMulti(Array.from({ length: COUNT }, (_, at) => [`key-${at}`, at] as const));
      return { client, other: openClient(address) };
    }

    it('do not fail, take about a dump each, and refuse one another hardly ever', async () => {
      const { client } = await filled();
      const view = client.with({ keyPrefix: 'key-' });
      const before = await connectionsOf(client);
      const startedMs = performance.now();
      const lists = Array.from({ length: 40 }, (_, at) => listed((at % 2 === 0 ? client : view).keys()));
      for (const keys of await Promise.all(lists)) expect(new Set(keys).size).toBe(COUNT);
      // 0.6 s where nobody else is busy.
      expect(performance.now() - startedMs).toBeLessThan(5000);
      expect((await connectionsOf(client)) - before).toBeLessThan(80);
    });

    it('do not fail where there are two clients', async () => {
      const { client, other } = await filled();
      const startedMs = performance.now();
      const lists = Array.from({ length: 20 }, (_, at) => listed((at % 2 === 0 ? client : other).keys()));
      for (const keys of await Promise.all(lists)) expect(new Set(keys).size).toBe(COUNT);
      expect(performance.now() - startedMs).toBeLessThan(5000);
    });

    it('go on where some are aborted, and some left', async () => {
      const { client } = await filled();
      const abort = new AbortController();
      const lists = Array.from({ length: 30 }, async (_, at) => {
        if (at % 3 === 0) return listed(client.keys());
        if (at % 3 === 1) return rejection(listed(client.keys({ signal: abort.signal })));
        for await (const key of client.keys()) return [key];
        return [];
      });
      await lists[0];
      abort.abort();
      for (const [at, found] of (await Promise.all(lists)).entries()) {
        if (at % 3 === 0) expect(found).toHaveLength(COUNT);
        else if (at % 3 === 2) expect(found).toHaveLength(1);
      }
    });
  });
}

describe('listings of one server', () => {
  it('ask one after the other, in order', async () => {
    const { server, asked } = await toldServer();
    const client = openClient(server.address);
    const ended: number[] = [];
    const lists = [client, client.with({ keyPrefix: 'p:' }), client].map(async (one, at) => {
      await listed(one.keys());
      ended.push(at);
    });
    for (let at = 0; at < 3; at += 1) {
      await asksOnly(asked, at + 1);
      await answered(asked, at);
    }
    await Promise.all(lists);
    expect(ended).toStrictEqual([0, 1, 2]);
  });

  it('do not wait for those of another server', async () => {
    const first = await toldServer();
    const second = await startScripted(async (connection) => {
      await connection.request();
      await connection.reply(LIST);
    });
    const client = openClient([second.address, first.server.address]);
    const lists = [client.keys(), client.keys()];
    for (const keys of lists) expect(await keys.next()).toStrictEqual({ done: false, value: 'a' });
    const rest = Promise.all(lists.map(listed));
    await answered(first.asked, 0);
    await answered(first.asked, 1);
    expect(await rest).toStrictEqual([['a'], ['a']]);
  });

  it('do not wait for a reader whose list has come, or will never come whole', async () => {
    const { server, asked } = await toldServer();
    const client = openClient(server.address);
    const slow = [client.keys(), client.keys()];
    const firsts = slow.map((keys) => keys.next());
    await answered(asked, 0, `${LINE('a')}${LINE('b')}END\r\n`);
    await answered(asked, 1, LINE('a'));
    expect(await Promise.all(firsts)).toHaveLength(2);
    const last = listed(client.keys());
    await asksOnly(asked, 2);
    asked[1]?.end();
    await answered(asked, 2);
    expect(await last).toStrictEqual(['a']);
    expect(await listed(slow[0] as AsyncGenerator<Key>)).toStrictEqual(['b']);
    await rejection(listed(slow[1] as AsyncGenerator<Key>), 'MC_CONNECTION_LOST');
  });

  it('ask by themselves where a reader keeps the server waiting', async () => {
    const piece = LINE('k'.repeat(200)).repeat(1000);
    let asked = 0;
    const server = await startScripted(async (connection) => {
      await connection.request();
      asked += 1;
      // More than 32 MiB of keys for the first one only; the second one is told to wait once.
      if (asked === 1) while (connection.open) await connection.reply(piece);
      else await connection.reply(asked === 2 ? BUSY : LIST);
    });
    const client = openClient(server.address);
    const slow = client.keys();
    await slow.next();
    expect(await Promise.all([listed(client.keys()), listed(client.keys())])).toStrictEqual([['a'], ['a']]);
    await expect.poll(() => server.openConnections).toBe(1);
    await slow.return();
    await expect.poll(() => server.openConnections).toBe(0);
  });
});

describe('a listing that waits for its turn', () => {
  /** How it is ended, and the code that it rejects with, if it does. */
  const ENDS: Readonly<Record<string, [string | undefined, (ended: Ended) => Promise<unknown>]>> = {
    'its signal': ['MC_ABORTED_UNSENT', async ({ abort }) => abort.abort()],
    'its view': ['MC_CLOSED', ({ view }) => view.close()],
    'its reader': [undefined, ({ keys }) => keys.return()],
  };
  interface Ended {
    readonly abort: AbortController;
    readonly view: MemcachedClient;
    readonly keys: AsyncGenerator<Key, void>;
  }

  it.each(Object.entries(ENDS))('ends at once with %s, in the line or ahead', async (_name, [code, end]) => {
    const { server, asked } = await toldServer();
    const client = openClient(server.address);
    const ended: Ended[] = [0, 1].map(() => {
      const abort = new AbortController();
      const view = client.with({ timeoutMs: 20_000 });
      return { abort, view, keys: view.keys({ signal: abort.signal }) };
    });
    const [ahead, behind] = ended as [Ended, Ended];
    const nexts = ended.map(({ keys }) => keys.next().catch((error: { code: string }) => error.code));
    const last = listed(client.keys());
    await asksOnly(asked, 1);
    // Nobody is served meanwhile.
    await end(behind);
    const settled = code ?? { done: true, value: undefined };
    expect(await nexts[1]).toStrictEqual(settled);
    await asksOnly(asked, 1);
    await end(ahead);
    expect(await nexts[0]).toStrictEqual(code === 'MC_ABORTED_UNSENT' ? 'MC_ABORTED' : settled);
    await answered(asked, 1);
    expect(await last).toStrictEqual(['a']);
  });

  it('ends with the client, as all do', async () => {
    const { server, asked } = await toldServer();
    const client = openClient(server.address);
    const failed = Array.from({ length: 10 }, () => rejection(listed(client.keys()), 'MC_CLOSED'));
    await asksOnly(asked, 1);
    await client.close();
    await Promise.all(failed);
    expect(server.connections.length).toBe(1);
  });

  it('asks where the one ahead is refused', async () => {
    const { server, asked } = await toldServer();
    const client = openClient(server.address);
    const lists = Array.from({ length: 3 }, () => rejection(listed(client.keys()), 'MC_SERVER_ERROR'));
    for (let at = 0; at < 3; at += 1) {
      await asksOnly(asked, at + 1);
      await answered(asked, at, 'SERVER_ERROR no\r\n');
    }
    await Promise.all(lists);
  });

  it('does not wait for the timeouts of all ahead where the server is silent', async () => {
    const { server, asked } = await toldServer();
    const client = openClient(server.address, { connectionTimeoutMs: 1000 });
    const lists = Array.from({ length: 6 }, () => rejection(listed(client.keys()), 'MC_CONNECTION_LOST'));
    await expect.poll(() => asked.length).toBe(1);
    await expect.poll(() => server.openConnections, { interval: 5 }).toBe(5);
    await Promise.all(lists);
    expect(asked.length).toBe(6);
  });
});

describe('a server that another process keeps busy', () => {
  const busyServer = (): Promise<ScriptedServer> =>
    startScripted(async (connection) => {
      await connection.request();
      await connection.reply(BUSY);
    });

  it('is asked after waits that chance makes shorter or longer', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.999);
    onTestFinished(() => random.mockRestore());
    const server = await busyServer();
    const client = openClient(server.address);
    const startedMs = performance.now();
    const failed = rejection(listed(client.keys()), 'MC_CLOSED');
    await expect.poll(() => server.connections.length, { interval: 2 }).toBe(5);
    // 25, 50, 100 and 200 ms without chance.
    expect(performance.now() - startedMs).toBeGreaterThan(540);
    random.mockReturnValue(0);
    const asked = server.connections.length;
    const restMs = performance.now();
    await expect.poll(() => server.connections.length, { interval: 2 }).toBe(asked + 2);
    // The second of them is the wait of 500 ms, which half of it is left of.
    expect(performance.now() - restMs).toBeGreaterThan(240);
    await client.close();
    await failed;
  });

  it('is given up after 10 s by all that have waited, whoever asked', async () => {
    const server = await busyServer();
    const client = openClient(server.address);
    const startedMs = performance.now();
    const lists = Array.from({ length: 8 }, () => rejection(listed(client.keys()), 'MC_SERVER_ERROR'));
    const errors = await Promise.all(lists);
    expect(errors[7]).toHaveProperty('serverMessage', 'currently processing crawler request');
    const tookMs = performance.now() - startedMs;
    expect(tookMs).toBeGreaterThan(9900);
    expect(tookMs).toBeLessThan(10_000 + SOON_MS);
  });
});
