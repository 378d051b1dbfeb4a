import type { Key, MemcachedClient } from '@mc/core';
import { expectsMemcached, type ScriptedServer } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { describe, expect, it } from 'vitest';
import { someTurns } from './hostile-uncaught.js';
import { openClient, startReal, startScripted } from './open-client.js';

const LINE = (key: string): string => `key=${key} exp=-1 la=1795360597 cas=1 fetch=no cls=1 size=63\n`;

async function listed(client: MemcachedClient, signal?: AbortSignal): Promise<Key[]> {
  const keys: Key[] = [];
  for await (const key of client.keys(signal && { signal })) keys.push(key);
  return keys;
}

/** A server that answers every request for its keys with the same words. */
function answering(reply: string): Promise<ScriptedServer> {
  return startScripted(async (connection) => {
    for await (const _ of connection.requests()) await connection.reply(reply);
  });
}

/** A server that another dump keeps busy, for ever; and a client that has asked it often enough to wait long now. */
async function busyServer(): Promise<ScriptedServer> {
  return answering('BUSY currently processing crawler request\r\n');
}

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

/** The reader waits for a server that is busy; all its connections are gone. */
async function untilWaiting(server: ScriptedServer): Promise<void> {
  // The waits after the fourth are of 400 ms and more.
  await expect.poll(() => server.connections.length).toBeGreaterThanOrEqual(5);
  await expect.poll(() => server.openConnections, { interval: 10 }).toBe(0);
}

/** Whether it settles in a few turns of the event loop: without a timer, however long the turns are. */
async function settlesAtOnce(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = (): void => {
    settled = true;
  };
  promise.then(note, note);
  for (let count = 0; count < 5; count += 1) await someTurns();
  return settled;
}

/** It is asked no more. */
async function expectAtRest(server: ScriptedServer): Promise<void> {
  await expect.poll(() => server.openConnections).toBe(0);
  const asked = server.connections.length;
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(server.connections.length).toBe(asked);
}

describe('keys() while another dump is made', () => {
  it.each(['the client', 'a view of it'])('ends with %s at once, and asks no more', async (which) => {
    const server = await busyServer();
    const owner = openClient(server.address);
    const client = which === 'the client' ? owner : owner.with({ keyPrefix: 'p:' });
    const before = timers();
    const failed = rejection(listed(client));
    await untilWaiting(server);
    const closed = client.close();
    expect(await settlesAtOnce(failed)).toBe(true);
    expect(await failed).toMatchObject({ code: 'MC_CLOSED' });
    await closed;
    // No timer that would keep the process alive.
    expect(timers()).toBeLessThanOrEqual(before);
    await expectAtRest(server);
  });

  it('ends a view with its client', async () => {
    const server = await busyServer();
    const client = openClient(server.address);
    const failed = rejection(listed(client.with({ keyPrefix: 'p:' })));
    await untilWaiting(server);
    await client.close();
    expect(await failed).toMatchObject({ code: 'MC_CLOSED' });
  });

  it('ends with its signal at once, and asks no more', async () => {
    const server = await busyServer();
    const abort = new AbortController();
    const before = timers();
    const failed = rejection(listed(openClient(server.address), abort.signal));
    await untilWaiting(server);
    abort.abort(new Error('enough'));
    expect(await settlesAtOnce(failed)).toBe(true);
    expect(await failed).toMatchObject({ name: 'AbortError' });
    expect(timers()).toBeLessThanOrEqual(before);
    await expectAtRest(server);
  });
});

describe('keys() between keys', () => {
  it.each(['the client', 'a view of it'])(
    'ends with %s: no further key, no further server',
    async (which) => {
      const first = await answering(`${LINE('a')}${LINE('b')}END\r\n`);
      const second = await answering(`${LINE('c')}END\r\n`);
      const owner = openClient([first.address, second.address]);
      const client = which === 'the client' ? owner : owner.with({ timeoutMs: 100 });
      const keys = client.keys();
      expect(await keys.next()).toEqual({ done: false, value: 'a' });
      await client.close();
      expect(await rejection(keys.next())).toMatchObject({ code: 'MC_CLOSED' });
      expect(await keys.next()).toEqual({ done: true, value: undefined });
      expect(second.connections.length).toBe(0);
      expect(await rejection(client.keys().next())).toMatchObject({ code: 'MC_CLOSED' });
    },
  );

  it('goes on where only another view is closed', async () => {
    const server = await answering(`${LINE('a')}${LINE('b')}END\r\n`);
    const client = openClient(server.address);
    const keys = client.keys();
    await keys.next();
    await client.with({ timeoutMs: 100 }).close();
    expect(await keys.next()).toEqual({ done: false, value: 'b' });
    expect(await keys.next()).toEqual({ done: true, value: undefined });
  });

  it('ends with its signal: no further key, no further server', async () => {
    const first = await answering(`${LINE('a')}${LINE('b')}END\r\n`);
    const second = await answering(`${LINE('c')}END\r\n`);
    const abort = new AbortController();
    const keys = openClient([first.address, second.address]).keys({ signal: abort.signal });
    await keys.next();
    abort.abort(new Error('enough'));
    expect(await rejection(keys.next())).toMatchObject({ name: 'AbortError' });
    expect(second.connections.length).toBe(0);
  });

  it('rejects where the client is closed behind the last key', async () => {
    const server = await answering(`${LINE('a')}END\r\n`);
    const client = openClient(server.address);
    const keys = client.keys();
    await keys.next();
    await client.close();
    expect(await rejection(keys.next())).toMatchObject({ code: 'MC_CLOSED' });
  });
});

if (expectsMemcached()) {
  describe('keys() of a memcached whose client is closed', () => {
    it('gives no key of any server, and opens no connection', async () => {
      const servers = await Promise.all([startReal(), startReal()]);
      const client = openClient(servers.map(({ address }) => address));
      await client.setMulti(Array.from({ length: 1000 }, (_, at) => [`key-${at}`, at] as const));
      const other = openClient((servers[1] as (typeof servers)[1]).address);
      const connectionsMade = async (): Promise<number> => {
        const [statistics] = (await other.stats()).values();
        return Number(statistics?.get('total_connections'));
      };
      const keys = client.keys();
      await keys.next();
      await client.close();
      const before = await connectionsMade();
      expect(await rejection(keys.next())).toMatchObject({ code: 'MC_CLOSED' });
      expect(await connectionsMade()).toBe(before);
    });
  });
}
