import type { ClientEvents, Link, MemcachedClient, ServerSnapshot, Transport } from '@mc/core';
import { expectsMemcached, healthyReply, healthyScript } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { tcpTransport } from '@mc/transport-tcp';
import { describe, expect, it } from 'vitest';
import { openClient, outcome, startReal, startScripted } from './open-client.js';

const NAMES = ['connecting', 'connectFailed', 'connect', 'disconnect', 'down', 'up', 'desync'] as const;
type ServerEvent = (typeof NAMES)[number];

const snapshotOf = (client: MemcachedClient): ServerSnapshot => client.servers()[0] as ServerSnapshot;

/** Every event of a server with the code of its error, and the state that the client tells of then. */
function watchServer(client: MemcachedClient): string[] {
  const seen: string[] = [];
  const note = (event: ServerEvent) =>
    client.on(event, (detail: ClientEvents[ServerEvent]) => {
      const code = 'error' in detail && detail.error !== undefined ? ` ${detail.error.code}` : '';
      seen.push(`${event}${code}: ${snapshotOf(client).state}`);
    });
  for (const event of NAMES) note(event);
  return seen;
}

/** A transport that makes a connection only when it is told to. */
function heldTransport(): Transport & { release(): void } {
  const waiting: Array<() => void> = [];
  const inner = tcpTransport();
  return {
    connect: (server, events) => {
      let link: Link | undefined;
      waiting.push(() => {
        link = inner.connect(server, events);
      });
      return {
        write: (bytes) => link?.write(bytes) ?? true,
        close: () => link?.close(),
        destroy: (error) =>
          link === undefined ? void setImmediate(() => events.onClose(error)) : link.destroy(error),
      };
    },
    release: () => {
      for (const connect of waiting.splice(0)) connect();
    },
  };
}

describe('the snapshot of a server', () => {
  it('tells where it is, and that nothing is known of it yet', () => {
    const client = openClient(
      ['Host:11212:3', '[::1]', '/a/socket'].map((server) => server as never),
      { gutter: { servers: 'memcached://other?weight=2' } },
    );
    const nothing = {
      state: 'idle',
      failures: 0,
      error: undefined,
      waiting: 0,
      inFlight: 0,
      isEjected: false,
    };
    expect(client.servers()).toStrictEqual([
      {
        name: 'Host:11212',
        host: 'Host',
        port: 11_212,
        path: undefined,
        weight: 3,
        ...nothing,
        isGutter: false,
      },
      {
        name: '[::1]:11211',
        host: '::1',
        port: 11_211,
        path: undefined,
        weight: 1,
        ...nothing,
        isGutter: false,
      },
      {
        name: '/a/socket',
        host: undefined,
        port: 0,
        path: '/a/socket',
        weight: 1,
        ...nothing,
        isGutter: false,
      },
      {
        name: 'other:11211',
        host: 'other',
        port: 11_211,
        path: undefined,
        weight: 2,
        ...nothing,
        isGutter: true,
      },
    ]);
  });

  it('is of one moment: a later one does not change it', async () => {
    const server = await startScripted(healthyScript);
    const client = openClient(server.address);
    const before = client.servers();
    await client.get('k');
    expect(before[0]?.state).toBe('idle');
    expect(snapshotOf(client).state).toBe('connected');
  });

  it('counts the calls that wait and those that were sent; not what has ended, nor a probe', async () => {
    let answer = () => {};
    const server = await startScripted(async (connection) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      for await (const request of connection.requests()) await connection.reply(healthyReply(request));
    });
    const transport = heldTransport();
    const client = openClient(server.address, { transport, timeoutMs: 20_000, connectionTimeoutMs: 20_000 });
    const counts = () => {
      const { state, waiting, inFlight } = snapshotOf(client);
      return [state, waiting, inFlight];
    };
    const abort = new AbortController();
    const calls = [
      client.set('a', 1),
      client.getMulti(['b', 'c']),
      client.get('d', { signal: abort.signal }),
    ];
    expect(counts()).toStrictEqual(['idle', 4, 0]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(counts()).toStrictEqual(['connecting', 4, 0]);
    abort.abort();
    await rejection(calls[2] as Promise<unknown>, 'MC_ABORTED_UNSENT');
    expect(counts()).toStrictEqual(['connecting', 3, 0]);
    transport.release();
    await expect.poll(counts).toStrictEqual(['connected', 0, 3]);
    const late = rejection(client.get('e', { timeoutMs: 300 }), 'MC_TIMEOUT');
    await late;
    // Its reply is owed still.
    expect(counts()).toStrictEqual(['connected', 0, 4]);
    answer();
    await Promise.all(calls.slice(0, 2));
    await expect.poll(counts).toStrictEqual(['connected', 0, 0]);
  });

  it('shows no probe as a call', async () => {
    const server = await startScripted(async (connection) => {
      if (connection.index === 0) await connection.reply('garbage\r\n');
    });
    const client = openClient(server.address, {
      failureLimit: 1,
      retryTimeoutMs: 10,
      connectionTimeoutMs: 5000,
    });
    await rejection(client.set('k', 1), 'MC_PROTOCOL');
    await expect.poll(() => server.received).toContain('get @mc/probe');
    expect(snapshotOf(client)).toMatchObject({ state: 'down', failures: 1, waiting: 0, inFlight: 0 });
  });
});

describe('the states of a server', () => {
  it('follow its events, through failures and back', async () => {
    let mode: 'garbage' | 'good' = 'garbage';
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) {
        await connection.reply(mode === 'good' ? healthyReply(request) : 'garbage\r\n');
      }
    });
    const client = openClient(server.address, { failureLimit: 2, retryTimeoutMs: 40, retries: 0 });
    const seen = watchServer(client);
    await rejection(client.get('k'), 'MC_PROTOCOL');
    expect(snapshotOf(client)).toMatchObject({
      state: 'failing',
      failures: 1,
      error: { code: 'MC_PROTOCOL' },
    });
    await server.refuse();
    await rejection(client.get('k'), 'MC_CONNECT_FAILED');
    expect(snapshotOf(client)).toMatchObject({
      state: 'down',
      failures: 2,
      error: { code: 'MC_CONNECT_FAILED', server: server.name },
    });
    // Seven of the two calls, and the start and the end of a first probe.
    await expect.poll(() => seen.length).toBeGreaterThanOrEqual(9);
    expect(snapshotOf(client).failures).toBeGreaterThanOrEqual(3);
    mode = 'good';
    await server.listen();
    await expect.poll(() => seen.at(-1)).toBe('up: connected');
    expect(snapshotOf(client)).toMatchObject({ state: 'connected', failures: 0, error: undefined });
    server.connections.at(-1)?.end();
    await expect.poll(() => snapshotOf(client).state).toBe('idle');
    // What is told after the current code is told in order, with the state that it led to.
    const failedProbe = ['connecting: down', 'connectFailed MC_CONNECT_FAILED: down'];
    expect(seen.slice(0, 6)).toStrictEqual([
      'connecting: connecting',
      'connect: connected',
      'disconnect MC_PROTOCOL: failing',
      'desync MC_PROTOCOL: failing',
      'connecting: connecting',
      'connectFailed MC_CONNECT_FAILED: down',
    ]);
    expect(seen[6]).toBe('down MC_CONNECT_FAILED: down');
    const probes = seen.slice(7, -4);
    expect(probes.length % 2).toBe(0);
    for (let at = 0; at < probes.length; at += 2) expect(probes.slice(at, at + 2)).toStrictEqual(failedProbe);
    expect(seen.slice(-4)).toStrictEqual([
      'connecting: down',
      'connect: down',
      'up: connected',
      'disconnect: idle',
    ]);
  });
});

if (expectsMemcached()) {
  describe('the states of a real memcached', () => {
    it('that hangs, is killed and comes back', async () => {
      const server = await startReal();
      const client = openClient(server.address, {
        failureLimit: 2,
        retryTimeoutMs: 200,
        connectionTimeoutMs: 1500,
        retries: 0,
      });
      const seen = watchServer(client);
      expect(await outcome(client.set('k', 'v'))).toBe(true);
      await server.pause();
      await rejection(client.get('k', { timeoutMs: 300 }), 'MC_TIMEOUT');
      const isDown = async () => (await outcome(client.get('k', { timeoutMs: 300 }))) === 'MC_SERVER_DOWN';
      await expect.poll(isDown, { interval: 5 }).toBe(true);
      expect(snapshotOf(client)).toMatchObject({ state: 'down', error: { code: 'MC_CONNECTION_LOST' } });
      server.resume();
      await expect.poll(() => seen.at(-1)).toBe('up: connected');
      expect(await client.get('k')).toBe('v');
      await server.kill();
      await expect.poll(() => snapshotOf(client).state).toBe('idle');
      const refused = async () => {
        await rejection(client.get('k'), 'MC_CONNECT_FAILED');
        return snapshotOf(client);
      };
      // The probes before may have been dials enough for the moment.
      await expect.poll(refused, { interval: 5 }).toMatchObject({ state: 'failing', failures: 1 });
      await server.restart();
      await expect.poll(() => outcome(client.get('k', { timeoutMs: 5000 }))).toBeUndefined();
      expect(snapshotOf(client)).toMatchObject({ state: 'connected', failures: 0, error: undefined });
    });
  });
}
