import { inspect } from 'node:util';
import {
  type ClientError,
  type CounterRangeError,
  isMemcachedError,
  type MemcachedClient,
  type MemcachedError,
  type PartialFailureError,
  type ServerError,
} from '@mc/core';
import { healthyScript, type ScriptedConnection } from '@mc/testing';
import { OPERATION_ROWS, rejection, rejections } from '@mc/testing/suites';
import { describe, expect, it } from 'vitest';
import { openClient, startScripted } from './open-client.js';

const KEY = 'user:alice@example.org';
const VALUE = 'password-4711';

/** Everything of an error that a log line or a JSON dump would show. */
function shown(error: MemcachedError): string {
  return [
    String(error),
    error.message,
    error.stack ?? '',
    JSON.stringify(error),
    inspect(error, { depth: 5 }),
  ].join('\n');
}

const REPLIES: Readonly<Record<string, (connection: ScriptedConnection) => Promise<void> | void>> = {
  'a value of another key': (connection) =>
    connection.reply(`VALUE ${KEY}x 16 ${VALUE.length}\r\n${VALUE}\r\nEND\r\n`),
  'a value that cannot be read': (connection) =>
    connection.reply(`VALUE ${KEY} 48 ${VALUE.length}\r\n${VALUE}\r\nEND\r\n`),
  'a value that is cut': async (connection) => {
    await connection.reply(`VALUE ${KEY} 16 500\r\n${VALUE}`);
    connection.end();
  },
  'the key in garbage': (connection) => connection.reply(`${KEY} ${VALUE}\r\n`),
  'a refusal': (connection) =>
    connection.reply('CLIENT_ERROR cannot increment or decrement non-numeric value\r\n'),
  'a miss': (connection) => connection.reply('NOT_FOUND\r\n'),
  'an error': (connection) => connection.reply('SERVER_ERROR out of memory storing object\r\n'),
  'a refusal that names the key': (connection) =>
    connection.reply(`CLIENT_ERROR no route for key ${KEY} with value ${VALUE}\r\n`),
  'an error that names the key': (connection) =>
    connection.reply(`SERVER_ERROR backend of ${KEY} is down, ${VALUE} is lost\r\n`),
  'a lack of memory that names the key': (connection) =>
    connection.reply(`SERVER_ERROR out of memory storing object ${KEY} ${VALUE}\r\n`),
  'a size that names the key': (connection) =>
    connection.reply(`SERVER_ERROR object too large for cache ${KEY} ${VALUE}\r\n`),
  'a bad line that names the key': (connection) =>
    connection.reply(`CLIENT_ERROR bad command line format ${KEY} ${VALUE}\r\n`),
  'an ERROR that names the key': (connection) => connection.reply(`ERROR ${KEY} ${VALUE}\r\n`),
  'words that begin as known ones': (connection) =>
    connection.reply(`CLIENT_ERROR invalid ${VALUE} of ${KEY}\r\n`),
};

const REFUSAL = `no route for key ${KEY} with value ${VALUE}`;

async function startRefusing(word: string): Promise<MemcachedClient> {
  const server = await startScripted(async (connection) => {
    for await (const _ of connection.requests()) await connection.reply(`${word} ${REFUSAL}\r\n`);
  });
  return openClient(server.address);
}

describe('errors never show keys or values', () => {
  for (const [name, reply] of Object.entries(REPLIES)) {
    it(`after ${name}`, async () => {
      const server = await startScripted(async (connection) => {
        await connection.request();
        await reply(connection);
      });
      for (const { name: operation, call } of OPERATION_ROWS) {
        const client = openClient(server.address, { retries: 0, timeoutMs: 100, connectionTimeoutMs: 200 });
        const error: unknown = await call(client, KEY).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (error !== undefined) {
          expect(isMemcachedError(error), operation).toBe(true);
          expect(shown(error as MemcachedError), operation).not.toContain('alice');
          expect(shown(error as MemcachedError), operation).not.toContain('4711');
        }
      }
    });
  }

  it('but keep the words of the server where only who asks for them sees them', async () => {
    for (const [word, code] of [
      ['CLIENT_ERROR', 'MC_CLIENT_ERROR'],
      ['SERVER_ERROR', 'MC_SERVER_ERROR'],
    ] as const) {
      const client = await startRefusing(word);
      const error = (await rejection(client.incr(KEY), code)) as ClientError | ServerError;
      expect(error.serverMessage).toBe(REFUSAL);
      expect(Object.keys(error)).not.toContain('serverMessage');
      expect(shown(error)).not.toContain('alice');
      const batch = (await rejection(client.deleteMulti([KEY]), 'MC_PARTIAL_FAILURE')) as PartialFailureError;
      expect((batch.errors.get(KEY) as ServerError).serverMessage).toBe(REFUSAL);
      expect(shown(batch)).not.toMatch(/alice|4711/);
    }
  });

  it('nor the value of a counter, which can be had and does not break JSON', async () => {
    const counter = 2n ** 63n + 4711n;
    const server = await startScripted(async (connection) => {
      for await (const _ of connection.requests()) await connection.reply(`${counter}\r\n`);
    });
    const client = openClient(server.address);
    const error = (await rejection(client.incr(KEY, 1), 'MC_COUNTER_RANGE')) as CounterRangeError;
    expect(error.value).toBe(counter);
    expect(Object.keys(error)).not.toContain('value');
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ code: 'MC_COUNTER_RANGE' });
    expect(shown(error)).not.toContain(String(counter));
  });

  it('of bad keys, bad arguments and values that cannot be encoded', async () => {
    const server = await startScripted(healthyScript);
    const client = openClient(server.address);
    const secret = { password: VALUE, list: [new Map([[KEY, VALUE]])] };
    const calls = [
      client.get(`${KEY} ${VALUE}`),
      client.set(KEY, secret),
      client.set(KEY, VALUE, { ttl: VALUE as never }),
      client.incr(KEY, VALUE as never),
      client.cas(KEY, VALUE, VALUE as never),
      client.setMulti({ [`${KEY}\n`]: VALUE }),
      client.append(KEY, secret as never),
    ];
    for (const error of await rejections(calls)) {
      expect(shown(error)).not.toContain('alice');
      expect(shown(error)).not.toContain('4711');
    }
  });
});
