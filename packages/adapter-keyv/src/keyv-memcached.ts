import { Place } from './entries.js';
import { deadlineOfTtl } from './expiry.js';
import { MemcachedStore } from './memcached-store.js';
import { refusal } from './owners.js';
import type { StoreSource } from './source.js';
import { placeIn, type Space } from './spaces.js';
import type { KeyvMemcachedOptions } from './store-options.js';
import { isPlainKey } from './wire-key.js';

/** An entry of `setMany`, as Keyv 5 has it. */
export interface TtlEntry {
  readonly key: string;
  readonly value: unknown;
  /** Milliseconds; 0 or none for never. */
  readonly ttl?: number | undefined;
}

/**
 * A store for Keyv 5, which Keyv 6 takes too.
 *
 * Keyv 5 puts the namespace before the keys itself, and sets `namespace` besides. Where several Keyvs share a store,
 * the last one to set it wins; so the namespace of a key is read from the key where it can be.
 */
export class KeyvMemcached extends MemcachedStore {
  protected readonly reportsReads = true;
  #current: Space;
  /** The namespaces in use. */
  #named: readonly Space[] = [];

  /**
   * @param source default `localhost:11211`
   * @throws ConfigurationError
   */
  constructor(source?: StoreSource, options: KeyvMemcachedOptions = {}) {
    super(source, options);
    this.#current = this.spaces.get(options.namespace ?? '');
  }

  /** The namespace that was set last. */
  get namespace(): string | undefined {
    return this.#current.namespace === '' ? undefined : this.#current.namespace;
  }

  /** @throws ConfigurationError where another Keyv on this store has a namespace that would mix with it */
  set namespace(namespace: string | undefined) {
    this.owners.named(namespace ?? '', isApart);
    this.#current = this.spaces.get(namespace ?? '');
    this.#named = this.owners.names.filter((name) => name !== '').map((name) => this.spaces.get(name));
  }

  /** @throws ConfigurationError for a key that could be that of several Keyvs */
  protected override placeOf(key: string): Place {
    for (const space of this.#named) {
      const { namespace } = space;
      if (!key.startsWith(namespace) || key[namespace.length] !== ':') continue;
      if (space.isPlain && isPlainKey(key)) return new Place(space.generation, key, undefined);
      return placeIn(space, space.prefix, key.slice(namespace.length + 1));
    }
    if (this.#named.length > 1) throw refusal();
    return placeIn(this.#current, this.#current.barePrefix, key);
  }

  /**
   * Stores a value. Resolves to `false` where it was not stored.
   *
   * @param ttl milliseconds; 0 or none for never, less for not at all. NaN is an `InvalidArgumentError`
   */
  async set(key: string, value: unknown, ttl?: number): Promise<boolean> {
    try {
      return await this.entries.write({ place: this.placeOf(key), value, deadline: deadlineOfTtl(ttl) });
    } catch (error) {
      return this.refused(error);
    }
  }

  /** Stores several values; for each whether it was stored. */
  async setMany(entries: readonly TtlEntry[]): Promise<boolean[]> {
    return this.writeMany(
      entries.map(({ key, value, ttl }) => ({
        place: this.placeOf(key),
        value,
        deadline: deadlineOfTtl(ttl),
      })),
    );
  }

  /** True if all keys were there. */
  async deleteMany(keys: readonly string[]): Promise<boolean> {
    return (await this.removeMany(keys)).every(Boolean);
  }

  /**
   * Clears a namespace, by default the one that was set. It rejects where several are in use and none is named: Keyv 5
   * does not say which of them it means.
   */
  async clear(namespace?: string): Promise<void> {
    if (namespace === undefined && this.#named.length > 1) throw refusal();
    await (namespace === undefined ? this.#current : this.spaces.get(namespace)).generation.renew();
  }

  /**
   * Keys and values of a namespace, by default the one that was set; keys as they were given to the store. It needs a
   * server that lists its keys, else it rejects.
   */
  async *iterator(namespace?: string): AsyncGenerator<[string, unknown], void> {
    const space = namespace === undefined ? this.#current : this.spaces.get(namespace);
    if (space.namespace !== '') {
      for await (const [key, value] of this.entriesIn(space, space.prefix)) {
        yield [`${space.namespace}:${key}`, value];
      }
    }
    yield* this.entriesIn(space, space.barePrefix);
  }
}

/** False where a key of the one could be a key of the other. */
function isApart(name: string, other: string): boolean {
  return name !== '' && other !== '' && !name.startsWith(`${other}:`) && !other.startsWith(`${name}:`);
}
