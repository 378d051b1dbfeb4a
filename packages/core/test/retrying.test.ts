import { healthyReply, healthyScript, type ScriptedConnection, valueBlock, valueFor } from '@mc/testing';
import { OPERATION_ROWS, rejection } from '@mc/testing/suites';
import { describe, expect, it } from 'vitest';
import { openClient, outcome, SOON_MS, startScripted } from './open-client.js';

/** Closes the first `failures` connections on their first request; later ones are healthy. */
async function startFlaky(failures: number): Promise<Awaited<ReturnType<typeof startScripted>>> {
  return startScripted(async (connection) => {
    if (connection.index >= failures) return healthyScript(connection);
    await connection.request();
    connection.end();
  });
}

const requestsOf = (received: string, verb: string): number =>
  received.split('\r\n').filter((line) => line.startsWith(`${verb} `)).length;

/** A server with items, which refuses lines of several keys as a proxy does. */
function storingScript() {
  const items = new Map<string, string>();
  const script = async (connection: ScriptedConnection): Promise<void> => {
    for await (const { verb, keys, data } of connection.requests()) {
      const [key = ''] = keys;
      const value = items.get(key);
      if (verb === 'set') items.set(key, data ?? '');
      if (verb === 'set') await connection.reply('STORED\r\n');
      else if (keys.length > 1) await connection.reply('SERVER_ERROR Host is down\r\n');
      else await connection.reply(`${value === undefined ? '' : valueBlock(key, value)}END\r\n`);
    }
  };
  return { items, script };
}

describe('what is sent again', () => {
  it('a read that was lost with its connection, once by default', async () => {
    const server = await startFlaky(1);
    const client = openClient(server.address);
    expect(await client.get('k')).toBe(valueFor('k'));
    expect(requestsOf(server.received, 'get')).toBe(2);
  });

  it('reads as often as retries says and no more', async () => {
    for (const retries of [0, 1, 3]) {
      const server = await startFlaky(100);
      const client = openClient(server.address, { retries, failureLimit: 1000, retryTimeoutMs: 20 });
      await rejection(client.gets('k'), 'MC_CONNECTION_LOST');
      expect(requestsOf(server.received, 'gets')).toBe(retries + 1);
    }
  });

  it('never a write that may have been done', async () => {
    const reads = ['get', 'gets', 'getMulti', 'getsMulti'];
    for (const { name, call } of OPERATION_ROWS.filter((row) => row.writes && !reads.includes(row.name))) {
      const server = await startFlaky(1);
      const client = openClient(server.address, { retries: 5 });
      const error = await rejection(call(client, 'k'));
      const parts =
        error.code === 'MC_PARTIAL_FAILURE' ? (error as never as { errors: Map<string, never> }).errors : [];
      for (const part of [error, ...parts.values()].slice(-1))
        expect(part, name).toMatchObject({ written: 'maybe' });
      expect(server.received.split('\r\n').filter((line) => / k( |$)/.test(line)).length, name).toBe(1);
      await client.close();
    }
  });

  it('no read behind a later write of its key: it would see the future', async () => {
    const { script, items } = storingScript();
    const server = await startScripted(async (connection) => {
      if (connection.index > 0) return script(connection);
      // Takes all three, does the write, and is gone before it answers.
      for (let count = 0; count < 3; count += 1) {
        const request = await connection.request();
        if (request?.verb === 'set') items.set(request.keys[0] ?? '', request.data ?? '');
      }
      connection.end();
    });
    const client = openClient(server.address, { mergeGets: false });
    const [before, write, other] = await Promise.all(
      [client.get('k'), client.set('k', 'new'), client.get('other')].map(outcome),
    );
    expect(write).toBe('MC_CONNECTION_LOST');
    expect(before).toBe('MC_CONNECTION_LOST');
    expect(other).toBeUndefined();
    expect(await client.get('k')).toBe('new');
  });

  it('no read of a refused line behind a later write of its key', async () => {
    const { script, items } = storingScript();
    items.set('k', 'old');
    const server = await startScripted(script);
    const client = openClient(server.address);
    // The script refuses lines of several keys.
    const [k, other, write] = await Promise.all(
      [client.get('k'), client.get('other'), client.set('k', 'new')].map(outcome),
    );
    expect(['old', 'MC_SERVER_ERROR']).toContain(k);
    expect(other).toBeUndefined();
    expect(write).toBe(true);
    expect(await client.get('k')).toBe('new');
  });

  it('no read behind a later flush', async () => {
    const { script, items } = storingScript();
    items.set('k', 'old');
    const server = await startScripted(async (connection) => {
      if (connection.index > 0) return script(connection);
      await connection.request();
      await connection.request();
      items.clear();
      connection.end();
    });
    const client = openClient(server.address);
    const [read] = await Promise.all([client.get('k'), client.flushAll()].map(outcome));
    expect(read).toBe('MC_CONNECTION_LOST');
    expect(await client.get('k')).toBeUndefined();
  });

  it('a read before the writes that were waiting behind it', async () => {
    const { script } = storingScript();
    const server = await startScripted(async (connection) => {
      if (connection.index > 0) return script(connection);
      await connection.request();
      connection.stopReading();
    });
    const client = openClient(server.address, { connectionTimeoutMs: 1500 });
    // The large value fills the way to the server, so the write behind it is not sent on this connection.
    const calls = [client.get('k'), client.set('large', new Uint8Array(20_000_000)), client.set('k', 'new')];
    expect(await Promise.all(calls.map(outcome))).toStrictEqual([undefined, 'MC_CONNECTION_LOST', true]);
    expect(await client.get('k')).toBe('new');
  });

  it('nothing that timed out', async () => {
    const server = await startScripted(() => {});
    const client = openClient(server.address, { timeoutMs: 1500, retries: 5 });
    await rejection(client.get('k'), 'MC_TIMEOUT');
    await rejection(client.incr('n'), 'MC_TIMEOUT');
    expect(server.received).toBe('get k\r\nincr n 1\r\n');
  });

  it('what was never written waits for the next connection', async () => {
    const server = await startScripted(async (connection) => {
      if (connection.index === 0) {
        await connection.request();
        return connection.end();
      }
      for await (const request of connection.requests()) await connection.reply(healthyReply(request));
    });
    const client = openClient(server.address, { timeoutMs: 2000, retries: 0 });
    const lost = outcome(client.set('k', 1));
    expect(await lost).toBe('MC_CONNECTION_LOST');
    expect(await Promise.all([client.set('a', 1), client.get('b')])).toStrictEqual([true, valueFor('b')]);
  });

  it('within the deadline of the call', async () => {
    const server = await startScripted(async (connection) => {
      await connection.request();
      if (connection.index === 0) connection.end();
    });
    const client = openClient(server.address, { retries: 5, connectionTimeoutMs: 60_000 });
    const started = performance.now();
    await rejection(client.get('k', { timeoutMs: 150 }));
    expect(performance.now() - started).toBeLessThan(SOON_MS);
  });
});
