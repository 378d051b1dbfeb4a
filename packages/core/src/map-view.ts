import type { AsyncMapView, Key, MemcachedClient } from './contract.js';
import { ServerError } from './errors.js';

/** The client as a Map. */
export class MapView<T> implements AsyncMapView<T> {
  readonly #client: MemcachedClient;
  readonly #has: (key: Key) => Promise<boolean>;

  constructor(client: MemcachedClient, has: (key: Key) => Promise<boolean>) {
    this.#client = client;
    this.#has = has;
  }

  get(key: Key): Promise<T | undefined> {
    return this.#client.get<T>(key);
  }

  async set(key: Key, value: T): Promise<void> {
    if (!(await this.#client.set(key, value))) throw new ServerError('the value was not stored');
  }

  delete(key: Key): Promise<boolean> {
    return this.#client.delete(key);
  }

  has(key: Key): Promise<boolean> {
    return this.#has(key);
  }
}
