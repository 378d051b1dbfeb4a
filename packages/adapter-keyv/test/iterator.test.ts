import type { MemcachedClient } from '@mc/memcached';
import { expectsMemcached } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { memoryTransport } from '@mc/transport-memory';
import { Keyv } from 'keyv';
import { describe, expect, it } from 'vitest';
import { createKeyv, memcachedStore } from '../src/index.js';
import { embeddedClient, realClient, realServer } from './open-store.js';

async function pairsOf(pairs: AsyncIterable<unknown>): Promise<Map<unknown, unknown>> {
  const map = new Map<unknown, unknown>();
  for await (const pair of pairs) map.set(...(pair as [unknown, unknown]));
  return map;
}

function iteratorTests(open: () => Promise<MemcachedClient>): void {
  it('gives all keys and values of the namespace, and only those', async () => {
    const client = await open();
    await client.set('foreign', 1);
    const expected = new Map<string, unknown>([
      ...Array.from({ length: 500 }, (_, at): [string, unknown] => [`key ${at}`, { at }]),
      ['k'.repeat(1000), 'long'],
      ['é\ud800', 'odd'],
      ['a:b|c', 'separators'],
    ]);
    const keyv = createKeyv(client, { namespace: 'n' });
    const others = ['m', 'n:', 'nn', ''].map((namespace) => memcachedStore(client, { namespace }));
    for (const other of others) await other.set('other', 1);
    await keyv.setMany([...expected].map(([key, value]) => ({ key, value })));
    await keyv.set('gone', 1, 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await pairsOf(keyv.iterator?.(undefined) as AsyncIterable<unknown>)).toEqual(expected);
    await keyv.clear();
    expect(await pairsOf(keyv.iterator?.(undefined) as AsyncIterable<unknown>)).toEqual(new Map());
    expect(await pairsOf((others[0] as ReturnType<typeof memcachedStore>).iterator())).toEqual(
      new Map([['other', 1]]),
    );
  });

  it('passes over keys that no store can have written', async () => {
    const client = await open();
    const store = memcachedStore(client, { namespace: 'h', clear: 'error' });
    await store.set('a', 'text');
    const stored = await client.get('h|a');
    for (const key of ['h|%FF', 'h|%ff', 'h|%41', 'h|%', 'h|%uD8', 'h|#short']) await client.set(key, stored);
    expect(await pairsOf(store.iterator())).toEqual(new Map([['a', 'text']]));
  });

  it('stops where its reader stops', async () => {
    const store = memcachedStore(await open());
    await store.setMany(Array.from({ length: 300 }, (_, at) => ({ key: `${at}`, value: at })));
    let seen = 0;
    for await (const _ of store.iterator()) {
      seen += 1;
      if (seen === 2) break;
    }
    expect(seen).toBe(2);
    expect(await store.get('7')).toBe(7);
  });
}

describe('iterator on the embedded server', () => {
  iteratorTests(async () => embeddedClient({ servers: ['a', 'b'], transport: memoryTransport() }));

  it('is not wired by Keyv 5 itself, which throws for a store without a string url', () => {
    const store = memcachedStore(embeddedClient());
    expect(store.opts).toMatchObject({ dialect: 'memcached', url: 'memcached://localhost:11211' });
    expect(new Keyv({ store }).iterator).toBeUndefined();
  });
});

if (expectsMemcached()) {
  describe('iterator on memcached', () => {
    iteratorTests(async () => realClient((await realServer()).address));

    it('rejects clearly where the server does not list its keys', async () => {
      const store = memcachedStore(realClient((await realServer(['-X'])).address));
      const error = await rejection(pairsOf(store.iterator()));
      expect(error).toMatchObject({ code: 'MC_CLIENT_ERROR' });
      expect(error.message).toContain('does not list its keys');
    });
  });
}
