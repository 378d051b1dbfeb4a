import { ConfigurationError } from '@mc/memcached';
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
    const namespaces = ['one', 'two', 'one.', 'o', 'one two', 'n'.repeat(300), `${'n'.repeat(299)}m`];
    const keyvs = namespaces.map((namespace) => new Keyv({ store, namespace }));
    const bare = new Keyv({ store: memcachedStore(client), useKeyPrefix: false, namespace: 'one' });
    const without = memcachedStore(client);
    await Promise.all([...keyvs, bare].map((keyv, at) => keyv.set('key', at)));
    await without.set('key', 'none');
    await without.set('one:key', 'none too');
    for (const [at, keyv] of [...keyvs, bare].entries()) expect(await keyv.get('key')).toBe(at);
    expect(await without.getMany(['key', 'one:key'])).toEqual(['none', 'none too']);
  });

  it('of namespaces that cannot be told apart do not share a store', async () => {
    for (const [name, other] of [
      ['a', 'a:b'],
      ['a:b', 'a'],
      ['a', 'a:'],
      ['a', ''],
      ['', 'a'],
    ] as const) {
      const client = embeddedClient();
      const store = memcachedStore(client);
      const keyv = new Keyv({ store, namespace: name });
      await keyv.set('b:key', name);
      expect(() => new Keyv({ store, namespace: other })).toThrow(ConfigurationError);
      // The one that was there first is as it was.
      expect(store.namespace ?? '').toBe(name);
      expect(await keyv.get('b:key')).toBe(name);
      await keyv.clear();
      expect(await keyv.get('b:key')).toBeUndefined();
      // Stores of their own keep them apart.
      const apart = new Keyv({ store: memcachedStore(client), namespace: other });
      await Promise.all([keyv.set('b:key', 1), keyv.set('key', 2)]);
      expect(await apart.getMany(['b:key', 'key', ':b:key', 'a:key'])).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
    }
  });

  it('without a prefix are refused where the store has several namespaces', async () => {
    const store = memcachedStore(embeddedClient());
    const keyv = new Keyv({ store, namespace: 'one', useKeyPrefix: false, throwOnErrors: true });
    await keyv.set('key', 1);
    new Keyv({ store, namespace: 'other', useKeyPrefix: false });
    const refused = { code: 'MC_CONFIGURATION' };
    await expect(keyv.get('key')).rejects.toMatchObject(refused);
    await expect(keyv.set('key', 2)).rejects.toMatchObject(refused);
    await expect(store.deleteMany(['key'])).rejects.toMatchObject(refused);
  });

  it('stay in the namespace of a Keyv that changes it', async () => {
    const store = memcachedStore(embeddedClient());
    const keyv = new Keyv({ store, namespace: 'a' });
    await keyv.set('b:key', 'a');
    keyv.namespace = 'a:b';
    expect(await keyv.get('key')).toBeUndefined();
    await keyv.set('key', 'a:b');
    keyv.namespace = 'a';
    expect(await keyv.get('b:key')).toBe('a');
    await keyv.clear();
    expect(await keyv.get('b:key')).toBeUndefined();
    keyv.namespace = 'a:b';
    expect(await keyv.get('key')).toBe('a:b');
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
