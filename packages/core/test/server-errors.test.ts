import { ServerError } from '@mc/core';
import { healthyReply, healthyScript } from '@mc/testing';
import { OPERATION_ROWS, rejection } from '@mc/testing/suites';
import { describe, expect, it } from 'vitest';
import { openClient, outcome, startScripted } from './open-client.js';

/** Answers `set` and every other command with this line, `version` with health. */
async function startAnswering(line: string): Promise<Awaited<ReturnType<typeof startScripted>>> {
  return startScripted(async (connection) => {
    for await (const request of connection.requests()) {
      await connection.reply(request.verb === 'version' ? healthyReply(request) : `${line}\r\n`);
    }
  });
}

describe('an error line', () => {
  it('SERVER_ERROR ends its call, keeps the connection and never marks the server down', async () => {
    const server = await startAnswering('SERVER_ERROR backend is away');
    const client = openClient(server.address, { failureLimit: 1, mergeGets: false });
    const events: string[] = [];
    for (const event of ['down', 'disconnect', 'desync'] as const) client.on(event, () => events.push(event));
    for (const { call } of OPERATION_ROWS) {
      const error = await rejection(call(client, 'k'));
      const parts =
        error.code === 'MC_PARTIAL_FAILURE'
          ? [...(error as never as { errors: Map<string, Error> }).errors.values()]
          : [error];
      if (parts.length === 0) throw new Error('a partial failure without errors');
      for (const part of parts) {
        expect(part).toBeInstanceOf(ServerError);
        expect(part).toMatchObject({
          code: 'MC_SERVER_ERROR',
          serverMessage: 'backend is away',
          server: server.name,
        });
      }
    }
    expect(await client.version()).toStrictEqual(new Map([[server.name, '1.6.18']]));
    expect(server.connections.length).toBe(1);
    expect(events).toStrictEqual([]);
  });

  it('"out of memory" is an OutOfMemoryError, "object too large" a ValueTooLargeError', async () => {
    const table = {
      'SERVER_ERROR out of memory storing object': 'MC_OUT_OF_MEMORY',
      'SERVER_ERROR object too large for cache': 'MC_VALUE_TOO_LARGE',
    };
    for (const [line, code] of Object.entries(table)) {
      const server = await startAnswering(line);
      const client = openClient(server.address, { failureLimit: 1 });
      const error = await rejection(client.set('k', 'v'), code as 'MC_OUT_OF_MEMORY');
      expect(error.written).toBe('no');
      expect(await client.setMulti({ a: 1, b: 2 })).toStrictEqual(['a', 'b']);
      expect(server.connections.length).toBe(1);
    }
  });

  it('NOT_STORED to a set is false, and in the list of setMulti', async () => {
    const server = await startAnswering('NOT_STORED');
    const client = openClient(server.address);
    expect(await client.set('k', 'v')).toBe(false);
    expect(await client.setMulti({ a: 1, b: 2 })).toStrictEqual(['a', 'b']);
    await expect(client.asMap().set('k', 'v')).rejects.toThrow();
  });

  it.each([
    'ERROR',
    'CLIENT_ERROR bad command line format',
    'CLIENT_ERROR bad data chunk',
    'CLIENT_ERROR line too long',
    'ERROR Too many open connections',
    'Error TLS not enabled',
  ])('"%s" means that the stream is lost: the connection is made anew', async (line) => {
    const server = await startScripted(async (connection) => {
      if (connection.index > 0) return healthyScript(connection);
      await connection.request();
      await connection.reply(`${line}\r\n`);
      for await (const request of connection.requests()) await connection.reply(healthyReply(request));
    });
    const client = openClient(server.address, { retries: 0 });
    const code = await outcome(client.set('k', 'v'));
    expect(['MC_PROTOCOL', 'MC_CONNECT_FAILED', 'MC_CONNECTION_LOST']).toContain(code);
    expect(await client.set('k', 'v')).toBe(true);
    expect(server.connections.length).toBe(2);
  });

  it.each([
    'CLIENT_ERROR cannot increment or decrement non-numeric value',
    'CLIENT_ERROR invalid numeric delta argument',
    'CLIENT_ERROR flush_all not allowed',
  ])('"%s" is a ClientError on a connection that stays', async (line) => {
    const server = await startAnswering(line);
    const client = openClient(server.address);
    expect(await rejection(client.incr('k'), 'MC_CLIENT_ERROR')).toMatchObject({
      name: 'ClientError',
      written: 'no',
    });
    expect(await client.version()).toStrictEqual(new Map([[server.name, '1.6.18']]));
    expect(server.connections.length).toBe(1);
  });

  it('SERVER_ERROR behind some values of a line is not a miss of the others', async () => {
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) {
        const [first = ''] = request.keys;
        const whole = healthyReply({ ...request, keys: [first] });
        // Many keys: one value, then the error. One key: health.
        if (request.keys.length > 1)
          await connection.reply(whole.replace('END\r\n', 'SERVER_ERROR lost a backend\r\n'));
        else await connection.reply(whole);
      }
    });
    const client = openClient(server.address);
    const keys = ['a', 'b', 'c'];
    expect(await Promise.all(keys.map((key) => client.get(key)))).toStrictEqual(
      keys.map((key) => `value of ${key}`),
    );
    expect(await client.getMulti(keys)).toStrictEqual(new Map(keys.map((key) => [key, `value of ${key}`])));
  });
});
