import KeyvMemcache from '@keyv/memcache';
import KeyvRedis from '@keyv/redis';
import { createKeyv, memcachedStore } from '@mc/adapter-keyv';
import { createClient } from '@mc/memcached';
import { Keyv } from 'keyv';

/** What is compared. Its calls give the promises of the library itself; what is in a reply is looked up afterwards. */
export interface CacheSubject {
  /** Before every key it is given; Keyv puts it there itself. */
  readonly prefix: string;
  /** What was told by events and not by a rejection. */
  readonly failures: readonly unknown[];
  /** Resolves to true when it was stored. */
  set(key: string, value: unknown): Promise<unknown>;
  get(key: string): Promise<unknown>;
  getMany(keys: string[]): Promise<unknown>;
  /** The value in what `get` gave. */
  valueIn(reply: unknown): unknown;
  /** One value in what `getMany` gave: that of `keys[at]`. */
  valueAmong(reply: unknown, keys: readonly string[], at: number): unknown;
}

/** What Keyv takes for a namespace where none is named. */
const NAMESPACE = 'keyv';

/** The ways to use the adapter, and what they are compared with. */
export const KEYV_JSON = '@mc/adapter-keyv';
export const KEYV_CLIENT = '@mc/adapter-keyv, createKeyv';
export const STORE = 'adapter, without Keyv';
export const CLIENT = '@mc/memcached';
export const KEYV_MEMCACHE = '@keyv/memcache';
export const KEYV_REDIS = '@keyv/redis';

/** The subjects by name; each is given the address of its server. */
export const CACHE_SUBJECTS: Readonly<Record<string, (address: string) => CacheSubject>> = {
  [KEYV_JSON]: (address) => keyvSubject(new Keyv({ store: memcachedStore(address) })),
  [KEYV_CLIENT]: (address) => keyvSubject(createKeyv(address)),
  [STORE]: storeSubject,
  [CLIENT]: clientSubject,
  [KEYV_MEMCACHE]: (address) => keyvSubject(new Keyv({ store: new KeyvMemcache(address) })),
  [KEYV_REDIS]: (address) => keyvSubject(new Keyv({ store: new KeyvRedis(`redis://${address}`) })),
};

function keyvSubject(keyv: Keyv): CacheSubject {
  const failures: unknown[] = [];
  keyv.on('error', (error: unknown) => void failures.push(error));
  return {
    prefix: '',
    failures,
    set: (key, value) => keyv.set(key, value),
    get: (key) => keyv.get(key),
    getMany: (keys) => keyv.get(keys),
    valueIn: (reply) => reply,
    valueAmong: (reply, _keys, at) => (reply as readonly unknown[])[at],
  };
}

/** The adapter alone, given what a Keyv without serialisation gives it: its namespace, and envelopes. */
function storeSubject(address: string): CacheSubject {
  const failures: unknown[] = [];
  const store = memcachedStore(address);
  store.on('error', (error: unknown) => void failures.push(error));
  store.namespace = NAMESPACE;
  return {
    prefix: `${NAMESPACE}:`,
    failures,
    set: (key, value) => store.set(key, { value, expires: undefined }),
    get: (key) => store.get(key),
    getMany: (keys) => store.getMany(keys),
    valueIn,
    valueAmong: (reply, _keys, at) => valueIn((reply as readonly unknown[])[at]),
  };
}

/** The bare client, given the values themselves under the same keys. */
function clientSubject(address: string): CacheSubject {
  const client = createClient(address);
  return {
    prefix: `${NAMESPACE}:`,
    failures: [],
    set: (key, value) => client.set(key, value),
    get: (key) => client.get(key),
    getMany: (keys) => client.getMulti(keys),
    valueIn: (reply) => reply,
    valueAmong: (reply, keys, at) => (reply as ReadonlyMap<string, unknown>).get(keys[at] as string),
  };
}

function valueIn(envelope: unknown): unknown {
  return (envelope as { readonly value: unknown } | undefined)?.value;
}
