import type { MemcachedClient } from '@mc/memcached';
import { Calls } from './calls.js';
import { type MemcachedDriverSource, setupOf } from './driver-options.js';
import type { FailureListener } from './failures.js';
import { Items } from './items.js';
import { Listing } from './listing.js';
import type { ItemMeta, UnstorageDriver } from './unstorage-driver.js';

/** What unstorage asks of a driver, and what this one has besides. */
export interface MemcachedDriver extends UnstorageDriver<MemcachedClient> {
  /** How many failures the driver answered with a miss, or with nothing done. */
  readonly failures: number;
  /** Calls `listener` on each such failure; returns a function that removes it. */
  on(event: 'failure', listener: FailureListener): () => void;
}

/**
 * Makes a driver for `createStorage({ driver })` that keeps a storage in memcached. It connects when it is first used.
 * `dispose()` closes its connections; the methods reject from then on.
 *
 * @param source an address, a list of them, where to find them, a client, or options. Default `localhost:11211`
 * @throws ConfigurationError, InvalidArgumentError
 */
export function memcachedDriver(source?: MemcachedDriverSource): MemcachedDriver {
  const setup = setupOf(source);
  const { client, failures } = setup;
  const items = new Items(setup);
  const calls = new Calls(failures, items, new Listing(setup, items));
  // unstorage calls methods without their object, so none may use `this`.
  return {
    name: 'memcached',
    flags: { ttl: true },
    getInstance: () => client,
    get failures(): number {
      return failures.count;
    },
    on: (event, listener) => failures.on(event, listener),
    hasItem: (key) => calls.read('hasItem', key, () => items.has(key), false),
    getItem: (key) => calls.read('getItem', key, () => items.read('getItem', key), null),
    getItems: (wanted) => calls.readMany(wanted.map(({ key }) => key)),
    getItemRaw: (key) => calls.read('getItemRaw', key, () => items.read('getItemRaw', key), null),
    setItem: (key, value, options) =>
      calls.write('setItem', key, () => items.write(key, value, options?.ttl)),
    setItems: (batch, common) => calls.writeMany(batch, common),
    setItemRaw: (key, value, options) =>
      calls.write('setItemRaw', key, () => items.write(key, value, options?.ttl)),
    removeItem: (key) => calls.write('removeItem', key, () => items.remove(key)),
    getMeta: (key) => calls.read('getMeta', key, () => metaOf(items, key), null),
    getKeys: (base) => calls.keys(base),
    clear: (base) => calls.clear(base),
    dispose: () => calls.close(client),
  };
}

async function metaOf(items: Items, key: string): Promise<ItemMeta | undefined> {
  const envelope = await items.readEnvelope(key);
  if (envelope === undefined) return undefined;
  const { writtenAtMs, endsAtMs, data } = envelope;
  const meta: ItemMeta = { mtime: new Date(writtenAtMs), size: data.length };
  if (endsAtMs !== 0) meta.ttl = Math.ceil((endsAtMs - Date.now()) / 1000);
  return meta;
}
