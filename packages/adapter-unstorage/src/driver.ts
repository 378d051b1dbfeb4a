import type { MemcachedClient } from '@mc/memcached';
import { type MemcachedDriverSource, setupOf } from './driver-options.js';
import type { FailureListener, Failures } from './failures.js';
import { Items, throwFailed } from './items.js';
import { Listing } from './listing.js';
import type { ItemMeta, ItemOptions, NewItem, StoredValue, UnstorageDriver } from './unstorage-driver.js';

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
  const listing = new Listing(setup, items);
  const calls = new Calls(failures, items);
  // unstorage calls methods without their object, so none may use `this`.
  return {
    name: 'memcached',
    flags: { ttl: true },
    getInstance: () => client,
    get failures(): number {
      return failures.count;
    },
    on: (event, listener) => failures.on(event, listener),
    hasItem: (key) => calls.read('hasItem', items.has(key), false),
    getItem: (key) => calls.read('getItem', items.read('getItem', key), null),
    getItems: (wanted) => calls.readMany(wanted.map(({ key }) => key)),
    getItemRaw: (key) => calls.read('getItemRaw', items.read('getItemRaw', key), null),
    setItem: (key, value, options) => calls.write('setItem', items.write(key, value, options?.ttl)),
    setItems: (batch, common) => calls.writeMany(batch, common),
    setItemRaw: (key, value, options) => calls.write('setItemRaw', items.write(key, value, options?.ttl)),
    removeItem: (key) => calls.write('removeItem', items.remove(key)),
    getMeta: (key) => calls.read('getMeta', metaOf(items, key), null),
    getKeys: (base) => calls.read('getKeys', listing.keys(base), [] as string[]),
    clear: (base) => listing.clear(base),
    dispose: () => client.close(),
  };
}

/** Items of a batch that are written at once. */
const PART_LENGTH = 8192;

/** Calls whose failures may be hidden. */
class Calls {
  readonly #failures: Failures;
  readonly #items: Items;

  constructor(failures: Failures, items: Items) {
    this.#failures = failures;
    this.#items = items;
  }

  /** What is read, or `missed` where nothing is there or that it fails is hidden. */
  async read<T, M>(operation: string, reading: Promise<T | undefined>, missed: M): Promise<T | M> {
    try {
      return (await reading) ?? missed;
    } catch (error) {
      this.#failures.missed(operation, error);
      return missed;
    }
  }

  async readMany(keys: readonly string[]): Promise<Array<{ key: string; value: StoredValue }>> {
    const none: undefined[] = [];
    const values = await this.read('getItems', this.#items.readMany('getItems', keys), none);
    return keys.map((key, at) => ({ key, value: values[at] ?? null }));
  }

  async write(operation: string, writing: Promise<void>): Promise<void> {
    try {
      await writing;
    } catch (error) {
      this.#failures.unwritten(operation, error);
    }
  }

  async writeMany(batch: readonly NewItem[], common: ItemOptions | undefined): Promise<void> {
    const outcomes: PromiseSettledResult<void>[] = [];
    // In the order given, and no more at once than the client's queue holds.
    for (let start = 0; start < batch.length; start += PART_LENGTH) {
      const writing = batch.slice(start, start + PART_LENGTH).map(({ key, value, options }) => {
        const ttl = options?.ttl ?? common?.ttl;
        return this.write('setItems', this.#items.write(key, value, ttl));
      });
      outcomes.push(...(await Promise.allSettled(writing)));
    }
    throwFailed(
      batch.map(({ key }) => key),
      outcomes,
    );
  }
}

async function metaOf(items: Items, key: string): Promise<ItemMeta | undefined> {
  const envelope = await items.readEnvelope(key);
  if (envelope === undefined) return undefined;
  const { writtenAtMs, endsAtMs, data } = envelope;
  const meta: ItemMeta = { mtime: new Date(writtenAtMs), size: data.length };
  if (endsAtMs !== 0) meta.ttl = Math.ceil((endsAtMs - Date.now()) / 1000);
  return meta;
}
