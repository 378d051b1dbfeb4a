import type { Link, LinkEvents, Server, Transport } from '@mc/core';
import { expectsMemcached, healthyReply, healthyScript, valueFor } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { describe, expect, it } from 'vitest';
import { openClient, outcome, SOON_MS, startReal, startScripted } from './open-client.js';

/** A deadline may be 20 ms late; the rest is for a busy machine, which is not always as busy. */
const LATE_MS = 300;

/** A transport whose connections never open: a host that drops packets. */
function neverOpens(): Transport & { readonly attempts: number } {
  let attempts = 0;
  return {
    get attempts() {
      return attempts;
    },
    connect(_server: Server, events: LinkEvents): Link {
      attempts += 1;
      let closed = false;
      const close = (error?: Error) => {
        if (closed) return;
        closed = true;
        setImmediate(() => events.onClose(error));
      };
      return { write: () => true, close: () => close(), destroy: close };
    },
  };
}

describe('deadlines', () => {
  it('steady traffic does not postpone a timeout', async () => {
    const server = await startScripted(() => {});
    const client = openClient(server.address, { timeoutMs: 150, connectionTimeoutMs: 60_000 });
    const lateness: number[] = [];
    const codes = new Set<unknown>();
    const calls: Promise<void>[] = [];
    const started = performance.now();
    while (lateness.length < 50 && performance.now() - started < SOON_MS) {
      const begun = performance.now();
      const call = outcome(client.get(`key-${calls.length}`)).then((code) => {
        codes.add(code);
        lateness.push(performance.now() - begun - 150);
      });
      calls.push(call);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    // While the others still came.
    expect(lateness.length).toBeGreaterThanOrEqual(50);
    await Promise.all(calls);
    // On a busy machine the first of them may not have been sent yet.
    codes.delete('MC_TIMEOUT_UNSENT');
    expect(codes).toStrictEqual(new Set(['MC_TIMEOUT']));
    expect(Math.max(...lateness)).toBeLessThan(SOON_MS);
    expect(Math.min(...lateness)).toBeLessThan(LATE_MS);
  });

  it('steady traffic does not keep a silent connection alive', async () => {
    const server = await startScripted(async (connection) => {
      if (connection.index > 0) await healthyScript(connection);
    });
    const client = openClient(server.address, {
      timeoutMs: 100,
      connectionTimeoutMs: 500,
      failureLimit: 1000,
    });
    const started = performance.now();
    await expect.poll(() => outcome(client.get('k')), { interval: 1 }).toBe(valueFor('k'));
    expect(performance.now() - started).toBeGreaterThan(450);
  });

  it('a connection that keeps sending is not destroyed, however slow it is', async () => {
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) {
        for (const byte of healthyReply(request)) {
          await connection.reply(byte);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    });
    const client = openClient(server.address, {
      connectionTimeoutMs: 2000,
      failureLimit: 1,
    });
    expect(await client.get('k')).toBe(valueFor('k'));
    expect(server.connections.length).toBe(1);
  });

  it('the late reply of a call that timed out is read and dropped', async () => {
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
    const client = openClient(server.address);
    await client.get('warm');
    await rejection(client.get('slow', { timeoutMs: 300 }), 'MC_TIMEOUT');
    const calls = [client.get('a'), client.incr('n'), client.set('b', 1), client.gets('c')];
    release();
    expect(await Promise.all(calls)).toStrictEqual([
      valueFor('a'),
      1,
      true,
      { value: valueFor('c'), cas: 1n },
    ]);
    expect(server.connections.length).toBe(1);
  });

  it('one slow call of a merged line does not take the others with it', async () => {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) {
        if (request.keys.includes('a')) await released;
        await connection.reply(healthyReply(request));
      }
    });
    const client = openClient(server.address);
    await client.get('warm');
    const hasty = rejection(client.get('a', { timeoutMs: 300 }), 'MC_TIMEOUT');
    const patient = client.get('b');
    expect((await hasty).written).toBe('maybe');
    release();
    expect(await patient).toBe(valueFor('b'));
  });

  it('a host that never accepts: the call ends at its deadline, unsent', async () => {
    const client = openClient({ host: 'nowhere' }, { transport: neverOpens(), connectTimeoutMs: 60_000 });
    const started = performance.now();
    const error = await rejection(client.set('k', 'v', { timeoutMs: 80 }), 'MC_TIMEOUT_UNSENT');
    expect(error).toMatchObject({ name: 'TimeoutError', written: 'no' });
    expect(performance.now() - started).toBeLessThan(SOON_MS);
  });

  it('a host that never accepts: the attempt ends at connectTimeoutMs and counts as a failure', async () => {
    const transport = neverOpens();
    const client = openClient(
      { host: 'nowhere' },
      { transport, timeoutMs: 20_000, connectTimeoutMs: 60, failureLimit: 2, retryTimeoutMs: 60_000 },
    );
    const started = performance.now();
    await rejection(client.get('k'), 'MC_CONNECT_FAILED');
    expect(performance.now() - started).toBeLessThan(SOON_MS);
    // Calls fail at once while the client rests between two attempts.
    const lastCode = async (): Promise<string> => (await rejection(client.get('k'))).code;
    await expect.poll(lastCode, { interval: 20 }).toBe('MC_SERVER_DOWN');
    expect(transport.attempts).toBe(2);
  });

  it('timeoutMs of a batch is for the whole batch', async () => {
    const server = await startScripted(() => {});
    const client = openClient(server.address, { connectionTimeoutMs: 60_000 });
    const started = performance.now();
    await rejection(
      client.setMulti(Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`k${n}`, n])), {
        timeoutMs: 100,
      }),
    );
    expect(performance.now() - started).toBeLessThan(SOON_MS);
  });
});

if (expectsMemcached()) {
  describe('a real memcached that is stopped', () => {
    it('costs its calls their deadline, and works again when it goes on', async () => {
      const server = await startReal();
      const client = openClient(server.address);
      await client.set('k', 'v');
      await server.pause();
      const hasty = client.with({ timeoutMs: 300 });
      const results = await Promise.all(
        [hasty.get('k'), hasty.incr('k'), hasty.getMulti(['k'])].map(outcome),
      );
      expect(results).toStrictEqual(['MC_TIMEOUT', 'MC_TIMEOUT', 'MC_PARTIAL_FAILURE']);
      server.resume();
      expect(await client.get('k')).toBe('v');
    });

    it('for longer than connectionTimeoutMs loses its connection, and works again when it goes on', async () => {
      const server = await startReal();
      const client = openClient(server.address, { connectionTimeoutMs: 2000, retries: 0 });
      await client.set('k', 'v');
      await server.pause();
      const error = await rejection(client.set('k', 'w'), 'MC_CONNECTION_LOST');
      expect(error.written).toBe('maybe');
      server.resume();
      expect(await client.set('k', 'x')).toBe(true);
      expect(await client.get('k')).toBe('x');
    });

    it('and killed fails its calls at once', async () => {
      const server = await startReal();
      const client = openClient(server.address, {
        timeoutMs: 60_000,
        connectionTimeoutMs: 60_000,
        retries: 0,
      });
      await client.set('k', 'v');
      await server.pause();
      const calls = [client.set('a', 1), client.get('k')].map(outcome);
      await new Promise((resolve) => setImmediate(resolve));
      const started = performance.now();
      await server.kill();
      for (const code of await Promise.all(calls)) expect(code).toBe('MC_CONNECTION_LOST');
      expect(performance.now() - started).toBeLessThan(SOON_MS);
      await server.restart();
      expect(await client.get('k')).toBeUndefined();
    });
  });
}
