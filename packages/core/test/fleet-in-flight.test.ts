import type { Compressor, MemcachedClient } from '@mc/core';
import { expectsMemcached, healthyScript, valueFor } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { describe, expect, it } from 'vitest';
import { keyOn, keysOn } from './fleet-keys.js';
import { someTurns } from './hostile-uncaught.js';
import { openClient, outcome, startReal, startScripted } from './open-client.js';

/** Whether a promise has settled yet. */
function watchSettled(promise: Promise<unknown>): () => boolean {
  let settled = false;
  const note = () => {
    settled = true;
  };
  promise.then(note, note);
  return () => settled;
}

const inFlightOf = (client: MemcachedClient, name: string): number | undefined =>
  client.servers().find((server) => server.name === name)?.inFlight;

/** A compressor that is done when it is told to; it makes nothing smaller. */
function gatedCompressor() {
  const waiting: Array<() => void> = [];
  const compressor: Compressor = {
    name: 'gated',
    id: 7,
    compress: async (data) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return data;
    },
    decompress: (data) => data,
  };
  return { compressor, release: () => waiting.splice(0).map((resolve) => resolve()) };
}

if (expectsMemcached()) {
  describe('a server that is taken off the list', () => {
    async function openTwo() {
      const [a, b] = await Promise.all([startReal(), startReal()]);
      const onlyB = openClient(b.address, { timeoutMs: 20_000 });
      const connectionsOfB = async () => (await onlyB.stats()).get(b.name)?.get('curr_connections');
      const client = openClient([a.address, b.address], { timeoutMs: 20_000, connectionTimeoutMs: 20_000 });
      return { a, b, client, onlyB, connectionsOfB };
    }

    it('still answers what was sent to it, however late', async () => {
      const { a, b, client } = await openTwo();
      const [key = '', other = ''] = keysOn(client, b.name, 2);
      await client.setMulti([
        [key, 'v'],
        [other, 'w'],
      ]);
      await b.pause();
      const calls = [client.get(key), client.set(other, 'x'), client.getMulti([key, other])];
      await expect.poll(() => inFlightOf(client, b.name)).toBe(4);
      const removed = client.removeServer(b.name);
      const isRemoved = watchSettled(removed);
      // Its keys are the other server's from now on.
      expect(await client.set(key, 'on a')).toBe(true);
      expect(await client.get(key)).toBe('on a');
      expect([...(await client.version()).keys()]).toStrictEqual([a.name]);
      expect(isRemoved()).toBe(false);
      b.resume();
      const found = new Map([
        [key, 'v'],
        [other, 'x'],
      ]);
      expect(await Promise.all(calls)).toStrictEqual(['v', true, found]);
      expect(await removed).toBe(true);
    });

    it('still gets what was waiting to be sent', async () => {
      const { b, client, onlyB } = await openTwo();
      const keys = keysOn(client, b.name, 40);
      // Not even connected yet, and nothing of this tick is sent.
      const calls = keys.map((key) => client.set(key, key));
      const removed = client.removeServer(b.name);
      expect(new Set(await Promise.all(calls))).toStrictEqual(new Set([true]));
      expect(await removed).toBe(true);
      expect((await onlyB.getMulti(keys)).size).toBe(40);
    });

    it('gets nothing of a value that is still being compressed: that goes to the server of its key', async () => {
      const { compressor, release } = gatedCompressor();
      const { a, b, onlyB } = await openTwo();
      const client = openClient([a.address, b.address], {
        compressor,
        minCompressLen: 1,
        timeoutMs: 20_000,
      });
      const [key = '', more = ''] = keysOn(client, b.name, 2);
      const calls = [client.set(key, 'value'), client.setMulti({ [more]: 'more' }), client.get(key)];
      expect(await client.removeServer(b.name)).toBe(true);
      release();
      expect(await Promise.all(calls)).toStrictEqual([true, [], 'value']);
      expect(await onlyB.getMulti([key, more])).toStrictEqual(new Map());
      expect((await openClient(a.address).getMulti([key, more])).size).toBe(2);
    });

    it('and hangs lets the client close when its last call has settled', async () => {
      const { b, client, connectionsOfB } = await openTwo();
      const key = keyOn(client, b.name);
      const before = await connectionsOfB();
      await client.version();
      expect(await connectionsOfB()).not.toBe(before);
      await b.pause();
      const call = outcome(client.get(key, { timeoutMs: 2000 }));
      await expect.poll(() => inFlightOf(client, b.name)).toBe(1);
      const removed = client.removeServer(b.name);
      const isClosed = watchSettled(client.close());
      await someTurns();
      expect(isClosed()).toBe(false);
      expect(await call).toBe('MC_TIMEOUT');
      expect(await removed).toBe(true);
      await expect.poll(isClosed).toBe(true);
      b.resume();
      await expect.poll(connectionsOfB).toBe(before);
    });
  });

  describe('the calls on a key whose server stays', () => {
    it('keep their order through changes of the list', async () => {
      const [a, b, c] = await Promise.all([startReal(), startReal(), startReal()]);
      const all = [a.address, b.address, c.address];
      const client = openClient(all, { timeoutMs: 20_000 });
      const key = keyOn(client, a.name);
      await client.set(key, '0');
      const results: Promise<unknown>[] = [];
      const expected: unknown[] = [];
      for (let round = 1; round <= 60; round += 1) {
        results.push(client.incr(key), client.get(key));
        expected.push(round, round);
        const [without, order] = [all.slice(0, 2), all.toReversed()];
        void client.setServers([without, order, all][round % 3] ?? all);
        expect(client.serverFor(key).name).toBe(a.name);
        if (round % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      // Counters are stored as text, and read as what they were first written as.
      expect((await Promise.all(results)).map(Number)).toStrictEqual(expected);
    });
  });
}

describe('a server that is put back while it still has calls', () => {
  it('keeps its connection, so that the calls on a key stay in order', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const b = await startScripted(async (connection) => {
      const first = await connection.request();
      await held;
      await connection.reply(first?.verb === 'set' ? 'STORED\r\n' : 'END\r\n');
      await healthyScript(connection);
    });
    const a = await startScripted(healthyScript);
    const client = openClient([a.address, b.address], { timeoutMs: 20_000, connectionTimeoutMs: 20_000 });
    const key = keyOn(client, b.name);
    const written = client.set(key, 1);
    await expect.poll(() => b.received).toContain('set');
    const removed = client.removeServer(b.name);
    await client.addServer(b.address);
    // It is off the list no more.
    expect(await removed).toBe(true);
    const read = client.get(key);
    const isRead = watchSettled(read);
    await expect.poll(() => b.received).toContain('get');
    expect(isRead()).toBe(false);
    release();
    expect(await Promise.all([written, read])).toStrictEqual([true, valueFor(key)]);
    expect(b.connections.length).toBe(1);
    await client.close();
    await expect.poll(() => a.openConnections + b.openConnections).toBe(0);
  });

  it('may be taken off again, at once or later', async () => {
    const [a, b] = await Promise.all([startScripted(healthyScript), startScripted(healthyScript)]);
    const client = openClient([a.address, b.address]);
    const key = keyOn(client, b.name);
    const call = client.get(key);
    const changes: Promise<unknown>[] = [];
    for (let round = 0; round < 3; round += 1) {
      changes.push(client.removeServer(b.name), client.addServer(b.name));
    }
    changes.push(client.removeServer(b.name));
    expect(await call).toBe(valueFor(key));
    expect(await Promise.all(changes)).toStrictEqual([
      true,
      undefined,
      true,
      undefined,
      true,
      undefined,
      true,
    ]);
    await expect.poll(() => b.openConnections).toBe(0);
    await rejection(client.removeServer(a.name), 'MC_CONFIGURATION');
    await client.addServer(b.name);
    expect(await client.get(key)).toBe(valueFor(key));
  });

  it('has a new connection where the last call had settled', async () => {
    const [a, b] = await Promise.all([startScripted(healthyScript), startScripted(healthyScript)]);
    const client = openClient([a.address, b.address]);
    const key = keyOn(client, b.name);
    expect(await client.get(key)).toBe(valueFor(key));
    await client.removeServer(b.name);
    await client.addServer(b.name);
    expect(await client.get(key)).toBe(valueFor(key));
    expect(b.connections.length).toBe(2);
  });
});

describe('a retry of a read on a server that was taken off the list', () => {
  it('is made there, and the client closes behind it', async () => {
    const [a, b] = await Promise.all([
      startScripted(healthyScript),
      startScripted(async (connection) => {
        if (connection.index > 0) return healthyScript(connection);
        await connection.request();
        connection.end();
      }),
    ]);
    const client = openClient([a.address, b.address]);
    const key = keyOn(client, b.name);
    const call = client.get(key);
    await expect.poll(() => b.received).toContain('get');
    const removed = client.removeServer(b.name);
    expect(await call).toBe(valueFor(key));
    expect(await removed).toBe(true);
    expect(b.connections.length).toBe(2);
    await expect.poll(() => b.openConnections).toBe(0);
  });
});
