import { createRequire } from 'node:module';
import { type MemcachedDriver, type MemcachedDriverOptions, memcachedDriver } from '@mc/adapter-unstorage';
import type { MemcachedClient } from '@mc/memcached';
import { afterEach } from 'vitest';
import { type Target, targets } from '../../../test/targets.js';

/** The methods of a storage that are used here; its own declarations need every driver's library. */
export interface Storage {
  hasItem(key: string): Promise<boolean>;
  getItem(key: string): Promise<unknown>;
  getItems(items: ReadonlyArray<string | { key: string }>): Promise<Array<{ key: string; value: unknown }>>;
  getItemRaw(key: string): Promise<unknown>;
  setItem(key: string, value: unknown, options?: { ttl?: unknown }): Promise<void>;
  setItems(
    items: ReadonlyArray<{ key: string; value: unknown; options?: { ttl?: unknown } }>,
    options?: { ttl?: unknown },
  ): Promise<void>;
  setItemRaw(key: string, value: unknown, options?: { ttl?: unknown }): Promise<void>;
  removeItem(key: string, options?: boolean): Promise<void>;
  getMeta(key: string, options?: boolean): Promise<Record<string, unknown>>;
  setMeta(key: string, value: object): Promise<void>;
  getKeys(base?: string, options?: { maxDepth?: number }): Promise<string[]>;
  clear(base?: string): Promise<void>;
  dispose(): Promise<void>;
  mount(base: string, driver: object): Storage;
}

/** What unstorage exports and is used here. */
interface Unstorage {
  createStorage(options?: { driver?: object }): Storage;
  prefixStorage(storage: Storage, base: string): Storage;
  snapshot(storage: Storage, base: string): Promise<Record<string, unknown>>;
  restoreSnapshot(storage: Storage, snapshot: Record<string, unknown>, base?: string): Promise<void>;
}

export const { createStorage, prefixStorage, snapshot, restoreSnapshot }: Unstorage = createRequire(
  import.meta.url,
)('unstorage') as Unstorage;

/** A storage with its driver. */
export interface OpenStorage {
  readonly storage: Storage;
  readonly driver: MemcachedDriver;
}

/** Options with which the driver makes a client of its own. */
type OwnClient = Exclude<MemcachedDriverOptions, { client: MemcachedClient }>;

/** A server that the tests of a file share. */
export interface Subject {
  readonly name: string;
  /** Opens a storage on the server; it is disposed of after the test. */
  open(options?: OwnClient): OpenStorage;
  /** Address and transport, for clients beside the driver. */
  readonly target: Target;
}

const openDrivers = new Set<MemcachedDriver>();
afterEach(async () => {
  for (const driver of openDrivers) await driver.dispose();
  openDrivers.clear();
});

/** Opens a storage that is disposed of after the test. */
export function openStorage(options: MemcachedDriverOptions): OpenStorage {
  const driver = memcachedDriver(options);
  openDrivers.add(driver);
  return { driver, storage: createStorage({ driver }) };
}

/** The servers that every test of the contract runs on. */
export function subjects(): Subject[] {
  return [...targets()].map(([name, target]) => ({
    name,
    target,
    open: (options) => openStorage({ ...target, ...options }),
  }));
}
