import type { Place } from './entries.js';
import { deadlineOfExpires } from './expiry.js';
import { MemcachedStore } from './memcached-store.js';
import type { StoreSource } from './source.js';
import { placeIn, type Space } from './spaces.js';
import type { KeyvMemcachedOptions } from './store-options.js';

/** An entry of `setMany`, as Keyv 6 has it. */
export interface ExpiringEntry {
  readonly key: string;
  readonly value: unknown;
  /** Milliseconds since 1970; none for never. */
  readonly expires?: number | undefined;
}

type Method =
  | ('get' | 'getMany' | 'has' | 'hasMany' | 'set' | 'setMany')
  | ('delete' | 'deleteMany' | 'clear' | 'disconnect' | 'iterator');

const METHODS: readonly Method[] = [
  ...(['get', 'getMany', 'has', 'hasMany', 'set', 'setMany'] as const),
  ...(['delete', 'deleteMany', 'clear', 'disconnect', 'iterator'] as const),
];

/** What a store can do, in the words of Keyv 6. */
export interface StoreCapabilities {
  readonly compatible: true;
  readonly store: 'keyvStorage';
  readonly methods: Readonly<Record<Method, { exists: true; methodType: 'async' }>>;
  /** It takes times, not lengths of time, and keeps to them. */
  readonly expires: true;
}

/**
 * A store in the native form of Keyv 6: it takes absolute times, answers batches one by one, and throws rather than
 * to emit. Keyv 6 leaves namespaces to the store, so each namespace needs a store of its own; they may share a client.
 */
export class NativeKeyvMemcached extends MemcachedStore {
  protected readonly reportsReads = false;
  #current: Space;

  /**
   * @param source default `localhost:11211`
   * @throws ConfigurationError
   */
  constructor(source?: StoreSource, options: KeyvMemcachedOptions = {}) {
    super(source, options);
    this.#current = this.spaces.get(options.namespace ?? '');
  }

  /** By this Keyv 6 knows that it can use the store as it is. */
  get capabilities(): StoreCapabilities {
    const methods = Object.fromEntries(
      METHODS.map((name) => [name, { exists: true, methodType: 'async' }]),
    ) as StoreCapabilities['methods'];
    return { compatible: true, store: 'keyvStorage', methods, expires: true };
  }

  /** The namespace of all calls. */
  get namespace(): string | undefined {
    return this.#current.namespace === '' ? undefined : this.#current.namespace;
  }

  /** @throws ConfigurationError where another Keyv on this store has another namespace: calls do not say whose they are */
  set namespace(namespace: string | undefined) {
    this.owners.named(namespace ?? '', () => false);
    this.#current = this.spaces.get(namespace ?? '');
  }

  protected override placeOf(key: string): Place {
    return placeIn(this.#current, this.#current.prefix, key);
  }

  /**
   * Stores a value. Resolves to `false` where it was not stored.
   *
   * @param expires milliseconds since 1970; none for never. NaN is an `InvalidArgumentError`
   */
  async set(key: string, value: unknown, expires?: number): Promise<boolean> {
    try {
      return await this.entries.write({
        place: this.placeOf(key),
        value,
        deadline: deadlineOfExpires(expires),
      });
    } catch (error) {
      return this.refused(error);
    }
  }

  /** Stores several values; for each whether it was stored. */
  async setMany(entries: readonly ExpiringEntry[]): Promise<boolean[]> {
    return this.writeMany(
      entries.map(({ key, value, expires }) => ({
        place: this.placeOf(key),
        value,
        deadline: deadlineOfExpires(expires),
      })),
    );
  }

  /** For each key whether it was there. */
  async deleteMany(keys: readonly string[]): Promise<boolean[]> {
    return this.removeMany(keys);
  }

  /** Clears the namespace. */
  async clear(): Promise<void> {
    await this.#current.generation.renew();
  }

  /** Keys and values of the namespace. It needs a server that lists its keys, else it rejects. */
  async *iterator(): AsyncGenerator<[string, unknown], void> {
    yield* this.entriesIn(this.#current, this.#current.prefix);
  }
}
