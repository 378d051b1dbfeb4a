import { type Cache, type CreateCacheOptions, createCache } from 'cache-manager';
import { Keyv } from 'keyv';
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest';
import { type MemcachedStoreOptions, memcachedStore } from '../src/index.js';
import type { Backend } from './backends.js';

/** What the tests of one backend use; valid while a test runs. */
export interface Fixture {
  readonly backend: Backend;
  /** A namespace that no other test uses. */
  readonly namespace: string;
  /** A store on the backend; it is disconnected behind the test. */
  store(options?: MemcachedStoreOptions): Keyv;
  /** The real `createCache`, with one such store unless others are named. */
  cache(options?: CreateCacheOptions): Cache;
}

/** Starts a backend for the tests of the surrounding `describe`. */
export function useBackend(start: () => Promise<Backend>): Fixture {
  let backend: Backend;
  let tests = 0;
  beforeAll(async () => {
    backend = await start();
  });
  beforeEach(() => {
    tests += 1;
  });
  afterAll(() => backend[Symbol.asyncDispose]());

  const fixture: Fixture = {
    get backend() {
      return backend;
    },
    get namespace() {
      return `test-${tests}`;
    },
    store(options) {
      const store = memcachedStore(backend.options, { namespace: fixture.namespace, ...options });
      onTestFinished(() => store.disconnect());
      return store;
    },
    cache(options) {
      return createCache({ stores: [fixture.store()], ...options });
    },
  };
  return fixture;
}

/** A store in memory as cache-manager makes it by default. */
export function memoryStore(): Keyv {
  const store = new Keyv();
  store.serialize = undefined;
  store.deserialize = undefined;
  return store;
}
