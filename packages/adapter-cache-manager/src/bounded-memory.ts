import { EventEmitter } from 'node:events';
import type { MemcachedClient } from '@mc/memcached';
import type { EntryStore, StoredEntry, StoreWrite } from './stored-entry.js';

/** Turns values into bytes and back, as they are stored on memcached. */
export type Values = Pick<MemcachedClient, 'serialize' | 'deserialize'>;

interface Kept {
  readonly data: Uint8Array;
  readonly flags: number;
  readonly expires: number | undefined;
  /** In milliseconds since 1970. */
  readonly until: number;
}

/**
 * Keeps a bounded number of entries. It drops them by itself after `maxAge` milliseconds, and leaves their `expires` as
 * it is: a shorter life told to cache-manager would look like an entry that is due for a refresh.
 */
export class BoundedMemory extends EventEmitter implements EntryStore {
  /** Set by Keyv; the keys carry it already. */
  namespace: string | undefined;
  readonly #values: Values;
  readonly #kept = new Map<string, Kept>();
  readonly #maxItems: number;
  readonly #maxAge: number;

  constructor(values: Values, maxItems: number, maxAge: number) {
    super();
    this.#values = values;
    this.#maxItems = maxItems;
    this.#maxAge = maxAge;
  }

  async get(key: string): Promise<StoredEntry | undefined> {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    this.#kept.delete(key);
    if (kept.until <= Date.now()) return undefined;
    // A Map keeps the order of insertion, so the first key is the one used longest ago.
    this.#kept.set(key, kept);
    return { value: this.#values.deserialize(kept.data, kept.flags), expires: kept.expires };
  }

  getMany(keys: readonly string[]): Promise<Array<StoredEntry | undefined>> {
    return Promise.all(keys.map((key) => this.get(key).catch(() => undefined)));
  }

  async set(key: string, entry: StoredEntry, ttl: number | undefined): Promise<boolean> {
    this.#keep({ key, value: entry, ttl });
    return true;
  }

  async setMany(writes: readonly StoreWrite[]): Promise<boolean[]> {
    return writes.map((write) => {
      try {
        this.#keep(write);
        return true;
      } catch (error) {
        this.emit('error', error);
        return false;
      }
    });
  }

  #keep({ key, value: { value, expires }, ttl = Number.POSITIVE_INFINITY }: StoreWrite): void {
    // An old value must not outlive a new one that is refused.
    this.#kept.delete(key);
    if (ttl <= 0) return;
    const { data, flags } = this.#values.serialize(value);
    const until = Date.now() + Math.min(ttl, this.#maxAge);
    if (this.#kept.size >= this.#maxItems) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    // Bytes are the caller's own, who may change them; a Buffer's `slice` would be the same memory.
    this.#kept.set(key, { data: new Uint8Array(data), flags, expires, until });
  }

  async delete(key: string): Promise<boolean> {
    return this.#kept.delete(key);
  }

  async deleteMany(keys: readonly string[]): Promise<boolean> {
    return keys.map((key) => this.#kept.delete(key)).every(Boolean);
  }

  async clear(): Promise<void> {
    this.#kept.clear();
  }
}
