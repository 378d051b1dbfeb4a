import type { ClientOptions, ServerAddress } from '@mc/core';
import { healthyReply, healthyScript, type ScriptedConnection, valueFor } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { describe, expect, it, vi } from 'vitest';
import { startDialClock, stopDialClock } from './dial-clock.js';
import { openClient, outcome, startScripted } from './open-client.js';
import {
  get,
  keepCalling,
  mostInASecond,
  SECOND,
  set,
  takeAndDrop,
  watchedTransport,
} from './watched-dials.js';

vi.mock('../src/runtime.js', async (original) => {
  const { dialClockMs } = await import('./dial-clock.js');
  return { ...(await original<typeof import('../src/runtime.js')>()), clockMs: dialClockMs };
});

/** How a server may end each connection, and the client's settings. */
const ENDINGS: Readonly<
  Record<string, [script: (connection: ScriptedConnection) => unknown, options?: Partial<ClientOptions>]>
> = {
  'takes and closes': [(connection) => connection.end()],
  'takes and closes, though never marked down': [(connection) => connection.end(), { failureLimit: 1000 }],
  'closes on the first request': [takeAndDrop, { failureLimit: 10 }],
  'has too many connections': [
    async (connection) => {
      await connection.request();
      await connection.reply('ERROR Too many open connections\r\n');
      connection.end();
    },
  ],
  'answers garbage': [
    async (connection) => {
      await connection.request();
      await connection.reply('lorem ipsum\r\n');
    },
    { failureLimit: 1000 },
  ],
  'answers once and closes': [
    async (connection) => {
      const request = await connection.request();
      if (request !== undefined) await connection.reply(healthyReply(request));
      connection.end();
    },
  ],
  hangs: [() => {}, { connectionTimeoutMs: 300, failureLimit: 1000 }],
};

/** The most dials in a second while `callers` call for a while. */
async function mostDials(address: ServerAddress, callers: number, options: Partial<ClientOptions> = {}) {
  const { transport, dialledMs } = watchedTransport();
  const client = openClient(address, { transport, timeoutMs: 500, ...options });
  const until = { stop: false };
  const calls = Array.from({ length: callers }, (_, at) => keepCalling(client, until, at % 8 ? get : set));
  await expect.poll(() => dialledMs.length).toBeGreaterThan(2);
  until.stop = true;
  await Promise.all(calls);
  return mostInASecond(dialledMs);
}

describe('connections that end soon', () => {
  it('are at most two a second, however the server ends them', async () => {
    const most = Object.entries(ENDINGS).map(async ([name, [script, options]]) => {
      const server = await startScripted(async (connection) => void (await script(connection)));
      return [name, await mostDials(server.address, name.includes('once') ? 1 : 64, options)];
    });
    const names = Object.keys(ENDINGS);
    const counted = await Promise.all(most);
    expect(counted.map(([name]) => name)).toStrictEqual(names);
    expect(counted.filter(([, dials]) => (dials as number) > 2)).toStrictEqual([]);
  });

  it('of a server that has answered before are few more: a key may be the cause', async () => {
    let isGood = true;
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) {
        if (!isGood) return connection.end();
        await connection.reply(healthyReply(request));
      }
    });
    const { transport, dialledMs } = watchedTransport();
    const client = openClient(server.address, { transport, failureLimit: 1000, timeoutMs: 500 });
    await client.get('first', { timeoutMs: 20_000 });
    isGood = false;
    const until = { stop: false };
    const calls = Array.from({ length: 64 }, () => keepCalling(client, until, get));
    await expect.poll(() => dialledMs.length).toBeGreaterThan(8);
    until.stop = true;
    await Promise.all(calls);
    expect(mostInASecond(dialledMs.slice(1))).toBeLessThanOrEqual(6);
  });

  it('are waited out by a read that is sent again and has the time; others fail at once', async () => {
    const server = await startScripted((connection) =>
      connection.index > 1 ? healthyScript(connection) : takeAndDrop(connection),
    );
    const client = openClient(server.address, { retries: 5 });
    const stoppedMs = stopDialClock();
    const patient = client.get('patient');
    await expect.poll(() => outcome(set(client, 0)), { interval: 5 }).toBe('MC_CONNECT_FAILED');
    expect(server.connections.length).toBe(2);
    startDialClock();
    expect(await patient).toBe(valueFor('patient'));
    expect(performance.now() - stoppedMs).toBeGreaterThanOrEqual(SECOND);
    expect(server.connections.length).toBe(3);
  });

  it('leave a read that cannot wait so long no time to waste', async () => {
    const server = await startScripted(takeAndDrop);
    const client = openClient(server.address, { retries: 5, timeoutMs: 900 });
    // It has its answer before any time has passed.
    stopDialClock();
    await rejection(client.get('k'), 'MC_CONNECT_FAILED');
    expect(client.servers()[0]).toMatchObject({ waiting: 0 });
  });
});

describe('a server that leaves the list and comes back', () => {
  it('is dialled at most twice a second all the same', async () => {
    const server = await startScripted(takeAndDrop);
    const other = await startScripted(healthyScript);
    const { transport, dialledMs } = watchedTransport();
    const client = openClient(other.address, { transport, retries: 0 });
    while (server.connections.length < 3) {
      client.addServer(server.address);
      const keys = Array.from({ length: 20 }, (_, at) => `key-${at}`);
      await Promise.all(keys.map((key) => outcome(client.set(key, 1))));
      await client.removeServer(server.address);
    }
    // One more is the dial of the other server.
    expect(mostInASecond(dialledMs)).toBeLessThanOrEqual(3);
  });
});

describe('a call that is aborted in its own tick', () => {
  it('makes no connection, and takes no place', async () => {
    const server = await startScripted(healthyScript);
    const { transport, dialledMs } = watchedTransport();
    const client = openClient(server.address, { transport, maxQueuedCalls: 1 });
    for (let round = 0; round < 3; round += 1) {
      const abort = new AbortController();
      const call = rejection(client.get('k', { signal: abort.signal }), 'MC_ABORTED_UNSENT');
      abort.abort();
      await call;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(dialledMs.length).toBe(0);
    expect(await get(client, 0)).toBe(valueFor('key-0'));
    expect(dialledMs.length).toBe(1);
  });
});
