import type { KeyvMemcached } from '@mc/adapter-keyv';
import { Keyv, type KeyvOptions } from 'keyv';

/** A Keyv 5 on memcached whose values are written once, by the client's codec. */
export class MemcachedKeyv extends Keyv {
  readonly #memcached: KeyvMemcached;
  #errorCount = 0;

  constructor(memcached: KeyvMemcached, options: Omit<KeyvOptions, 'store'>) {
    super({ ...options, store: memcached });
    this.#memcached = memcached;
    this.serialize = undefined;
    this.deserialize = undefined;
  }

  /** Failures so far: `error` events, heard or not. */
  get errorCount(): number {
    return this.#errorCount;
  }

  override emit(event: string, ...parts: unknown[]): void {
    if (event === 'error') this.#errorCount += 1;
    super.emit(event, ...parts);
  }

  /**
   * The key with its namespace. Keyv leaves a key alone that begins like the namespace, except where it reads several:
   * then `mget` misses what `set` has stored, and `ns:key` and `key` are one.
   */
  override _getKeyPrefix(key: string): string {
    return this.useKeyPrefix && this.namespace ? `${this.namespace}:${key}` : key;
  }

  /** Clears its own namespace, also where it had another one before. */
  override async clear(): Promise<void> {
    this.emit('clear');
    try {
      await this.#memcached.clear(this.namespace ?? '');
    } catch (error) {
      this.emit('error', error);
      if (this.throwOnErrors) throw error;
    }
  }
}
