import { createClient } from '@mc/memcached';
import { expectsMemcached, faultyTransport, startMemcached } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { memoryTransport } from '@mc/transport-memory';
import { Keyv } from 'keyv';
import { describe, expect, it } from 'vitest';
import { PATIENT } from '../../../test/patience.js';
import { type KeyvMemcachedOptions, memcachedStore } from '../src/index.js';
import { closedWithTest, embeddedClient, realServer } from './open-store.js';

/** An address at which nobody listens, and which no other test is given. */
const AWAY = '127.0.0.1:1';

function withErrors<S extends { on(event: 'error', listener: (error: unknown) => void): unknown }>(
  source: S,
): { source: S; errors: unknown[] } {
  const errors: unknown[] = [];
  source.on('error', (error) => errors.push(error));
  return { source, errors };
}

describe('a server that is not there', () => {
  it('is a miss for every read and false for every write, with one event each', async () => {
    const store = closedWithTest(memcachedStore(AWAY));
    const { source: keyv, errors } = withErrors(new Keyv({ store }));
    const calls: ReadonlyArray<readonly [() => Promise<unknown>, unknown]> = [
      [() => keyv.get('a'), undefined],
      [() => keyv.getRaw('a'), undefined],
      [() => keyv.getMany(['a', 'b']), [undefined, undefined]],
      [() => keyv.getManyRaw(['a', 'b']), [undefined, undefined]],
      [() => keyv.has('a'), false],
      [() => keyv.hasMany(['a', 'b']), [false, false]],
      [() => keyv.set('a', 1), false],
      [
        () =>
          keyv.setMany([
            { key: 'a', value: 1 },
            { key: 'b', value: 1 },
          ]),
        [false, false],
      ],
      [() => keyv.delete('a'), false],
      [() => keyv.deleteMany(['a', 'b']), false],
      // A clear that did not happen rejects, and Keyv makes an event of it.
      [() => keyv.clear(), undefined],
    ];
    for (const [call, expected] of calls) {
      expect(await call(), String(call)).toEqual(expected);
      expect(errors.splice(0), String(call)).toMatchObject([
        { code: expect.stringMatching(/^MC_(CONNECT_FAILED|SERVER_DOWN)$/) },
      ]);
    }
    expect(store.errorCount).toBe(calls.length - 1);
    expect((await rejection(store.clear())).code).toMatch(/^MC_(CONNECT_FAILED|SERVER_DOWN)$/);
  });

  it('rejects where it is told to, and each failure is one event', async () => {
    const options: KeyvMemcachedOptions = { onServerFailure: 'throw' };
    const store = closedWithTest(memcachedStore(AWAY, options));
    const { source: keyv, errors } = withErrors(new Keyv({ store, throwOnErrors: true }));
    const calls: ReadonlyArray<() => Promise<unknown>> = [
      () => keyv.get('a'),
      () => keyv.getMany(['a', 'b']),
      () => keyv.has('a'),
      () => keyv.hasMany(['a', 'b']),
      () => keyv.set('a', 1),
      () => keyv.setMany([{ key: 'a', value: 1 }]),
      () => keyv.delete('a'),
      () => keyv.deleteMany(['a', 'b']),
      () => keyv.clear(),
    ];
    for (const call of calls) {
      expect((await rejection(call())).code, String(call)).toMatch(/^MC_(CONNECT_FAILED|SERVER_DOWN)$/);
      expect(errors.splice(0), String(call)).toHaveLength(1);
    }
  });

  it('takes the policy of the client options, unless the store has its own', async () => {
    const servers = AWAY;
    const throwing = closedWithTest(memcachedStore({ servers, onServerFailure: 'throw' }));
    expect((await rejection(throwing.get('a'))).code).toBe('MC_CONNECT_FAILED');
    const missing = closedWithTest(
      memcachedStore({ servers, onServerFailure: 'throw' }, { onServerFailure: 'miss' }),
    );
    expect(await missing.get('a')).toBeUndefined();
  });

  it('does nothing worse to an emitter without listeners, or with one that throws', async () => {
    const store = closedWithTest(memcachedStore(AWAY));
    expect(await store.get('a')).toBeUndefined();
    store.on('error', () => {
      throw new Error('a listener of the user');
    });
    expect(await store.get('a')).toBeUndefined();
    expect(store.errorCount).toBe(2);
  });

  it('of several costs only its own keys', async () => {
    const transport = faultyTransport(memoryTransport());
    const servers = ['a', 'b', 'c', 'd'];
    const client = closedWithTest(createClient({ servers, transport, failureLimit: 1, retryTimeoutMs: 50 }));
    const store = memcachedStore(client);
    const keys = Array.from({ length: 100 }, (_, at) => `key-${at}`);
    await store.setMany(keys.map((key) => ({ key, value: key })));
    const away = servers.find((name) => client.serverFor('@generation').host !== name) as string;
    transport.refuse(`${away}:11211`);
    transport.cut(`${away}:11211`);
    const expected = keys.map((key) => (client.serverFor(`|${key}`).host === away ? undefined : key));
    expect(expected).toContain(undefined);
    expect(await store.getMany(keys)).toEqual(expected);
    expect(await store.setMany(keys.map((key) => ({ key, value: key })))).toEqual(
      expected.map((value) => value !== undefined),
    );
    expect(await store.getMany(keys)).toEqual(expected);
    transport.accept(`${away}:11211`);
    await expect.poll(() => store.getMany(keys)).toEqual(keys);
  });
});

describe('the end', () => {
  it('closes a client of its own, and leaves one that was there', async () => {
    const client = embeddedClient();
    const transport = memoryTransport();
    const own = memcachedStore({ transport });
    const shared = memcachedStore(client);
    for (const store of [own, shared]) {
      await store.set('key', 1);
      await store.disconnect();
      await store.disconnect();
    }
    await expect.poll(() => transport.server('localhost:11211').connections).toBe(0);
    expect(await memcachedStore(client).get('key')).toBe(1);
  });

  it('is a clear error for every later call, and for Keyv what it makes of one', async () => {
    const store = memcachedStore(embeddedClient());
    const { source: keyv, errors } = withErrors(new Keyv({ store }));
    await keyv.set('key', 1);
    await Promise.all([keyv.disconnect(), keyv.disconnect()]);
    const closed = { code: 'MC_CLOSED' };
    for (const call of [store.get('key'), store.set('key', 1), store.delete('key'), store.clear()]) {
      expect(await rejection(call)).toMatchObject(closed);
    }
    errors.length = 0;
    expect(await keyv.get('key')).toBeUndefined();
    expect(await keyv.set('key', 1)).toBe(false);
    expect(await keyv.has('key')).toBe(false);
    expect(await keyv.getMany(['key'])).toEqual([undefined]);
    expect(await keyv.setMany([{ key: 'key', value: 1 }])).toEqual([false]);
    expect(await keyv.deleteMany(['key'])).toBe(false);
    expect(errors).toMatchObject(Array(6).fill(closed));
  });

  it.each([
    [{ clear: 'all' }, 'clear must be'],
    [{ onServerFailure: 'ignore' }, 'onServerFailure must be'],
    [{ namespace: 5 }, 'namespace must be'],
    [{ ttl: 5 }, 'no option ttl'],
    [{ keyv: 7 }, 'keyv must be 5 or 6'],
    [null, 'must be an object'],
  ])('options %j are refused at the start', (options, message) => {
    expect(() => memcachedStore('localhost', options as never)).toThrow(message);
  });
});

if (expectsMemcached()) {
  describe('a memcached that dies', () => {
    it('is misses while it is gone, and empty when it is back', async () => {
      // At a path, which nobody else can take while it is gone.
      await using server = await startMemcached({ unixSocket: true });
      const store = closedWithTest(
        memcachedStore({ servers: server.address, ...PATIENT, retryTimeoutMs: 50 }, { namespace: 'n' }),
      );
      const { source: keyv, errors } = withErrors(new Keyv({ store, namespace: 'n' }));
      await keyv.set('key', 1);
      await server.kill();
      expect(await keyv.get('key')).toBeUndefined();
      expect(await keyv.set('key', 2)).toBe(false);
      expect(errors.length).toBe(2);
      await server.restart();
      await expect.poll(() => keyv.set('key', 3)).toBe(true);
      expect(await keyv.get('key')).toBe(3);
    });

    it('that hangs holds a read no longer than the timeout', async () => {
      const server = await realServer();
      // The connection's own deadline is far: what ends the calls is theirs.
      const options = { ...PATIENT, timeoutMs: 150 };
      const store = closedWithTest(memcachedStore({ servers: server.address, ...options }));
      await store.set('key', 1);
      await server.pause();
      const started = performance.now();
      expect(await Promise.all([store.get('key'), store.getMany(['key']), store.set('key', 2)])).toEqual([
        undefined,
        [undefined],
        false,
      ]);
      expect(performance.now() - started).toBeLessThan(10_000);
      server.resume();
    });

    it('that refuses for want of memory stores nothing, and says so', async () => {
      const server = await realServer(['-M', '-m', '4']);
      const store = closedWithTest(memcachedStore({ servers: server.address, ...PATIENT }));
      const { source: keyv, errors } = withErrors(new Keyv({ store }));
      await keyv.set('first', 1);
      const results: boolean[] = [];
      for (let at = 0; at < 300 && results.at(-1) !== false; at += 1) {
        results.push(await keyv.set(`key-${at}`, 'x'.repeat(50_000)));
      }
      expect(results.at(-1)).toBe(false);
      expect(errors).toMatchObject([{ code: 'MC_OUT_OF_MEMORY' }]);
      expect(await keyv.get(`key-${results.length - 1}`)).toBeUndefined();
    });
  });
}
