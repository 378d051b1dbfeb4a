import type {
  ClientOptions,
  ErrorCode,
  Link,
  LinkEvents,
  MemcachedClient,
  Server,
  ServerSnapshot,
  Transport,
} from '@mc/core';
import {
  type ConnectionScript,
  expectsMemcached,
  healthyReply,
  healthyScript,
  type ScriptedConnection,
  valueFor,
} from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openClient, outcome, startReal, startScripted } from './open-client.js';

/** Nothing is sent again and nothing comes back by itself. */
const STILL: Partial<ClientOptions> = { retries: 0, retryTimeoutMs: 60_000 };

const stateOf = (client: MemcachedClient): ServerSnapshot => client.servers()[0] as ServerSnapshot;

/** Answers each request with the same bytes. */
const always =
  (reply: string): ConnectionScript =>
  async (connection: ScriptedConnection) => {
    for await (const _request of connection.requests()) await connection.reply(reply);
  };

/** A transport whose connections never open: a host that drops packets. */
const neverOpens: Transport = {
  connect: (_server: Server, events: LinkEvents): Link => {
    const close = (error?: Error) => void setImmediate(() => events.onClose(error));
    return { write: () => true, close: () => close(), destroy: close };
  },
};

/** Makes a call that fails; where the client rests just then, one after another until one is tried. */
async function failOnce(client: MemcachedClient, code: ErrorCode): Promise<void> {
  const before = stateOf(client).failures;
  const fails = async () => {
    await outcome(client.set('k', 1, { timeoutMs: 5000 }));
    return stateOf(client).failures;
  };
  await expect.poll(fails, { interval: 10 }).toBe(before + 1);
  expect(stateOf(client).error?.code).toBe(code);
}

describe('what counts against a server', () => {
  const FAILURES: Readonly<
    Record<string, { code: ErrorCode; script?: ConnectionScript; options?: Partial<ClientOptions> }>
  > = {
    'a connection that is refused': { code: 'MC_CONNECT_FAILED' },
    'a connection that is not made in time': {
      code: 'MC_CONNECT_FAILED',
      options: { transport: neverOpens, connectTimeoutMs: 30 },
    },
    'a connection that owes a reply and is silent': {
      code: 'MC_CONNECTION_LOST',
      script: () => {},
      options: { connectionTimeoutMs: 30 },
    },
    'a value that stops in the middle': {
      code: 'MC_CONNECTION_LOST',
      script: always('STO'),
      options: { connectionTimeoutMs: 30 },
    },
    'words that are no reply': { code: 'MC_PROTOCOL', script: always('HTTP/1.1 400 Bad Request\r\n') },
    'a reply to another command': { code: 'MC_PROTOCOL', script: always('TOUCHED\r\n') },
    'a reply that nobody asked for': { code: 'MC_PROTOCOL', script: always('STORED\r\nSTORED\r\n') },
    'a connection that ends without an answer': {
      code: 'MC_CONNECTION_LOST',
      script: async (connection) => {
        await connection.request();
        connection.end();
      },
    },
  };

  for (const [name, { code, script, options }] of Object.entries(FAILURES)) {
    it(`${name}: twice is failing, three times is down`, async () => {
      const server = await startScripted(script ?? (() => {}));
      if (script === undefined) await server.refuse();
      const client = openClient(server.address, { ...STILL, retryTimeoutMs: 200, ...options });
      const events: string[] = [];
      for (const event of ['down', 'up'] as const) client.on(event, () => events.push(event));
      expect(stateOf(client)).toMatchObject({ state: 'idle', failures: 0, error: undefined });
      await failOnce(client, code);
      expect(stateOf(client).state).toMatch(/^(failing|idle)$/);
      await failOnce(client, code);
      expect([stateOf(client).state, events]).toStrictEqual(['failing', []]);
      await failOnce(client, code);
      expect([stateOf(client).state, events]).toStrictEqual(['down', ['down']]);
      const error = await rejection(client.get('k'), 'MC_SERVER_DOWN');
      expect(error).toMatchObject({ written: 'no', server: server.name, cause: { code } });
    });
  }

  it('is forgotten with the first success', async () => {
    let isGood = false;
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) {
        await connection.reply(isGood ? healthyReply(request) : 'garbage\r\n');
      }
    });
    const client = openClient(server.address, { ...STILL, retryTimeoutMs: 20 });
    for (let round = 0; round < 3; round += 1) {
      isGood = false;
      await failOnce(client, 'MC_PROTOCOL');
      await failOnce(client, 'MC_PROTOCOL');
      expect(stateOf(client)).toMatchObject({
        state: 'failing',
        failures: 2,
        error: { code: 'MC_PROTOCOL' },
      });
      isGood = true;
      await expect.poll(() => outcome(client.set('k', 1)), { interval: 5 }).toBe(true);
      expect(stateOf(client)).toMatchObject({ state: 'connected', failures: 0, error: undefined });
    }
  });
});

describe('a refusal of a server that is down', () => {
  it('tells all but its stack, and leaves the depth of others as it was', async () => {
    const server = await startScripted(() => {});
    await server.refuse();
    const client = openClient(server.address, { ...STILL, failureLimit: 1 });
    const cause = await rejection(client.get('k'), 'MC_CONNECT_FAILED');
    const limit = Error.stackTraceLimit;
    const error = await rejection(client.get('k'), 'MC_SERVER_DOWN');
    expect(Error.stackTraceLimit).toBe(limit);
    expect(error).toMatchObject({ name: 'ServerDownError', server: server.name, cause, written: 'no' });
    expect(error.message).toContain(server.name);
    expect(error.stack).not.toMatch(/\n +at /);
    expect(new Error('other').stack).toMatch(/\n +at /);
  });

  it('has its stack where the globals are frozen', async () => {
    const server = await startScripted(() => {});
    await server.refuse();
    const client = openClient(server.address, { ...STILL, failureLimit: 1 });
    await rejection(client.get('k'), 'MC_CONNECT_FAILED');
    const limit = Error.stackTraceLimit;
    Object.defineProperty(Error, 'stackTraceLimit', { writable: false });
    onTestFinished(
      () => void Object.defineProperty(Error, 'stackTraceLimit', { writable: true, value: limit }),
    );
    const error = await rejection(client.get('k'), 'MC_SERVER_DOWN');
    expect(error.stack).toMatch(/\n +at /);
  });
});

describe('a server whose connections end without an answer', () => {
  const dropping = async (connection: ScriptedConnection) => {
    await connection.request();
    connection.end();
  };

  for (const [name, call] of Object.entries({
    'one read at a time': (client: MemcachedClient) => client.get('k'),
    'one write at a time': (client: MemcachedClient) => client.set('k', 1),
  })) {
    it(`is down after three, with ${name}`, async () => {
      const server = await startScripted(dropping);
      const client = openClient(server.address, { retryTimeoutMs: 100 });
      const lost = () => outcome(call(client));
      await expect.poll(lost, { interval: 5 }).toBe('MC_SERVER_DOWN');
      // A read is sent again once, and that connection is not held against the server: its key may be the cause.
      expect(server.connections.length).toBeLessThanOrEqual(7);
    });
  }
});

describe('what never counts against a server', () => {
  const REPLIES: Readonly<Record<string, ErrorCode>> = {
    'SERVER_ERROR Host is down': 'MC_SERVER_ERROR',
    'SERVER_ERROR out of memory storing object': 'MC_OUT_OF_MEMORY',
    'SERVER_ERROR out of memory writing get response': 'MC_OUT_OF_MEMORY',
    'SERVER_ERROR object too large for cache': 'MC_VALUE_TOO_LARGE',
    'CLIENT_ERROR invalid exptime argument': 'MC_CLIENT_ERROR',
  };

  async function expectUntouched(client: MemcachedClient, connections: readonly unknown[]): Promise<void> {
    expect(stateOf(client)).toMatchObject({ state: 'connected', failures: 0, error: undefined });
    expect(connections.length).toBe(1);
  }

  for (const [reply, code] of Object.entries(REPLIES)) {
    it(`${reply}`, async () => {
      const server = await startScripted(always(`${reply}\r\n`));
      const client = openClient(server.address, { ...STILL, failureLimit: 1 });
      for (let count = 0; count < 5; count += 1) await rejection(client.set('k', 1), code);
      await expectUntouched(client, server.connections);
    });
  }

  it('a miss, a value that is not stored, a counter that is none, a value that cannot be read', async () => {
    const replies: Readonly<Record<string, string>> = {
      get: 'END\r\n',
      add: 'NOT_STORED\r\n',
      cas: 'EXISTS\r\n',
      incr: 'CLIENT_ERROR cannot increment or decrement non-numeric value\r\n',
      gat: 'VALUE k 224 1\r\nx\r\nEND\r\n',
    };
    const server = await startScripted(async (connection) => {
      for await (const { verb } of connection.requests())
        await connection.reply(replies[verb] ?? 'NOT_FOUND\r\n');
    });
    const client = openClient(server.address, { ...STILL, failureLimit: 1 });
    expect(await client.get('k')).toBeUndefined();
    expect(await client.add('k', 1)).toBe(false);
    expect(await client.cas('k', 1, 1n)).toBe(false);
    expect(await client.delete('k')).toBe(false);
    await rejection(client.incr('k'), 'MC_CLIENT_ERROR');
    await rejection(client.decr('k'), 'MC_CACHE_MISS');
    await rejection(client.getAndTouch('k', 5), 'MC_DECODE');
    await expectUntouched(client, server.connections);
  });

  it('a call that ran out of time, was aborted, or asked for what is no key', async () => {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) {
        if (request.keys.includes('slow')) await released;
        await connection.reply(healthyReply(request));
      }
    });
    const client = openClient(server.address, { ...STILL, failureLimit: 1, timeoutMs: 5000 });
    await client.get('k');
    await rejection(client.get('slow', { timeoutMs: 300 }), 'MC_TIMEOUT');
    const abort = new AbortController();
    const aborted = rejection(client.get('other', { signal: abort.signal }), 'MC_ABORTED');
    await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    await aborted;
    release();
    await rejection(client.get('no key'), 'MC_INVALID_KEY');
    expect(await client.get('k')).toBe(valueFor('k'));
    await expectUntouched(client, server.connections);
  });

  it('a value over a limit of our own, though it costs the connection', async () => {
    const server = await startScripted(healthyScript);
    const client = openClient(server.address, { ...STILL, failureLimit: 1, maxValueBytes: 20 });
    const long = 'k'.repeat(40);
    for (let count = 0; count < 3; count += 1) {
      await rejection(client.get(long), 'MC_PROTOCOL');
      expect(stateOf(client)).toMatchObject({ failures: 0, error: undefined });
    }
    expect(await client.get('k')).toBe(valueFor('k'));
  });

  it('a connection that ends while nothing is owed, or after it has answered', async () => {
    const server = await startScripted(async (connection) => {
      const request = await connection.request();
      if (request !== undefined) await connection.reply(healthyReply(request));
      await connection.request();
      connection.end();
    });
    const client = openClient(server.address, { ...STILL, failureLimit: 1, retryTimeoutMs: 20 });
    for (let count = 0; count < 3; count += 1) {
      await expect.poll(() => outcome(client.get('k')), { interval: 5 }).toBe(valueFor('k'));
      await rejection(client.set('k', 1), 'MC_CONNECTION_LOST');
      expect(stateOf(client)).toMatchObject({ state: 'idle', failures: 0, error: undefined });
    }
  });
});

if (expectsMemcached()) {
  describe('a real memcached that refuses values', () => {
    it('too large for it, or for the memory that is left, is none the worse', async () => {
      const server = await startReal({ memoryMegabytes: 2, args: ['-M'] });
      const client = openClient(server.address, { ...STILL, failureLimit: 1, timeoutMs: 5000 });
      const before = (await client.stats()).get(server.name)?.get('total_connections');
      await rejection(client.set('large', new Uint8Array(2 ** 21)), 'MC_VALUE_TOO_LARGE');
      const body = new Uint8Array(100_000);
      const codes = new Set<unknown>();
      for (let count = 0; count < 100; count += 1) codes.add(await outcome(client.set(`key-${count}`, body)));
      expect(codes).toStrictEqual(new Set([true, 'MC_OUT_OF_MEMORY']));
      expect(stateOf(client)).toMatchObject({ state: 'connected', failures: 0, error: undefined });
      expect((await client.stats()).get(server.name)?.get('total_connections')).toBe(before);
    });
  });
}
