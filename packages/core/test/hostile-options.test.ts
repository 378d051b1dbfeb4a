import { jsonCodec } from '@mc/codec-json';
import { type ClientOptions, createClient, type MemcachedClient } from '@mc/core';
import { createClient as createBatteriesClient } from '@mc/memcached';
import { healthyScript, type ScriptedServer, valueFor } from '@mc/testing';
import { OPERATION_ROWS, rejection } from '@mc/testing/suites';
import { tcpTransport } from '@mc/transport-tcp';
import { describe, expect, it } from 'vitest';
import { openClient, outcome, startScripted } from './open-client.js';

type Operation = (client: MemcachedClient, options?: unknown) => Promise<unknown>;

const OPERATIONS: ReadonlyArray<readonly [name: string, call: Operation]> = [
  ...OPERATION_ROWS.map(
    ({ name, call }) =>
      [name, (client, options) => call(client, 'k', options as object)] as [string, Operation],
  ),
  ['version', (client, options) => client.version(options as object)],
  ['stats', (client, options) => client.stats(undefined, options as object)],
  ['flushAll', (client, options) => client.flushAll(0, options as object)],
];

/** What becomes of the call; that it throws before it returns a promise is an outcome of its own. */
async function outcomeOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await outcome(call());
  } catch (error) {
    return { thrown: error };
  }
}

const boom = (): never => {
  throw new Error('boom');
};

describe('the options of a call', () => {
  it('of null are none', async () => {
    const server = await startScripted(healthyScript);
    const client = openClient(server.address);
    for (const [name, call] of OPERATIONS) {
      const right = await outcome(call(client));
      expect(await outcomeOf(() => call(client, null)), name).toStrictEqual(right);
    }
  });

  it('that throw when read reject the call', async () => {
    const server = await startScripted(healthyScript);
    const client = openClient(server.address);
    const getters = Object.defineProperties(
      {},
      Object.fromEntries(
        ['ttl', 'signal', 'timeoutMs', 'fallback', 'keyPrefix', 'delta', 'minCompressLen'].map((name) => [
          name,
          { get: boom },
        ]),
      ),
    );
    for (const [name, call] of OPERATIONS) {
      for (const options of [getters, new Proxy({}, { get: boom })]) {
        const calls: Promise<unknown>[] = [];
        expect(() => calls.push(call(client, options)), name).not.toThrow();
        await expect(calls[0], name).rejects.toThrow();
      }
    }
    expect(await client.get('next')).toBe(valueFor('next'));
  });

  for (const [name, options] of Object.entries({
    'a number': 60,
    text: 'x',
    true: true,
    'a bigint': 1n,
    'a symbol': Symbol('x'),
    'a function': () => {},
    'a Date': new Date(),
    'an array': [],
  })) {
    it(`that are ${name} are refused by every operation, and nothing is sent`, async () => {
      const server = await startScripted(healthyScript);
      const client = openClient(server.address);
      for (const [operation, call] of OPERATIONS) {
        expect(await outcomeOf(() => call(client, options)), operation).toBe('MC_INVALID_ARGUMENT');
      }
      expect(server.received).toBe('');
    });
  }

  it('with a minCompressLen that is no count of bytes are refused, and nothing is sent', async () => {
    const server = await startScripted(healthyScript);
    const client = openClient(server.address);
    for (const minCompressLen of ['x', '5', -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 5n, {}]) {
      const options = { minCompressLen: minCompressLen as never };
      for (const call of [
        () => client.set('k', 'v', options),
        () => client.add('k', 'v', options),
        () => client.replace('k', 'v', options),
        () => client.setMulti({ k: 'v' }, options),
        () => client.addMulti({ k: 'v' }, options),
      ]) {
        expect(await outcomeOf(call), String(minCompressLen)).toBe('MC_INVALID_ARGUMENT');
      }
    }
    expect(server.received).toBe('');
  });
});

describe('entries', () => {
  class Point {
    readonly x = 1;
  }
  for (const [name, entries] of Object.entries({
    'a promise': Promise.resolve({ k: 1 }),
    'a Date': new Date(),
    'an instance of a class': new Point(),
    'a number': 5,
    text: 'k',
    bytes: Uint8Array.of(1),
    'a function': () => ({ k: 1 }),
    null: null,
    undefined: undefined,
    'pairs that are none': [['k']],
  })) {
    it(`that are ${name} are refused, and nothing is sent`, async () => {
      const server = await startScripted(healthyScript);
      const client = openClient(server.address);
      for (const call of [client.setMulti, client.addMulti]) {
        expect(await outcomeOf(() => call.call(client, entries as never))).toBe('MC_INVALID_ARGUMENT');
      }
      expect(server.received).toBe('');
    });
  }

  it('may be an object, also one without a prototype, a Map or an iterable', async () => {
    const server = await startScripted(healthyScript);
    const client = openClient(server.address);
    const bare = Object.assign(Object.create(null) as Record<string, unknown>, { k: 1 });
    for (const entries of [{ k: 1 }, bare, new Map([['k', 1]]), [['k', 1] as const].values()]) {
      expect(await client.setMulti(entries)).toStrictEqual([]);
    }
    expect(server.received).toBe('set k 4 0 1\r\n1\r\n'.repeat(4));
  });
});

describe('the words of stats', () => {
  for (const group of ['cachedump 1 10', 'sizes_enable', 'sizes_disable', 'detail dump']) {
    it(`"${group}" are refused, and nothing is sent`, async () => {
      const server = await startScripted(healthyScript);
      const client = openClient(server.address);
      await rejection(client.stats(group), 'MC_INVALID_ARGUMENT');
      expect(server.received).toBe('');
      expect(await client.get('next')).toBe(valueFor('next'));
    });
  }
});

describe('a view', () => {
  /** A view of a view with settings of its own. */
  const viewOf = (server: ScriptedServer, options: Partial<ClientOptions> = {}): MemcachedClient =>
    openClient(server.address, { timeoutMs: 120_000, ...options }).with({
      keyPrefix: 'tenant:',
      timeoutMs: 1500,
    });

  it('keeps the prefix where it is given undefined', async () => {
    const server = await startScripted(healthyScript);
    const view = viewOf(server).with({ keyPrefix: undefined as never });
    expect(await view.get('k')).toBe(valueFor('tenant:k'));
    expect(await view.clone().get('k')).toBe(valueFor('tenant:k'));
  });

  it('keeps the timeout where it is given undefined', async () => {
    const server = await startScripted(() => {});
    const view = viewOf(server).with({ timeoutMs: undefined as never });
    await rejection(view.get('k'), 'MC_TIMEOUT');
  });

  it('keeps the codec where it is given undefined', async () => {
    const server = await startScripted(healthyScript);
    const view = viewOf(server).with({ codec: undefined as never, compressor: undefined as never });
    expect(await view.set('k', { a: 1 })).toBe(true);
    expect(server.received).toBe('set tenant:k 48 0 7\r\n{"a":1}\r\n');
  });

  it('has the servers of its client, and so has its clone', async () => {
    const [server, other] = [await startScripted(healthyScript), await startScripted(healthyScript)];
    const view = viewOf(server).with({ servers: other.name, keyPrefix: 'x:' } as never);
    const clone = view.clone();
    expect([view.serverFor('k').name, clone.serverFor('k').name]).toStrictEqual([server.name, server.name]);
    expect(await clone.get('k')).toBe(valueFor('x:k'));
    expect(other.connections.length).toBe(0);
    await clone.close();
  });
});

describe('createClient', () => {
  const configuration = expect.objectContaining({ code: 'MC_CONFIGURATION' });
  const parts = () => ({ transport: tcpTransport(), codec: jsonCodec() });
  const wrong: Readonly<Record<string, unknown>> = {
    null: null,
    'a number': 42,
    'a function': () => {},
    'an option called server': { server: 'x' },
    'an option called url': { url: 'memcached://x' },
    'an unknown option': { servers: 'x', timeout: 5 },
    'servers of null': { servers: null },
    'servers of a number': { servers: 5 },
    'a list with null': { servers: [null] },
  };

  for (const [name, options] of Object.entries(wrong)) {
    it(`of @mc/core refuses ${name}`, () => {
      const isOptions = typeof options === 'object' && options !== null;
      const full = isOptions ? { ...parts(), ...options } : options;
      expect(() => createClient(full as never)).toThrow(configuration);
    });

    it(`of @mc/memcached refuses ${name}`, () => {
      expect(() => createBatteriesClient(options as never)).toThrow(configuration);
    });
  }

  it('of @mc/core refuses text and nothing, for it needs a transport', () => {
    for (const options of ['localhost', undefined]) {
      expect(() => createClient(options as never)).toThrow(configuration);
    }
  });

  it('of @mc/memcached takes nothing for the server on this machine', () => {
    expect(createBatteriesClient().serverFor('k').name).toBe('localhost:11211');
    expect(createBatteriesClient(undefined).serverFor('k').name).toBe('localhost:11211');
  });
});

describe('events', () => {
  it('tell of a close without an error', async () => {
    const server = await startScripted(healthyScript);
    const client = openClient(server.address);
    const seen: unknown[] = [];
    client.on('connect', (detail) => seen.push(detail));
    client.on('disconnect', (detail) => seen.push(detail));
    await client.get('k');
    await client.close();
    const { name } = server;
    await expect.poll(() => seen).toStrictEqual([{ server: name }, { server: name, error: undefined }]);
  });

  it('that do not exist, and listeners that are none, are refused', () => {
    const client = openClient({ host: '127.0.0.1' });
    const invalid = expect.objectContaining({ code: 'MC_INVALID_ARGUMENT' });
    for (const event of ['nosuch', 'toString', '__proto__', undefined, null, 5]) {
      expect(() => client.on(event as never, () => {})).toThrow(invalid);
    }
    for (const listener of [undefined, null, 5, 'x', {}]) {
      expect(() => client.on('disconnect', listener as never)).toThrow(invalid);
    }
  });
});
