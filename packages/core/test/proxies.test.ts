import type { MemcachedError, PartialFailureError } from '@mc/core';
import { healthyReply, type ScriptedRequest, valueBlock, valueFor } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { describe, expect, it } from 'vitest';
import { openClient, outcome, SOON_MS, startScripted } from './open-client.js';

const KEYS = ['a', 'b', 'dead-1', 'c', 'dead-2', 'd'];
const isDead = (key: string): boolean => key.startsWith('dead');

/** A proxy one of whose backends is dead: any line that touches it gets an error as a whole. */
function proxyReply(request: ScriptedRequest): string {
  return request.keys.some(isDead) ? 'SERVER_ERROR Host is down\r\n' : healthyReply(request);
}

describe('a proxy', () => {
  it('may return the values of a line in another order', async () => {
    const server = await startScripted(async (connection) => {
      for await (const { keys, verb } of connection.requests()) {
        const cas = verb === 'gets' ? '7' : undefined;
        const blocks = [...keys].reverse().map((key) => valueBlock(key, valueFor(key), cas));
        await connection.reply(`${blocks.join('')}END\r\n`);
      }
    });
    const client = openClient(server.address);
    const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
    expect(await Promise.all(keys.map((key) => client.get(key)))).toStrictEqual(keys.map(valueFor));
    expect(await client.getMulti(keys)).toStrictEqual(new Map(keys.map((key) => [key, valueFor(key)])));
    const [value, again] = await Promise.all([client.gets('x'), client.gets('y')]);
    expect([value, again]).toStrictEqual([
      { value: valueFor('x'), cas: 7n },
      { value: valueFor('y'), cas: 7n },
    ]);
  });

  it('may leave some out and turn the rest around', async () => {
    const server = await startScripted(async (connection) => {
      for await (const { keys } of connection.requests()) {
        const found = [...keys].reverse().filter((key) => !key.startsWith('missing'));
        await connection.reply(`${found.map((key) => valueBlock(key)).join('')}END\r\n`);
      }
    });
    const client = openClient(server.address);
    const results = await Promise.all(
      ['a', 'missing-1', 'b', 'missing-2', 'c'].map((key) => client.get(key)),
    );
    expect(results).toStrictEqual([valueFor('a'), undefined, valueFor('b'), undefined, valueFor('c')]);
  });

  it('with a dead backend costs only the keys concerned', async () => {
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) await connection.reply(proxyReply(request));
    });
    const client = openClient(server.address, { failureLimit: 1 });
    const results = await Promise.all(KEYS.map((key) => outcome(client.get(key))));
    expect(results).toStrictEqual(KEYS.map((key) => (isDead(key) ? 'MC_SERVER_ERROR' : valueFor(key))));
    const error = (await rejection(client.getMulti(KEYS), 'MC_PARTIAL_FAILURE')) as PartialFailureError;
    const alive = KEYS.filter((key) => !isDead(key));
    expect(error.result).toStrictEqual(new Map(alive.map((key) => [key, valueFor(key)])));
    expect([...error.errors.keys()].sort()).toStrictEqual(KEYS.filter(isDead).sort());
    expect(server.connections.length).toBe(1);
  });

  it('that closes on a line with a dead backend costs only the keys concerned', async () => {
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) {
        if (request.keys.some(isDead)) return connection.end();
        await connection.reply(healthyReply(request));
      }
    });
    const client = openClient(server.address, { failureLimit: 1000, timeoutMs: 2000 });
    const keys = ['a', 'b', 'dead-1', 'c', 'd'];
    const results = await Promise.all(keys.map((key) => outcome(client.get(key))));
    expect(results).toStrictEqual(keys.map((key) => (isDead(key) ? 'MC_CONNECTION_LOST' : valueFor(key))));
  });

  for (const state of ['cold', 'warm'] as const) {
    it(`that closes on each line with a dead backend is not down, and its other keys are found (${state})`, async () => {
      const server = await startScripted(async (connection) => {
        for await (const request of connection.requests()) {
          if (request.keys.some(isDead)) return connection.end();
          await connection.reply(healthyReply(request));
        }
      });
      const client = openClient(server.address);
      const events: string[] = [];
      for (const event of ['down', 'desync'] as const) client.on(event, () => events.push(event));
      if (state === 'warm') await client.get('warm');
      const dead = ['dead-1', 'dead-2', 'dead-3', 'dead-4'];
      const alive = ['ok-1', 'ok-2', 'ok-3'];
      for (const read of [client.getMulti, client.getsMulti]) {
        const call = read.call(client, [...dead, ...alive]);
        const error = (await rejection(call, 'MC_PARTIAL_FAILURE')) as PartialFailureError;
        const codes = [...error.errors].map(([key, reason]) => [key, (reason as MemcachedError).code]);
        expect(codes.sort()).toStrictEqual(dead.map((key) => [key, 'MC_CONNECTION_LOST']));
        expect([...(error.result as Map<string, unknown>).keys()].sort()).toStrictEqual(alive);
        expect(await client.get('ok-1')).toBe(valueFor('ok-1'));
      }
      const singles = await Promise.all([...alive, ...dead].map((key) => outcome(client.get(key))));
      expect(singles).toStrictEqual([...alive.map(valueFor), ...dead.map(() => 'MC_CONNECTION_LOST')]);
      expect(await client.getMulti(alive)).toStrictEqual(new Map(alive.map((key) => [key, valueFor(key)])));
      expect(events).toStrictEqual([]);
    });
  }

  it('that closes on a shared line is asked again key by key, also without retries', async () => {
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) {
        if (request.keys.length > 1) return connection.end();
        await connection.reply(healthyReply(request));
      }
    });
    const client = openClient(server.address, { retries: 0 });
    const keys = ['a', 'b', 'c'];
    expect(await Promise.all(keys.map((key) => client.get(key)))).toStrictEqual(keys.map(valueFor));
    expect(await client.getMulti(keys)).toStrictEqual(new Map(keys.map((key) => [key, valueFor(key)])));
  });

  it('is asked again key by key once, not for ever', async () => {
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) await connection.reply(proxyReply(request));
    });
    const client = openClient(server.address);
    await Promise.all(KEYS.map((key) => outcome(client.get(key))));
    const asked = server.received.split('\r\n').filter((line) => line !== '');
    expect(asked[0]).toBe(`get ${KEYS.join(' ')}`);
    expect(asked.slice(1).sort()).toStrictEqual(KEYS.map((key) => `get ${key}`).sort());
  });

  it('that never answers the second time leaves each call its own deadline', async () => {
    const server = await startScripted(async (connection) => {
      await connection.request();
      await connection.reply('SERVER_ERROR Host is down\r\n');
    });
    const client = openClient(server.address, { timeoutMs: 60_000, connectionTimeoutMs: 60_000 });
    const started = performance.now();
    const results = await Promise.all(['a', 'b'].map((key) => outcome(client.get(key, { timeoutMs: 300 }))));
    expect(results).toStrictEqual(Array(2).fill(expect.stringMatching(/^MC_TIMEOUT/)));
    expect(performance.now() - started).toBeLessThan(SOON_MS);
  });

  it('sees one line a key with mergeGets: false', async () => {
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) await connection.reply(proxyReply(request));
    });
    const client = openClient(server.address, { mergeGets: false });
    const results = await Promise.all(KEYS.map((key) => outcome(client.get(key))));
    expect(results).toStrictEqual(KEYS.map((key) => (isDead(key) ? 'MC_SERVER_ERROR' : valueFor(key))));
    expect(server.received).toBe(KEYS.map((key) => `get ${key}\r\n`).join(''));
  });

  it('sees the gets of a tick as one line, never across a write, of at most 256 keys and 8 kB', async () => {
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) await connection.reply(healthyReply(request));
    });
    const client = openClient(server.address);
    await Promise.all([
      client.get('a'),
      client.get('b'),
      client.set('a', 1),
      client.get('a'),
      client.get('c'),
    ]);
    expect(server.received).toBe('get a b\r\nset a 4 0 1\r\n1\r\nget a c\r\n');
    const many = Array.from({ length: 1000 }, (_, index) => `key-${index}`);
    const long = Array.from({ length: 100 }, (_, index) => `${'k'.repeat(200)}${index}`);
    await Promise.all([...many, ...long].map((key) => client.get(key)));
    const lines = server.received.split('\r\n').filter((line) => line.startsWith('get '));
    expect(Math.max(...lines.map((line) => line.split(' ').length - 1))).toBe(256);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(8192);
    expect(lines.length).toBeLessThan(16);
  });
});
