import type { Compressor, MemcachedClient } from '@mc/core';
import { healthyScript, type ScriptedConnection, valueFor } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { someTurns, watchUncaught } from './hostile-uncaught.js';
import { openClient, outcome, startScripted } from './open-client.js';

/** Text, compressed by the user's own compressor. */
const FLAGS = (7 << 8) | 16;

const READS: Readonly<Record<string, (client: MemcachedClient, options?: object) => Promise<unknown>>> = {
  get: (client, options) => client.get('k', options),
  gets: (client, options) => client.gets('k', options),
  getMulti: (client, options) => client.getMulti(['k'], options),
  getsMulti: (client, options) => client.getsMulti(['k'], options),
  getAndTouch: (client, options) => client.getAndTouch('k', 100, options),
};

/** A compressor whose reading rejects a turn later, and a promise that resolves when all have rejected. */
function rejectingCompressor(): { readonly compressor: Compressor; readonly rejected: Promise<void> } {
  const { promise: rejected, resolve } = deferred();
  const compressor: Compressor = {
    name: 'odd',
    id: 7,
    compress: (data) => data,
    decompress: async () => {
      await new Promise((done) => setImmediate(done));
      setImmediate(resolve);
      throw new Error('unreadable');
    },
  };
  return { compressor, rejected };
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  const parts = { resolve: () => {} };
  const promise = new Promise<void>((resolve) => {
    parts.resolve = resolve;
  });
  return { promise, resolve: () => parts.resolve() };
}

function block(cas: boolean, flags: number = FLAGS, text = 'abc'): string {
  return `VALUE k ${flags} ${text.length}${cas ? ' 9' : ''}\r\n${text}\r\n`;
}

/** What a code stands for in a batch, whose error names the codes of its parts. */
async function codeOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (value) => value,
    (error: { code: string; cause?: { code?: string } }) =>
      error.code === 'MC_PARTIAL_FAILURE' ? error.cause?.code : error.code,
  );
}

describe('a value whose decompression rejects', () => {
  for (const [name, read] of Object.entries(READS)) {
    /** A server that sends the value at once and its END when `end` resolves, then is healthy. */
    const startTorn = (end: Promise<void>) =>
      startScripted(async (connection: ScriptedConnection) => {
        await connection.request();
        await connection.reply(block(name.startsWith('gets')));
        await end;
        await someTurns();
        await connection.reply('END\r\n');
        await healthyScript(connection);
      });

    it(`before the END has come is a DecodeError: ${name}`, async () => {
      const uncaught = watchUncaught();
      const { compressor, rejected } = rejectingCompressor();
      const server = await startTorn(rejected);
      const client = openClient(server.address, { readCompressors: [compressor], timeoutMs: 5000 });
      expect(await codeOf(read(client))).toBe('MC_DECODE');
      expect(await client.get('next')).toBe(valueFor('next'));
      await someTurns();
      expect(uncaught).toStrictEqual([]);
    });

    for (const end of ['a timeout', 'an abort'] as const) {
      it(`before ${end} is that: ${name}`, async () => {
        const uncaught = watchUncaught();
        const { compressor, rejected } = rejectingCompressor();
        const settled = deferred();
        const server = await startTorn(settled.promise);
        const client = openClient(server.address, { readCompressors: [compressor], timeoutMs: 5000 });
        const abort = new AbortController();
        const call = codeOf(
          read(client, end === 'an abort' ? { signal: abort.signal } : { timeoutMs: 1000 }),
        );
        await rejected;
        await someTurns();
        abort.abort();
        expect(await call).toBe(end === 'an abort' ? 'MC_ABORTED' : 'MC_TIMEOUT');
        settled.resolve();
        expect(await client.get('next')).toBe(valueFor('next'));
        await someTurns();
        expect(uncaught).toStrictEqual([]);
      });
    }

    it(`after the call has ended makes no noise: ${name}`, async () => {
      const uncaught = watchUncaught();
      const called = deferred();
      const settled = deferred();
      const decompress = async (): Promise<Uint8Array> => {
        called.resolve();
        await settled.promise;
        throw new Error('unreadable');
      };
      const compressor: Compressor = { name: 'odd', id: 7, compress: (data) => data, decompress };
      const server = await startTorn(settled.promise);
      const client = openClient(server.address, { readCompressors: [compressor], timeoutMs: 5000 });
      const abort = new AbortController();
      const call = codeOf(read(client, { signal: abort.signal }));
      await called.promise;
      abort.abort();
      expect(await call).toBe('MC_ABORTED');
      settled.resolve();
      expect(await client.get('next')).toBe(valueFor('next'));
      await someTurns();
      expect(uncaught).toStrictEqual([]);
    });
  }
});

describe('a reply that cannot be read and is not whole', () => {
  const { getAndTouch: _, ...retried } = READS;
  const unreadable: Readonly<Record<string, number>> = {
    'by its flags': 4,
    'by its compressor': FLAGS,
  };
  for (const [why, flags] of Object.entries(unreadable)) {
    for (const [name, read] of Object.entries(retried)) {
      it(`${why} is none: the second one counts (${name})`, async () => {
        const uncaught = watchUncaught();
        const { compressor } = rejectingCompressor();
        const cas = name.startsWith('gets');
        const server = await startScripted(async (connection) => {
          await connection.request();
          if (connection.index === 0) {
            await connection.reply(block(cas, flags));
            await someTurns();
            connection.end();
            return;
          }
          await connection.reply(`${block(cas, 4, '7')}END\r\n`);
        });
        const client = openClient(server.address, { readCompressors: [compressor], timeoutMs: 5000 });
        const value = cas ? { value: 7, cas: 9n } : 7;
        expect(await outcome(read(client))).toStrictEqual(
          name.endsWith('Multi') ? new Map([['k', value]]) : value,
        );
        await someTurns();
        expect(uncaught).toStrictEqual([]);
        expect(server.connections.length).toBe(2);
      });
    }
  }
});

describe('deserialize', () => {
  const client = () =>
    openClient({ host: '127.0.0.1' }, { readCompressors: [rejectingCompressor().compressor] });

  it('reads bytes and flags', () => {
    expect(client().deserialize(Buffer.from('5'), 4)).toBe(5);
  });

  for (const [name, data] of Object.entries({
    text: 'x',
    null: null,
    undefined,
    'a length': { length: 3 },
  })) {
    it(`refuses ${name}`, () => {
      const invalid = expect.objectContaining({ code: 'MC_INVALID_ARGUMENT' });
      expect(() => client().deserialize(data as never, 0)).toThrow(invalid);
    });
  }

  it('cannot wait for a compressor that needs time', async () => {
    const uncaught = watchUncaught();
    const unreadable = expect.objectContaining({ code: 'MC_DECODE' });
    expect(() => client().deserialize(Buffer.from('abc'), FLAGS)).toThrow(unreadable);
    await someTurns();
    expect(uncaught).toStrictEqual([]);
  });
});
