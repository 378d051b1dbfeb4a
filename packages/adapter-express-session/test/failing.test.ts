import { type MemcachedSessionStore, memcachedSessions } from '@mc/adapter-express-session';
import { createClient } from '@mc/memcached';
import { expectsMemcached, faultyTransport, scriptedServer, startMemcached } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { describe, expect, it } from 'vitest';
import { PATIENT } from '../../../test/patience.js';
import { called, dataOf, failuresOf, openStore, sessionOf, subjects } from './open-store.js';

const UNREACHABLE = { code: expect.stringMatching(/^MC_(CONNECT_FAILED|CONNECTION_LOST|SERVER_DOWN)$/) };

function openFaulty(options = {}) {
  const transport = faultyTransport(memoryTransport());
  return {
    transport,
    store: openStore({ servers: 'embedded:11211', transport, retryTimeoutMs: 50, ...options }),
  };
}

function writes(store: MemcachedSessionStore) {
  return [
    () => called((callback) => store.set('id', sessionOf(), callback)),
    () => called((callback) => store.touch('id', sessionOf(), callback)),
  ];
}

describe('a server that is not there', () => {
  it('breaks no page: the session is empty, none is saved, and an event and a count tell', async () => {
    const { transport, store } = openFaulty();
    transport.refuse();
    const seen = failuresOf(store);
    expect(await dataOf(store, 'id')).toStrictEqual({});
    for (const write of writes(store)) await write();
    expect(seen.map((failure) => failure.split(' ')[0])).toStrictEqual(['get', 'set', 'touch']);
    expect(store.failures).toBe(3);
  });

  it('is an error for a logout, so that none is taken for done that was not', async () => {
    const { transport, store } = openFaulty();
    await called((callback) => store.set('id', sessionOf({ user: 'Ada' }), callback));
    transport.refuse();
    transport.cut();
    await expect(called((callback) => store.destroy('id', callback))).rejects.toMatchObject(UNREACHABLE);
    transport.accept();
    await expect.poll(() => dataOf(store, 'id')).toStrictEqual({ user: 'Ada' });
  });

  it('is an error for what is told or done of all sessions', async () => {
    const { transport, store } = openFaulty();
    transport.refuse();
    await expect(called((callback) => store.all(callback))).rejects.toBeInstanceOf(Error);
    await expect(called((callback) => store.length(callback))).rejects.toBeInstanceOf(Error);
    await expect(called((callback) => store.clear(callback))).rejects.toBeInstanceOf(Error);
  });

  it('is an error everywhere where that is asked for', async () => {
    const { transport, store } = openFaulty({ onServerFailure: 'throw' });
    transport.refuse();
    await expect(dataOf(store, 'id')).rejects.toMatchObject(UNREACHABLE);
    for (const write of writes(store)) await expect(write()).rejects.toMatchObject(UNREACHABLE);
    expect(store.failures).toBe(0);
  });

  it('is told by the event where nobody is called back', async () => {
    const { transport, store } = openFaulty({ onServerFailure: 'throw' });
    transport.refuse();
    const seen = failuresOf(store);
    store.set('id', sessionOf());
    store.destroy('id');
    await expect.poll(() => seen.length).toBe(2);
  });
});

describe('a server that takes no session', () => {
  it('is an error that says so, and gives no words of ours for the server’s', async () => {
    await using server = await scriptedServer(async (connection) => {
      for await (const { verb } of connection.requests()) {
        await connection.reply(verb === 'set' ? 'NOT_STORED\r\n' : 'END\r\n');
      }
    });
    const store = openStore({ servers: server.address, ...PATIENT });
    const error: { serverMessage?: string } = await new Promise((resolve) =>
      store.set('id', sessionOf(), (reason) => resolve(reason as object)),
    );
    expect(error).toMatchObject({ code: 'MC_SERVER_ERROR', message: 'the server did not store the session' });
    expect(error.serverMessage).toBeUndefined();
    expect(store.failures).toBe(0);
  });
});

for (const { name, open } of subjects()) {
  describe(`a refusal of ${name}`, () => {
    it('is an error: a session that is too large', async () => {
      const store = open();
      const large = sessionOf({ more: 'x'.repeat(2 * 1024 * 1024) });
      await expect(called((callback) => store.set('id', large, callback))).rejects.toMatchObject({
        code: 'MC_VALUE_TOO_LARGE',
      });
      expect(store.failures).toBe(0);
    });

    it('of a session that is no JSON, or an id that is no text, is an error', async () => {
      const store = open();
      const circular = sessionOf();
      circular.more = circular;
      await expect(called((callback) => store.set('id', circular, callback))).rejects.toThrow(/circular/i);
      for (const sid of ['', undefined, 7]) {
        await expect(dataOf(store, sid as string)).rejects.toMatchObject({ code: 'MC_INVALID_KEY' });
      }
      await expect(
        called((callback) => store.set('id', undefined as never, callback)),
      ).rejects.toBeInstanceOf(Error);
    });

    it('comes from a store that is closed, as often as it was', async () => {
      const store = open();
      await called((callback) => store.set('id', sessionOf(), callback));
      await store.close();
      await store.close();
      const calls = [
        () => dataOf(store, 'id'),
        ...writes(store),
        () => called((callback) => store.destroy('id', callback)),
        () => called((callback) => store.all(callback)),
        () => called((callback) => store.clear(callback)),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'MC_CLOSED' });
      expect(store.failures).toBe(0);
    });
  });
}

if (expectsMemcached()) {
  describe('a memcached', () => {
    it('may die in between and come back', async () => {
      // At a path, which nobody else can take while it is gone.
      await using server = await startMemcached({ unixSocket: true });
      const store = openStore({ servers: server.address, ...PATIENT, retryTimeoutMs: 50 });
      await called((callback) => store.set('id', sessionOf(), callback));
      await server.kill();
      expect(await dataOf(store, 'id')).toStrictEqual({});
      for (const write of writes(store)) await write();
      expect(store.failures).toBe(3);
      await server.restart();
      await expect
        .poll(async () => {
          await called((callback) => store.set('id', sessionOf({ user: 'Ada' }), callback));
          return dataOf(store, 'id');
        })
        .toStrictEqual({ user: 'Ada' });
    });

    it('that does not tell its keys is named in the error, and the rest works', async () => {
      await using server = await startMemcached({ args: ['-X'] });
      const store = openStore({ servers: server.address, ...PATIENT });
      await called((callback) => store.set('id', sessionOf(), callback));
      for (const call of [
        () => called((callback) => store.all(callback)),
        () => called((callback) => store.length(callback)),
        () => called((callback) => store.clear(callback)),
      ]) {
        await expect(call()).rejects.toMatchObject({
          server: server.name,
          message: expect.stringMatching(/key/i),
        });
      }
      expect(await dataOf(store, 'id')).toStrictEqual({});
    });
  });
}

describe('options', () => {
  it('that are wrong are refused at once', () => {
    const wrong: unknown[] = [
      null,
      7,
      { prefix: 7 },
      { prefix: 'with space' },
      { prefix: 'p'.repeat(101) },
      { ttl: 'day' },
      { serializer: {} },
      { serializer: null },
      { onServerFailure: 'ignore' },
      { servers: 'host:0' },
      { server: 'localhost' },
      { client: {} },
    ];
    for (const source of wrong) {
      expect(() => memcachedSessions(source as never), JSON.stringify(source)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^MC_(CONFIGURATION|INVALID_ARGUMENT)$/) }),
      );
    }
    const client = createClient('localhost:1');
    // @ts-expect-error: a client that is there has its servers
    expect(() => memcachedSessions({ client, servers: 'localhost:2' })).toThrow(/client excludes/);
    // @ts-expect-error: and all its other options
    expect(() => memcachedSessions({ client, prefix: 'p:', timeoutMs: 5 })).toThrow(/client excludes/);
    expect(() => memcachedSessions({ client, prefix: 'p:', onServerFailure: 'throw' })).not.toThrow();
  });

  it('may be an address, a list, an object, or none', () => {
    for (const source of [
      'localhost',
      ['one', 'two:11212'],
      { host: 'one' },
      { path: '/run/mc.sock' },
      undefined,
      {},
    ]) {
      const names = memcachedSessions(source).client.servers();
      expect(names.length, JSON.stringify(source)).toBe(Array.isArray(source) ? 2 : 1);
    }
  });
});
