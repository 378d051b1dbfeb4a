import { expectsMemcached, healthyScript, valueFor } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { describe, expect, it } from 'vitest';
import { openClient, outcome, startReal, startScripted } from './open-client.js';

const count = (codes: readonly unknown[], code: unknown): number =>
  codes.filter((one) => one === code).length;

describe('the queue of a server', () => {
  it('is bounded: a call too many is refused at once with an error of its own', async () => {
    const server = await startScripted(healthyScript);
    await server.refuse();
    await server.listen();
    const client = openClient(server.address, { maxQueuedCalls: 10 });
    // Nothing is sent before the connection is open, so all of these wait.
    const calls = Array.from({ length: 25 }, (_, index) => outcome(client.set(`key-${index}`, 1)));
    const codes = await Promise.all(calls);
    expect(count(codes, true)).toBe(10);
    expect(count(codes, 'MC_QUEUE_FULL')).toBe(15);
    expect(codes.slice(0, 10)).toStrictEqual(Array.from({ length: 10 }, () => true));
    const error = await Promise.all([
      ...Array.from({ length: 10 }, () => client.get('k')),
      rejection(client.get('k')),
    ]);
    expect(error.at(-1)).toMatchObject({ name: 'QueueFullError', code: 'MC_QUEUE_FULL', written: 'no' });
    expect(await client.get('k')).toBe(valueFor('k'));
  });

  it('is emptied by deadlines and aborts as well', async () => {
    const server = await startScripted(() => {});
    const client = openClient(server.address, { maxQueuedCalls: 2, timeoutMs: 5000 });
    const abort = new AbortController();
    const first = [client.set('a', 1, { signal: abort.signal }), client.set('b', 1, { timeoutMs: 1 })].map(
      outcome,
    );
    const full = await outcome(client.set('c', 1));
    abort.abort();
    expect(full).toBe('MC_QUEUE_FULL');
    expect(await Promise.all(first)).toStrictEqual([
      'MC_ABORTED_UNSENT',
      expect.stringMatching(/^MC_TIMEOUT/),
    ]);
    expect(await outcome(client.set('d', 1, { timeoutMs: 50 }))).toMatch(/^MC_TIMEOUT/);
  });

  it('takes a batch of any size in parts', async () => {
    const server = await startScripted(healthyScript);
    const client = openClient(server.address, { maxQueuedCalls: 7, timeoutMs: 5000 });
    const keys = Array.from({ length: 300 }, (_, index) => `key-${index}`);
    expect(await client.getMulti(keys)).toStrictEqual(new Map(keys.map((key) => [key, valueFor(key)])));
    expect(await client.setMulti(keys.map((key) => [key, 1] as const))).toStrictEqual([]);
  });

  it('one host that is away stalls nobody else and does not grow', async () => {
    const good = await startScripted(healthyScript);
    const away = await startScripted(() => {});
    await away.refuse();
    const client = openClient([good.address, away.address], { maxQueuedCalls: 50 });
    const keys = Array.from({ length: 400 }, (_, index) => `key-${index}`);
    const results = await Promise.all(keys.map((key) => outcome(client.set(key, 1))));
    const isAway = keys.map((key) => client.serverFor(key).name === away.name);
    for (const [index, result] of results.entries()) {
      if (isAway[index]) expect(['MC_CONNECT_FAILED', 'MC_SERVER_DOWN', 'MC_QUEUE_FULL']).toContain(result);
    }
    const onGood = results.filter((_, index) => !isAway[index]);
    expect(count(onGood, true)).toBe(50);
    const [key = ''] = keys.filter((_, index) => !isAway[index]);
    expect(await client.get(key)).toBe(valueFor(key));
  });
});

if (expectsMemcached()) {
  describe('a cold start', () => {
    it('connects once for hundreds of calls, and none of them fails', async () => {
      const server = await startReal();
      const client = openClient(server.address, { retries: 0, timeoutMs: 5000 });
      const results = await Promise.all(
        Array.from({ length: 500 }, (_, index) => client.set(`key-${index}`, index)),
      );
      expect(new Set(results)).toStrictEqual(new Set([true]));
      const stats = (await client.stats()).get(server.name);
      expect(stats?.get('curr_connections')).toBe(String(await connectionsOfAnIdleServer()));
    });

    it('writes megabytes while it reads megabytes', async () => {
      const server = await startReal({ memoryMegabytes: 256 });
      const client = openClient(server.address, { timeoutMs: 20_000, connectionTimeoutMs: 20_000 });
      const bytes = new Uint8Array(900_000).fill(1);
      const keys = Array.from({ length: 40 }, (_, index) => `key-${index}`);
      await client.setMulti(keys.map((key) => [key, bytes] as const));
      const calls = keys.flatMap((key) => [client.set(`${key}-new`, bytes), client.get<Uint8Array>(key)]);
      const results = await Promise.all(calls);
      expect(results.filter((result) => result === true).length).toBe(40);
      expect(
        results.filter((result) => result instanceof Uint8Array && result.length === 900_000).length,
      ).toBe(40);
    });
  });
}

/** memcached counts its own listening sockets; one more is our connection. */
async function connectionsOfAnIdleServer(): Promise<number> {
  const server = await startReal();
  const client = openClient(server.address);
  return Number((await client.stats()).get(server.name)?.get('curr_connections'));
}
