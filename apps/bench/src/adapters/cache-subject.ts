import KeyvMemcache from '@keyv/memcache';
import KeyvRedis from '@keyv/redis';
import { createKeyv, memcachedStore } from '@mc/adapter-keyv';
import { createClient } from '@mc/memcached';
import { Keyv } from 'keyv';

/** What every subject can do with the same keys and values. */
export interface CacheSubject {
  set(key: string, value: unknown): Promise<unknown>;
  get(key: string): Promise<unknown>;
  getMany(keys: readonly string[]): Promise<readonly unknown[]>;
  close(): Promise<unknown>;
}

/** The subjects by name; each is given the address of its server. */
export const CACHE_SUBJECTS: Readonly<Record<string, (address: string) => CacheSubject>> = {
  '@mc/adapter-keyv': (address) => keyvSubject(new Keyv({ store: memcachedStore(address) })),
  '@mc/adapter-keyv, createKeyv': (address) => keyvSubject(createKeyv(address)),
  'adapter, without Keyv': storeSubject,
  '@mc/memcached': clientSubject,
  '@keyv/memcache': (address) => keyvSubject(new Keyv({ store: new KeyvMemcache(address) })),
  '@keyv/redis': (address) => keyvSubject(new Keyv({ store: new KeyvRedis(`redis://${address}`) })),
};

function keyvSubject(keyv: Keyv): CacheSubject {
  return {
    set: (key, value) => keyv.set(key, value),
    get: (key) => keyv.get(key),
    getMany: (keys) => keyv.get([...keys]),
    close: () => keyv.disconnect(),
  };
}

/** The adapter alone, given what Keyv would give it. */
function storeSubject(address: string): CacheSubject {
  const store = memcachedStore(address);
  return {
    set: (key, value) => store.set(`keyv:${key}`, JSON.stringify({ value })),
    get: async (key) => read((await store.get(`keyv:${key}`)) as string | undefined),
    getMany: async (keys) => {
      const found = await store.getMany(keys.map((key) => `keyv:${key}`));
      return found.map((text) => read(text as string | undefined));
    },
    close: () => store.disconnect(),
  };
}

/** The bare client with the envelope that Keyv stores, as text, so that both move the same bytes. */
function clientSubject(address: string): CacheSubject {
  const client = createClient(address);
  return {
    set: (key, value) => client.set(`keyv:${key}`, JSON.stringify({ value })),
    get: async (key) => read(await client.get<string>(`keyv:${key}`)),
    getMany: async (keys) => {
      const found = await client.getMulti<string>(keys.map((key) => `keyv:${key}`));
      return keys.map((key) => read(found.get(`keyv:${key}`)));
    },
    close: () => client.close(),
  };
}

function read(text: string | undefined): unknown {
  return text === undefined ? undefined : (JSON.parse(text) as { value: unknown }).value;
}
