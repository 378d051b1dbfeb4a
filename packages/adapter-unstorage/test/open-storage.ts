import { createRequire } from 'node:module';
import { type MemcachedDriver, type MemcachedDriverOptions, memcachedDriver } from '@mc/adapter-unstorage';
import type { ServerInput, Transport } from '@mc/core';
import { expectsMemcached, type MemcachedServer, startMemcached } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { tcpTransport } from '@mc/transport-tcp';
import { afterAll, afterEach, beforeAll } from 'vitest';

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

/** A server that the tests of a file share. */
export interface Subject {
  readonly name: string;
  /** Opens a storage on the server; it is disposed of after the test. */
  open(options?: MemcachedDriverOptions): OpenStorage;
  /** Address and transport, for clients beside the driver. */
  readonly target: { readonly servers: ServerInput; readonly transport: Transport };
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

/** The servers that every test of the contract runs on: the embedded one and, where there is one, the real one. */
export function subjects(): Subject[] {
  const embedded = { servers: 'embedded:11211', transport: memoryTransport() };
  const all: Subject[] = [
    {
      name: 'the embedded server',
      target: embedded,
      open: (options) => openStorage({ ...embedded, ...options }),
    },
  ];
  if (expectsMemcached()) all.push(realSubject());
  return all;
}

function realSubject(): Subject {
  const running: MemcachedServer[] = [];
  beforeAll(async () => void running.push(await startMemcached()));
  afterAll(async () => {
    for (const server of running) await server.stop();
  });
  const target = {
    get servers(): ServerInput {
      return (running[0] as MemcachedServer).address;
    },
    transport: tcpTransport(),
  };
  return { name: 'memcached', target, open: (options) => openStorage({ ...target, ...options }) };
}
