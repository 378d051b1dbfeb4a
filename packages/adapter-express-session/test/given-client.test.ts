import { type MemcachedSessionStore, memcachedSessions } from '@mc/adapter-express-session';
import { createClient } from '@mc/memcached';
import { faultyTransport } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { describe, expect, it, vi } from 'vitest';
import { called, failuresOf, sessionOf } from './open-store.js';

describe('a client that is given, which itself takes a lost server for a miss', () => {
  function openGiven(onServerFailure: 'miss' | 'throw') {
    const transport = faultyTransport(memoryTransport());
    const client = createClient({
      servers: 'embedded:11211',
      transport,
      onServerFailure: 'miss',
      retryTimeoutMs: 20,
    });
    const store = memcachedSessions({ client, onServerFailure });
    return { transport, client, store, seen: failuresOf(store) };
  }

  const callsOf = (store: MemcachedSessionStore) => [
    () => called((callback) => store.get('id', callback)),
    () => called((callback) => store.set('id', sessionOf(), callback)),
    () => called((callback) => store.touch('id', sessionOf(), callback)),
  ];

  it('gives errors where the store is to give them', async () => {
    const { transport, client, store } = openGiven('throw');
    await using _ = client;
    transport.refuse();
    for (const call of [
      ...callsOf(store),
      () => called((callback) => store.destroy('id', callback)),
      () => called((callback) => store.clear(callback)),
      () => called((callback) => store.all(callback)),
    ]) {
      await expect(call()).rejects.toMatchObject({
        code: expect.stringMatching(/^MC_(CONNECT|SERVER_DOWN)/),
      });
    }
    expect(await client.get('id')).toBeUndefined();
  });

  it('is no reason to be silent where the store hides them, or to take a logout for done', async () => {
    const { transport, client, store, seen } = openGiven('miss');
    await using _ = client;
    transport.refuse();
    for (const call of callsOf(store)) await call();
    expect(seen.map((failure) => failure.split(' ')[0])).toStrictEqual(['get', 'set', 'touch']);
    expect(store.failures).toBe(3);
    await expect(called((callback) => store.destroy('id', callback))).rejects.toBeInstanceOf(Error);
  });

  it('does not make a clear that lost its server midway look done', async () => {
    const { transport, client, store } = openGiven('miss');
    await using _ = client;
    const sids = Array.from({ length: 1_200 }, (_each, at) => `id-${at}`);
    await Promise.all(sids.map((sid) => called((callback) => store.set(sid, sessionOf(), callback))));
    const deleteMulti = store.client.deleteMulti.bind(store.client);
    vi.spyOn(store.client, 'deleteMulti').mockImplementationOnce(async (keys) => {
      const deleted = await deleteMulti(keys);
      transport.refuse();
      transport.cut();
      return deleted;
    });
    await expect(called((callback) => store.clear(callback))).rejects.toBeInstanceOf(Error);
    transport.accept();
    await expect.poll(() => called<number>((callback) => store.length(callback))).toBe(700);
  });
});
