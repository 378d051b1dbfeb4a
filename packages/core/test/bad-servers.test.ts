import {
  healthyReply,
  healthyScript,
  type ScriptedConnection,
  type ScriptedRequest,
  valueBlock,
  valueFor,
} from '@mc/testing';
import { OPERATION_ROWS, type OperationRow, rejection } from '@mc/testing/suites';
import { describe, expect, it } from 'vitest';
import { openClient, outcome, SOON_MS, startScripted } from './open-client.js';

const DEADLINE_MS = 200;

type Misbehaviour = (connection: ScriptedConnection, request: ScriptedRequest) => Promise<void> | void;

/** What the first connections do with their first request. Later ones are healthy. */
const MISBEHAVIOURS: Readonly<Record<string, Misbehaviour>> = {
  'never answers': () => {},
  'closes before it answers': (connection) => connection.end(),
  'resets before it answers': (connection) => connection.reset(),
  'answers garbage': (connection) => connection.reply('lorem ipsum\r\n'),
  'answers garbage without an end': (connection) => connection.reply('\0\x01\x02\xff'.repeat(100)),
  'speaks HTTP': (connection) => connection.reply('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'),
  'answers in binary': (connection) => connection.reply('\x81\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00'),
  'answers an empty line': (connection) => connection.reply('\r\n'),
  'answers with a line that never ends': (connection) => connection.reply('VALUE '.repeat(5000)),
  'answers half a line and closes': async (connection, request) => {
    const reply = healthyReply(request);
    await connection.reply(reply.slice(0, reply.length >> 1).replace(/\r\n/g, ''));
    connection.end();
  },
  'answers half a value and closes': async (connection, request) => {
    await connection.reply(`VALUE ${request.keys[0]} 16 1000\r\nhalf of it`);
    connection.end();
  },
  'answers half a value and resets': async (connection, request) => {
    await connection.reply(`VALUE ${request.keys[0]} 16 1000\r\nhalf of it`);
    connection.reset();
  },
  'answers half a value and falls silent': (connection, request) =>
    connection.reply(`VALUE ${request.keys[0]} 16 1000\r\nhalf of it`),
  'announces a value of 4 GB': (connection, request) =>
    connection.reply(`VALUE ${request.keys[0]} 16 4294967296\r\n`),
  'says ERROR': (connection) => connection.reply('ERROR\r\n'),
  'has too many connections': async (connection) => {
    await connection.reply('ERROR Too many open connections\r\n');
    connection.end();
  },
};

/** After these the client cannot know better until the connection's own deadline. */
const SILENT: ReadonlySet<string> = new Set([
  'never answers',
  'answers garbage without an end',
  'answers in binary',
  'answers half a value and falls silent',
]);

async function expectTypedErrorThenHealth(row: OperationRow, name: string): Promise<void> {
  const misbehave = MISBEHAVIOURS[name] as Misbehaviour;
  const server = await startScripted(async (connection) => {
    if (connection.index > 0) return healthyScript(connection);
    const request = await connection.request();
    if (request !== undefined) await misbehave(connection, request);
  });
  // Where the server has said enough, no deadline is waited for.
  const isSilent = SILENT.has(name);
  const deadlines = isSilent ? { timeoutMs: DEADLINE_MS, connectionTimeoutMs: 1000 } : {};
  const client = openClient(server.address, { ...deadlines, retries: 0 });
  const started = performance.now();
  await rejection(row.call(client, 'k')).catch((cause: unknown) => {
    throw new Error(`${row.name} did not fail as it should`, { cause });
  });
  expect(performance.now() - started, row.name).toBeLessThan(SOON_MS);
  const next = () => outcome(client.get('next', { timeoutMs: 20_000 }));
  if (isSilent) await expect.poll(next, { interval: 1 }).toBe(valueFor('next'));
  else expect(await next(), row.name).toBe(valueFor('next'));
}

describe('a server that misbehaves', () => {
  for (const name of Object.keys(MISBEHAVIOURS)) {
    it(`${name}: every operation settles in time, typed, and the next call is right`, async () => {
      await Promise.all(OPERATION_ROWS.map((row) => expectTypedErrorThenHealth(row, name)));
    });
  }

  it('is not there: every operation fails at once, typed, and works when it comes', async () => {
    const server = await startScripted(healthyScript);
    const client = openClient(server.address, { failureLimit: 1000, retryTimeoutMs: 50 });
    await server.refuse();
    for (const { call } of OPERATION_ROWS) {
      const started = performance.now();
      const error = await rejection(call(client, 'k'));
      expect(['MC_CONNECT_FAILED', 'MC_PARTIAL_FAILURE']).toContain(error.code);
      expect(performance.now() - started).toBeLessThan(SOON_MS);
    }
    await server.listen();
    await expect.poll(() => client.get('next').catch(() => 'resting')).toBe(valueFor('next'));
  });

  it('closes every connection as it is made: every operation settles in time, typed', async () => {
    const server = await startScripted((connection) => connection.end());
    const client = openClient(server.address, { timeoutMs: DEADLINE_MS, failureLimit: 1000 });
    for (const { call } of OPERATION_ROWS) {
      const started = performance.now();
      await rejection(call(client, 'k'));
      expect(performance.now() - started).toBeLessThan(SOON_MS);
    }
  });

  it('costs the keys of another server nothing', async () => {
    const good = await startScripted(healthyScript);
    const bad = await startScripted(() => {});
    const client = openClient([good.address, bad.address]);
    const keys = Array.from({ length: 40 }, (_, index) => `key-${index}`);
    const onGood = keys.filter((key) => client.serverFor(key).name === good.name);
    const timeoutMs = (key: string) => (onGood.includes(key) ? 20_000 : DEADLINE_MS);
    const all = Promise.allSettled(keys.map((key) => client.get(key, { timeoutMs: timeoutMs(key) })));
    expect(await Promise.all(onGood.map((key) => client.get(key)))).toStrictEqual(onGood.map(valueFor));
    const settled = await all;
    for (const [index, key] of keys.entries()) {
      if (onGood.includes(key))
        expect(settled[index]).toStrictEqual({ status: 'fulfilled', value: valueFor(key) });
      else expect(settled[index]).toMatchObject({ status: 'rejected', reason: { name: 'TimeoutError' } });
    }
  });

  it('closes between a whole value and END: a shared line is asked again, and the next call is right', async () => {
    const server = await startScripted(async (connection) => {
      if (connection.index > 0) return healthyScript(connection);
      const request = await connection.request();
      await connection.reply(valueBlock(request?.keys[0] ?? '', 'whole'));
      connection.end();
    });
    const client = openClient(server.address, { retries: 0 });
    const [asked, behind] = await Promise.all([outcome(client.get('k')), outcome(client.get('missing'))]);
    expect(asked).toBe(valueFor('k'));
    // Not named in the reply, but the reply was not whole: this is no miss. A shared line is asked again.
    expect(behind).toBe(valueFor('missing'));
    expect(await client.get('next')).toBe(valueFor('next'));
  });

  it('drips its replies byte by byte: everything is read right', async () => {
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) await connection.drip(healthyReply(request));
    });
    const client = openClient(server.address, { timeoutMs: 5000 });
    const keys = ['a', 'b', 'c'];
    expect(await Promise.all(keys.map((key) => client.get(key)))).toStrictEqual(keys.map(valueFor));
    expect(await client.set('k', 1)).toBe(true);
    expect(await client.incr('k')).toBe(1);
    expect(await client.version()).toStrictEqual(new Map([[server.name, '1.6.18']]));
  });
});
