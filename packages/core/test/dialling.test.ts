import type { ServerAddress } from '@mc/core';
import { expectsMemcached, healthyScript } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { describe, expect, it, vi } from 'vitest';
import { startDialClock, stopDialClock } from './dial-clock.js';
import { openClient, outcome, startReal, startScripted } from './open-client.js';
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

const CLIENTS = 100;

describe('connections that are made', () => {
  it('are one at a time for a server and a client, however many calls and probes want one', async () => {
    const server = await startScripted(takeAndDrop);
    const { transport, dialledMs, dialling } = watchedTransport();
    const client = openClient(server.address, { transport, failureLimit: 5, retryTimeoutMs: 5 });
    const until = { stop: false };
    const callers = Array.from({ length: 20 }, (_, at) => keepCalling(client, until, at % 2 ? get : set));
    await expect.poll(() => dialledMs.length).toBeGreaterThan(10);
    until.stop = true;
    await Promise.all(callers);
    expect(dialling.most).toBe(1);
  });

  it('are not tried for a moment after one was refused: calls fail at once, as it did', async () => {
    const server = await startScripted(healthyScript);
    await server.refuse();
    const { transport, dialledMs } = watchedTransport();
    const client = openClient(server.address, { transport, failureLimit: 100, timeoutMs: 400 });
    const stoppedMs = stopDialClock();
    const first = await rejection(client.get('k'), 'MC_CONNECT_FAILED');
    const calls = Array.from({ length: 50 }, (_, at) => (at % 2 ? get : set)(client, at));
    const errors = await Promise.all(calls.map((call) => rejection(call, 'MC_CONNECT_FAILED')));
    expect(new Set(errors)).toStrictEqual(new Set([first]));
    expect(first).toMatchObject({ written: 'no', server: server.name });
    expect(dialledMs.length).toBe(1);
    await server.listen();
    startDialClock();
    const again = () => outcome(client.set('k', 1, { timeoutMs: 20_000 }));
    await expect.poll(again, { interval: 10 }).toBe(true);
    expect(dialledMs.length).toBe(2);
    const [one, other = 0] = dialledMs;
    expect(one).toBe(stoppedMs);
    expect(other - stoppedMs).toBeGreaterThanOrEqual(SECOND / 2);
  });

  it('rest as well where servers take them and answer nothing, but for the first time in a row', async () => {
    const server = await startScripted(async (connection) => {
      if (connection.index > 2) return healthyScript(connection);
      for (let answers = connection.index === 0 ? 1 : 0; answers > 0; answers -= 1) {
        await connection.request();
        await connection.reply('STORED\r\n');
      }
      await connection.request();
      connection.end();
    });
    const client = openClient(server.address);
    stopDialClock();
    expect(await set(client, 0)).toBe(true);
    // The first two are lost with their connections, one that has answered before and one that has not.
    await rejection(set(client, 1), 'MC_CONNECTION_LOST');
    await rejection(set(client, 2), 'MC_CONNECTION_LOST');
    const error = await rejection(set(client, 3), 'MC_CONNECT_FAILED');
    expect(error).toMatchObject({
      written: 'no',
      server: server.name,
      cause: { code: 'MC_CONNECTION_LOST' },
    });
    expect(server.connections.length).toBe(2);
    startDialClock();
    const next = (round: number) => expect.poll(() => outcome(set(client, round)), { interval: 10 });
    await next(4).toBe('MC_CONNECTION_LOST');
    await next(5).toBe(true);
    expect(client.servers()[0]).toMatchObject({ state: 'connected', failures: 0, error: undefined });
  });
});

/** A hundred clients of a server, each with calls one after the other: half of them read, half write. */
function openCrowd(address: ServerAddress) {
  const until = { stop: false };
  const crowd = Array.from({ length: CLIENTS }, (_, at) => {
    const { transport, dialledMs, dialling } = watchedTransport();
    const client = openClient(address, { transport, retryTimeoutMs: SECOND });
    return { client, dialledMs, dialling, calls: keepCalling(client, until, at % 2 ? get : set) };
  });
  const stop = async () => {
    until.stop = true;
    return Promise.all(crowd.map(({ calls }) => calls));
  };
  return { crowd, stop };
}

function expectPaced(crowd: ReturnType<typeof openCrowd>['crowd']): void {
  for (const { dialledMs, dialling } of crowd) {
    expect(mostInASecond(dialledMs)).toBeLessThanOrEqual(2);
    expect(dialling.most).toBe(1);
  }
}

describe('a hundred clients of a server that takes connections and drops them', () => {
  it('try at most two a second each', async () => {
    const server = await startScripted(takeAndDrop);
    const { crowd, stop } = openCrowd(server.address);
    const states = () => new Set(crowd.map(({ client }) => client.servers()[0]?.state));
    await expect.poll(states).toStrictEqual(new Set(['down']));
    const outcomes = await stop();
    expectPaced(crowd);
    // The server counts no more than were tried, and each client came back after its rest.
    const dialled = crowd.reduce((sum, { dialledMs }) => sum + dialledMs.length, 0);
    expect(server.connections.length).toBeLessThanOrEqual(dialled);
    expect(server.connections.length).toBeGreaterThan(2.5 * CLIENTS);
    const last = await Promise.all(crowd.map(({ client }) => outcome(client.set('last', 1))));
    expect(new Set(last)).toStrictEqual(new Set(['MC_SERVER_DOWN']));
    const known = ['MC_CONNECT_FAILED', 'MC_CONNECTION_LOST', 'MC_SERVER_DOWN'];
    expect(outcomes.flat().filter((code) => !known.includes(code as string))).toStrictEqual([]);
  });

  it('do not come back all at once: chance spreads their rests', async () => {
    const server = await startScripted(takeAndDrop);
    const crowd = Array.from({ length: CLIENTS }, () => {
      const { transport, dialledMs } = watchedTransport();
      return { client: openClient(server.address, { transport, failureLimit: 1000 }), dialledMs };
    });
    const callAll = async () =>
      new Set(await Promise.all(crowd.map(({ client }) => outcome(client.set('k', 1)))));
    const startMs = stopDialClock();
    for (const code of ['MC_CONNECTION_LOST', 'MC_CONNECTION_LOST', 'MC_CONNECT_FAILED']) {
      expect(await callAll()).toStrictEqual(new Set([code]));
    }
    for (let ms = SECOND; ms <= 1.6 * SECOND; ms += 20) {
      stopDialClock(startMs + ms);
      await callAll();
    }
    const rests = crowd.map(({ dialledMs }) => (dialledMs[2] as number) - startMs);
    expect(Math.min(...rests)).toBeGreaterThanOrEqual(SECOND);
    const alike = rests.map((rest) => rests.filter((other) => Math.abs(other - rest) < 50).length);
    expect(Math.max(...alike)).toBeLessThan(CLIENTS * 0.6);
  });
});

if (expectsMemcached()) {
  describe('a hundred clients of a real memcached that is restarted', () => {
    it('try at most two a second each, and all come back', async () => {
      const server = await startReal();
      const { crowd, stop } = openCrowd(server.address);
      const states = () => new Set(crowd.map(({ client }) => client.servers()[0]?.state));
      await expect.poll(states).toStrictEqual(new Set(['connected']));
      await new Promise((resolve) => setTimeout(resolve, SECOND));
      await server.kill();
      await new Promise((resolve) => setTimeout(resolve, 1.7 * SECOND));
      await expect.poll(() => states().has('connected')).toBe(false);
      await server.restart();
      await expect.poll(states, { interval: 20 }).toStrictEqual(new Set(['connected']));
      await stop();
      expectPaced(crowd);
      const last = await Promise.all(crowd.map(({ client }) => outcome(client.set('last', 1))));
      expect(new Set(last)).toStrictEqual(new Set([true]));
    });
  });
}
