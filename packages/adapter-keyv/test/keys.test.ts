import { Keyv } from 'keyv';
import { describe, expect, it } from 'vitest';
import { memcachedStore } from '../src/index.js';
import { embeddedClient } from './open-store.js';

const KEYS = [
  'a b',
  ' a',
  'a ',
  'a\r\nflush_all\r\n',
  '',
  'é',
  '\ud800',
  'k'.repeat(10_000),
  `${'k'.repeat(9_999)}j`,
  '#',
  'n:x',
];

describe('keys and namespaces', () => {
  it('of any text and length are keys of their own', async () => {
    const keyv = new Keyv({ store: memcachedStore(embeddedClient({ keyPrefix: 'app:' })), namespace: 'n' });
    for (const [at, key] of KEYS.entries()) await keyv.set(key, at);
    for (const [at, key] of KEYS.entries())
      expect(await keyv.get(key), JSON.stringify(key.slice(0, 20))).toBe(at);
    for (const key of KEYS) {
      expect(await keyv.delete(key)).toBe(true);
      expect(await keyv.has(key)).toBe(false);
    }
  });

  it('stand on the server as they are, with one prefix', async () => {
    const client = embeddedClient();
    const keyv = new Keyv({ store: memcachedStore(client) });
    await keyv.set('user:1', 1);
    const keys: unknown[] = [];
    for await (const key of client.keys()) keys.push(key);
    expect(keys.sort()).toEqual(['keyv:user:1', 'keyv@generation']);
  });

  it('of namespaces that share a store never mix', async () => {
    const client = embeddedClient();
    const store = memcachedStore(client);
    const namespaces = ['one', 'two', 'one:', 'o', 'one two', 'n'.repeat(300), `${'n'.repeat(299)}m`];
    const keyvs = namespaces.map((namespace) => new Keyv({ store, namespace }));
    const bare = new Keyv({ store: memcachedStore(client), useKeyPrefix: false, namespace: 'one' });
    const without = memcachedStore(client);
    await Promise.all([...keyvs, bare].map((keyv, at) => keyv.set('key', at)));
    await without.set('key', 'none');
    await without.set('one:key', 'none too');
    for (const [at, keyv] of [...keyvs, bare].entries()) expect(await keyv.get('key')).toBe(at);
    expect(await without.getMany(['key', 'one:key'])).toEqual(['none', 'none too']);
  });

  it('the namespace option holds until Keyv sets its own, and does not count as a second one', async () => {
    const store = memcachedStore(embeddedClient(), { namespace: 'mine' });
    expect(store.namespace).toBe('mine');
    await store.set('key', 1);
    const keyv = new Keyv({ store });
    await keyv.set('key', 2);
    await keyv.clear();
    expect(await keyv.get('key')).toBeUndefined();
    expect(store.namespace).toBe('keyv');
    store.namespace = 'mine';
    expect(await store.get('key')).toBe(1);
  });
});
