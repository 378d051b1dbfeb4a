import { ConfigurationError, type MemcachedClient } from '@mc/memcached';
import type { Keyv } from 'keyv';
import { ForgivingKeyv } from './forgiving-keyv.js';

/** The tier in this process's memory. */
export interface MemoryTierOptions {
  /** Most entries kept; the one used longest ago makes room for a new one. Default 1,000. */
  readonly maxItems?: number;
  /**
   * Longest time an entry is served from memory, in milliseconds: how long this process may not see what another one
   * has changed or deleted. Default 5,000.
   */
  readonly maxAge?: number;
}

/** Turns values into bytes and back, as they are stored on memcached. */
type Values = Pick<MemcachedClient, 'serialize' | 'deserialize'>;

/** What Keyv hands over and wants back. */
interface Envelope {
  readonly value: unknown;
  readonly expires: number | undefined;
}

interface Entry {
  readonly data: Uint8Array;
  readonly flags: number;
  readonly expires: number | undefined;
  /** In milliseconds since 1970. */
  readonly until: number;
}

/**
 * What keeps the entries. It drops them by itself after `maxAge`, and leaves their `expires` as it is: a shorter life
 * told to cache-manager would look like an entry that is due for a refresh.
 */
class BoundedMemory {
  /** Set by Keyv; the keys carry it already. */
  namespace: string | undefined;
  readonly #values: Values;
  readonly #entries = new Map<string, Entry>();
  readonly #maxItems: number;
  readonly #maxAge: number;

  constructor(values: Values, maxItems: number, maxAge: number) {
    this.#values = values;
    this.#maxItems = maxItems;
    this.#maxAge = maxAge;
  }

  get(key: string): Envelope | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (entry.until <= Date.now()) return undefined;
    // A Map keeps the order of insertion, so the first key is the one used longest ago.
    this.#entries.set(key, entry);
    return { value: this.#values.deserialize(entry.data, entry.flags), expires: entry.expires };
  }

  set(key: string, { value, expires }: Envelope, ttl: number = Number.POSITIVE_INFINITY): boolean {
    // An old value must not outlive a new one that is refused.
    this.#entries.delete(key);
    if (!(ttl > 0) || value === undefined) return true;
    const { data, flags } = this.#values.serialize(value);
    const until = Date.now() + Math.min(ttl, this.#maxAge);
    if (this.#entries.size >= this.#maxItems) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    // Bytes are the caller's own, who may change them.
    this.#entries.set(key, { data: data.slice(), flags, expires, until });
    return true;
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }
}

/**
 * A Keyv that keeps a bounded number of entries in this process, each for a bounded time. They are kept as memcached
 * would keep them, so each reader gets an object of its own, and the same value from either tier.
 *
 * @throws ConfigurationError for a limit that is not a positive number
 */
export function memoryTier(values: Values, namespace: string | undefined, options: MemoryTierOptions): Keyv {
  const { maxItems = 1_000, maxAge = 5_000 } = options;
  if (!Number.isSafeInteger(maxItems) || maxItems < 1) {
    throw new ConfigurationError('maxItems must be a positive integer');
  }
  if (typeof maxAge !== 'number' || !(maxAge > 0)) {
    throw new ConfigurationError('maxAge must be a positive number of milliseconds');
  }
  const tier = new ForgivingKeyv({
    store: new BoundedMemory(values, maxItems, maxAge),
    ...(namespace !== undefined && { namespace }),
  });
  tier.serialize = undefined;
  tier.deserialize = undefined;
  return tier;
}
