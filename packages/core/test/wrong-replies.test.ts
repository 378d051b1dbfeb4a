import { healthyReply, healthyScript, type ScriptedConnection, valueBlock, valueFor } from '@mc/testing';
import { OPERATION_ROWS, rejection } from '@mc/testing/suites';
import { describe, expect, it } from 'vitest';
import { openClient, outcome, startScripted } from './open-client.js';

/** Replies that are right for some command, but not for the one that was sent. */
const WRONG: Readonly<Record<string, string>> = {
  'STORED to a get': 'STORED\r\n',
  'the value of another key': `${valueBlock('other')}END\r\n`,
  'a value longer than announced': 'VALUE k 16 3\r\nlonger\r\nEND\r\n',
  'a value shorter than announced': 'VALUE k 16 7\r\nabc\r\nEND\r\n',
  'a value without its line end': 'VALUE k 16 3\r\nabcEND\r\n',
  'a value with a bare LF': 'VALUE k 16 3\r\nabc\nEND\r\n',
  'a length that is no number': 'VALUE k 16 x\r\nabc\r\nEND\r\n',
  'a negative length': 'VALUE k 16 -1\r\n\r\nEND\r\n',
  'flags that are no number': 'VALUE k x 3\r\nabc\r\nEND\r\n',
  'flags past 32 bits': 'VALUE k 4294967296 3\r\nabc\r\nEND\r\n',
  'a value line without a length': 'VALUE k 16\r\nabc\r\nEND\r\n',
  'a number to a get': '5\r\n',
  'VERSION to a get': 'VERSION 1.6.18\r\n',
  'an unknown word': 'HELLO\r\n',
  'END with something behind it': 'END of all\r\n',
  'a meta reply': 'VA 1 f16\r\nx\r\n',
};

/** What set, incr, delete, touch may never take for their reply. */
const WRONG_TO_OTHERS: readonly string[] = [
  'END\r\n',
  'VALUE k 0 1\r\nx\r\nEND\r\n',
  'OK\r\n',
  'STAT a b\r\nEND\r\n',
  'HD\r\n',
];

const STRICT = ['set', 'add', 'replace', 'cas', 'append', 'incr', 'decr', 'delete', 'touch'];

/** The first connection answers its first request with `reply`; everything else is healthy. */
async function startWrong(reply: string): Promise<Awaited<ReturnType<typeof startScripted>>> {
  return startScripted(async (connection: ScriptedConnection) => {
    if (connection.index === 0) {
      await connection.request();
      await connection.reply(reply);
    }
    await healthyScript(connection);
  });
}

describe('a reply that is not the one that is due', () => {
  for (const [name, reply] of Object.entries(WRONG)) {
    it(`${name}: a ProtocolError, a new connection, and the next call is right`, async () => {
      const server = await startWrong(reply);
      const client = openClient(server.address, { retries: 0 });
      const desyncs: string[] = [];
      client.on('desync', ({ server: named }) => desyncs.push(named));
      const error = await rejection(client.get('k'), 'MC_PROTOCOL');
      expect(error).toMatchObject({ name: 'ProtocolError', server: server.name });
      expect(desyncs).toStrictEqual([server.name]);
      expect(await Promise.all(['k', 'a'].map((key) => client.get(key)))).toStrictEqual(
        ['k', 'a'].map(valueFor),
      );
      expect(server.connections.length).toBe(2);
    });
  }

  it('behind a value that looked right takes the value with it: a reply counts when it has ended', async () => {
    for (const tail of [valueBlock('k'), valueBlock('other'), 'STORED\r\n', 'garbage\r\n']) {
      const server = await startWrong(`${valueBlock('k')}${tail}END\r\n`);
      const client = openClient(server.address, { retries: 0 });
      const desyncs: string[] = [];
      client.on('desync', ({ server: named }) => desyncs.push(named));
      // Such a value may be the start of a longer one whose length was wrong.
      expect(await outcome(client.get('k'))).toBe('MC_PROTOCOL');
      await expect.poll(() => desyncs).toStrictEqual([server.name]);
      expect(await client.get('a')).toBe(valueFor('a'));
      expect(server.connections.length).toBe(2);
    }
  });

  it('takes down everything that is in flight on the connection, and nothing else', async () => {
    const server = await startWrong('STORED\r\n');
    const client = openClient(server.address, { retries: 0, mergeGets: false });
    const results = await Promise.all([client.get('k'), client.set('k', 1), client.get('b')].map(outcome));
    expect(results[0]).toBe('MC_PROTOCOL');
    for (const code of results.slice(1)) expect(['MC_PROTOCOL', 'MC_CONNECTION_LOST']).toContain(code);
    expect(await client.get('b')).toBe(valueFor('b'));
  });

  it('is refused by every operation that changes something', async () => {
    for (const reply of WRONG_TO_OTHERS) {
      for (const { name, call } of OPERATION_ROWS.filter((row) => STRICT.includes(row.name))) {
        const server = await startWrong(reply);
        const client = openClient(server.address);
        expect(await outcome(call(client, 'k')), `${name}: ${reply}`).toBe('MC_PROTOCOL');
        await client.close();
      }
    }
  });

  it('that comes unasked ends the connection before anyone can take it for his own', async () => {
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) {
        await connection.reply(healthyReply(request));
        if (connection.index === 0) await connection.reply(`${valueBlock('secret')}END\r\n`);
      }
    });
    const client = openClient(server.address);
    let desyncs = 0;
    client.on('desync', () => {
      desyncs += 1;
    });
    expect(await client.get('a')).toBe(valueFor('a'));
    await expect.poll(() => desyncs).toBe(1);
    expect(await client.get('b')).toBe(valueFor('b'));
    expect(server.connections.length).toBe(2);
  });

  it('of too long a value is refused before anything is allocated', async () => {
    const server = await startWrong('VALUE k 16 1001\r\n');
    const client = openClient(server.address, { retries: 0, maxValueBytes: 1000 });
    await rejection(client.get('k'), 'MC_PROTOCOL');
    expect(await client.get('k')).toBe(valueFor('k'));
  });

  it('counts as a failure of the server', async () => {
    const server = await startScripted(async (connection) => {
      await connection.request();
      await connection.reply('STORED\r\n');
    });
    const client = openClient(server.address, { retries: 0, failureLimit: 3, retryTimeoutMs: 200 });
    const next = () => expect.poll(() => outcome(client.get('k')), { interval: 5 });
    for (let index = 0; index < 3; index += 1) await next().toBe('MC_PROTOCOL');
    expect(await outcome(client.get('k'))).toBe('MC_SERVER_DOWN');
  });
});
