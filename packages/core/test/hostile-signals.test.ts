import type { MemcachedClient } from '@mc/core';
import { healthyScript, type ScriptedConnection, valueFor } from '@mc/testing';
import { OPERATION_ROWS } from '@mc/testing/suites';
import { describe, expect, it } from 'vitest';
import { someTurns, watchUncaught } from './hostile-uncaught.js';
import { openClient, outcome, startScripted } from './open-client.js';

type Operation = (client: MemcachedClient, options?: object) => Promise<unknown>;

const OPERATIONS: ReadonlyArray<readonly [name: string, call: Operation]> = [
  ...OPERATION_ROWS.map(
    ({ name, call }) => [name, (client, options) => call(client, 'k', options)] as [string, Operation],
  ),
  ['version', (client, options) => client.version(options)],
  ['stats', (client, options) => client.stats(undefined, options)],
  ['flushAll', (client, options) => client.flushAll(0, options)],
];

const refuse = (): never => {
  throw new Error('not a signal');
};

/** What is no signal; one object for both calls, as a caller would keep it. */
const MALFORMED: Readonly<Record<string, unknown>> = {
  'an empty object': {},
  'without a function to remove': { aborted: false, addEventListener() {} },
  'without a function to add': { aborted: false, removeEventListener() {} },
  'that throws when added to': { aborted: false, addEventListener: refuse, removeEventListener() {} },
  'that throws when removed from': { aborted: false, addEventListener() {}, removeEventListener: refuse },
  'that throws always': { aborted: false, addEventListener: refuse, removeEventListener: refuse },
  'that throws when asked': {
    get aborted(): boolean {
      return refuse();
    },
  },
  'with odd parts': { aborted: 'no', addEventListener: 1, removeEventListener: null },
  'that is a number': 5,
  'that is text': 'abort',
  'that is a function': () => {},
};

describe('a malformed signal', () => {
  for (const [name, signal] of Object.entries(MALFORMED)) {
    it(`${name} is refused or does no harm, twice in a row`, async () => {
      const uncaught = watchUncaught();
      const server = await startScripted(healthyScript);
      const client = openClient(server.address, { timeoutMs: 2000 });
      const events: string[] = [];
      for (const event of ['down', 'desync', 'disconnect'] as const) {
        client.on(event, () => events.push(event));
      }
      for (const [operation, call] of OPERATIONS) {
        const right = await outcome(call(client));
        for (let time = 0; time < 2; time += 1) {
          const result = await outcome(call(client, { signal }));
          if (result !== 'MC_INVALID_ARGUMENT') expect(result, operation).toStrictEqual(right);
        }
      }
      expect(await client.get('next')).toBe(valueFor('next'));
      expect(server.connections.length).toBe(1);
      expect(events).toStrictEqual([]);
      await someTurns();
      expect(uncaught).toStrictEqual([]);
      await client.close();
    });
  }

  it('is refused where calls wait for it together with good ones', async () => {
    const server = await startScripted(healthyScript);
    const client = openClient(server.address, { timeoutMs: 2000 });
    const [good, bad] = [new AbortController(), { aborted: false, addEventListener: refuse }];
    const keys = ['a', 'b', 'c'];
    const results = await Promise.all(
      keys.flatMap((key) => [
        outcome(client.get(key, { signal: good.signal })),
        outcome(client.get(key, { signal: bad as never })),
      ]),
    );
    expect(results.filter((_, at) => at % 2 === 0)).toStrictEqual(keys.map(valueFor));
    expect(results.filter((_, at) => at % 2 === 1)).toStrictEqual(keys.map(() => 'MC_INVALID_ARGUMENT'));
  });

  it('of null or undefined is none', async () => {
    const server = await startScripted(healthyScript);
    const client = openClient(server.address);
    for (const [operation, call] of OPERATIONS) {
      const right = await outcome(call(client));
      expect(await outcome(call(client, { signal: null })), operation).toStrictEqual(right);
      expect(await outcome(call(client, { signal: undefined })), operation).toStrictEqual(right);
    }
  });
});

/** More than the sockets of both sides hold, so that most of it is never sent to a server that does not read. */
const LARGE = new Uint8Array(30_000_000);
const BAD_CONNECTIONS = 3;

/** Takes the beginning of what comes, and reads no more. */
async function readLittle(connection: ScriptedConnection): Promise<void> {
  while (connection.received === '' && connection.open) await someTurns();
  connection.stopReading();
}

describe('large sets that their callers give up', () => {
  for (const end of ['aborted', 'timed out'] as const) {
    it(`${end} three times do not mark the server down`, async () => {
      const server = await startScripted((connection) =>
        connection.index < BAD_CONNECTIONS ? readLittle(connection) : healthyScript(connection),
      );
      const client = openClient(server.address, {
        failureLimit: BAD_CONNECTIONS,
        timeoutMs: 20_000,
        connectionTimeoutMs: 20_000,
      });
      const events: string[] = [];
      for (const event of ['down', 'desync'] as const) client.on(event, () => events.push(event));
      for (let time = 0; time < BAD_CONNECTIONS; time += 1) {
        const abort = new AbortController();
        const options = end === 'aborted' ? { signal: abort.signal } : { timeoutMs: 1500 };
        const call = outcome(client.set('large', LARGE, options));
        await expect.poll(() => server.connections[time]?.received.slice(0, 3), { interval: 1 }).toBe('set');
        abort.abort();
        expect(await call).toBe(end === 'aborted' ? 'MC_ABORTED' : 'MC_TIMEOUT');
      }
      expect(await client.get('next')).toBe(valueFor('next'));
      expect(events).toStrictEqual([]);
    });
  }
});
