import type { Transport } from '@mc/core';
import { expectsMemcached, healthyReply, healthyScript, valueFor } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { tcpTransport } from '@mc/transport-tcp';
import { describe, expect, it } from 'vitest';
import { openClient, outcome, startReal, startScripted } from './open-client.js';

describe('connections', () => {
  it('are made once, on first use, and shared by all callers', async () => {
    const server = await startScripted(healthyScript);
    const client = openClient(server.address);
    expect(server.connections.length).toBe(0);
    await Promise.all(Array.from({ length: 100 }, (_, index) => client.get(`key-${index}`)));
    await Promise.all([client.with({ keyPrefix: 'p' }).get('k'), client.set('k', 1)]);
    expect(server.connections.length).toBe(1);
    await client.close();
    await expect.poll(() => server.openConnections).toBe(0);
  });

  it('that fail are not hammered: calls to a server marked down make no connection', async () => {
    const server = await startScripted((connection) => connection.reset());
    const client = openClient(server.address, { failureLimit: 2, retryTimeoutMs: 60_000, retries: 0 });
    await expect.poll(() => outcome(client.get('k'))).toBe('MC_SERVER_DOWN');
    const made = server.connections.length;
    const codes = await Promise.all(Array.from({ length: 50 }, () => outcome(client.set('k', 1))));
    expect(new Set(codes)).toStrictEqual(new Set(['MC_SERVER_DOWN']));
    expect(server.connections.length).toBe(made);
  });

  it('only failures in a row mark a server down', async () => {
    let good = false;
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) {
        if (!good) return connection.reply('garbage\r\n');
        await connection.reply(healthyReply(request));
      }
    });
    const client = openClient(server.address, { failureLimit: 2, retries: 0, retryTimeoutMs: 20 });
    const next = () => expect.poll(() => outcome(client.get('k')), { interval: 5 });
    for (let round = 0; round < 4; round += 1) {
      good = false;
      await next().toBe('MC_PROTOCOL');
      good = true;
      await next().toBe(valueFor('k'));
      await dropConnections(server.connections);
    }
  });

  it('a server marked down is probed with a real read until it answers one', async () => {
    let answersReads = false;
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) {
        // Alive for `version`, dead for data: a proxy without its backends.
        if (request.verb !== 'version' && !answersReads) return connection.reset();
        await connection.reply(healthyReply(request));
      }
    });
    const client = openClient(server.address, { failureLimit: 1, retryTimeoutMs: 20, retries: 0 });
    const events: string[] = [];
    for (const event of ['down', 'up'] as const) client.on(event, () => events.push(event));
    await expect.poll(() => outcome(client.get('k'))).toBe('MC_SERVER_DOWN');
    const probes = () => server.received.split('get ').length - 1;
    const before = probes();
    await expect.poll(probes).toBeGreaterThan(before + 1);
    expect(events).toStrictEqual(['down']);
    answersReads = true;
    await expect.poll(() => events.at(-1)).toBe('up');
    expect(await client.get('k')).toBe(valueFor('k'));
  });

  it('a probe does not keep a closed client going', async () => {
    const server = await startScripted((connection) => connection.reset());
    const inner = tcpTransport();
    let dialled = 0;
    const transport: Transport = {
      connect: (to, events) => {
        dialled += 1;
        return inner.connect(to, events);
      },
    };
    const client = openClient(server.address, { transport, failureLimit: 1, retryTimeoutMs: 10, retries: 0 });
    await expect.poll(() => outcome(client.get('k'))).toBe('MC_SERVER_DOWN');
    await client.close();
    const before = dialled;
    // Many times the wait between two probes.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(dialled).toBe(before);
  });

  it('that the server ends while they are idle are no error to anyone', async () => {
    const server = await startScripted(healthyScript);
    const client = openClient(server.address, { failureLimit: 1, retries: 0, retryTimeoutMs: 20 });
    const errors: unknown[] = [];
    client.on('disconnect', ({ error }) => errors.push(error));
    for (let round = 1; round <= 3; round += 1) {
      await expect.poll(() => outcome(client.set('k', 'v')), { interval: 5 }).toBe(true);
      server.connections.at(-1)?.end();
      await expect.poll(() => errors.length).toBe(round);
    }
    expect(errors).toStrictEqual([undefined, undefined, undefined]);
  });

  it('a timeout of one call alone marks nothing down', async () => {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) {
        if (request.keys.includes('slow')) await released;
        await connection.reply(healthyReply(request));
      }
    });
    const client = openClient(server.address, { failureLimit: 1, retries: 0 });
    await client.get('warm');
    await rejection(client.get('slow', { timeoutMs: 300 }), 'MC_TIMEOUT');
    release();
    expect(await client.get('k')).toBe(valueFor('k'));
    expect(server.connections.length).toBe(1);
  });
});

async function dropConnections(
  connections: readonly { end(): void; closed: Promise<void> }[],
): Promise<void> {
  for (const connection of connections) connection.end();
  await Promise.all(connections.map((connection) => connection.closed));
}

if (expectsMemcached()) {
  describe('a real memcached that is restarted', () => {
    it('is found again, empty, on the same port', async () => {
      const server = await startReal();
      const client = openClient(server.address, { failureLimit: 3, retryTimeoutMs: 30 });
      await client.set('k', 'v');
      await server.kill();
      for (let call = 0; call < 5; call += 1) {
        expect(['MC_CONNECT_FAILED', 'MC_CONNECTION_LOST', 'MC_SERVER_DOWN']).toContain(
          await outcome(client.get('k')),
        );
      }
      await server.restart();
      await expect.poll(() => outcome(client.get('k'))).toBeUndefined();
      expect(await client.set('k', 'w')).toBe(true);
    });

    it('while the client was idle troubles nobody', async () => {
      const server = await startReal();
      const client = openClient(server.address, { failureLimit: 1 });
      await client.set('k', 'v');
      await server.restart();
      expect(await client.get('k')).toBeUndefined();
      expect(await client.set('k', 'w')).toBe(true);
    });

    it('that is full says so', async () => {
      const server = await startReal({ args: ['-c', '20'] });
      const results: unknown[] = [];
      for (let count = 0; count < 24; count += 1) {
        const client = openClient(server.address, { retries: 0, timeoutMs: 2000 });
        results.push(await outcome(client.set('k', 'v')));
      }
      expect(results[0]).toBe(true);
      expect(new Set(results)).toStrictEqual(new Set([true, 'MC_CONNECT_FAILED']));
    });
  });
}
