import { inspect } from 'node:util';
import { isMemcachedError, type MemcachedError } from '@mc/core';
import { healthyScript, type ScriptedConnection } from '@mc/testing';
import { OPERATION_ROWS, rejections } from '@mc/testing/suites';
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
};

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
