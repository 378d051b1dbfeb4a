import type { EventEmitter } from 'node:events';
import type { MemcachedClient } from '@mc/memcached';
import { Entries, type NewEntry, type Place } from './entries.js';
import { liveValue, type Stored } from './entry.js';
import { Failures } from './failures.js';
import { liveEntries } from './iteration.js';
import { Owners } from './owners.js';
import { openSource, type StoreSource } from './source.js';
import { type Space, Spaces } from './spaces.js';
import { checkStoreOptions, type KeyvMemcachedOptions } from './store-options.js';

/** What Keyv reads of a store besides its methods, and may write to. */
export interface StoreSettings {
  /** Always `memcached`. */
  dialect: string;
  /** The servers, as a URL. */
  url: string;
  [name: string]: unknown;
}

/**
 * What the forms for Keyv 5 and Keyv 6 have in common. Every method is declared `async`: Keyv 6 takes a store whose
 * methods only return promises for a Map.
 */
export abstract class MemcachedStore extends Failures {
  /** Keyv 5 asks for these. */
  opts: StoreSettings;
  protected readonly spaces: Spaces;
  protected readonly owners: Owners = new Owners();
  protected readonly entries: Entries;
  readonly #client: MemcachedClient<Stored>;
  readonly #close: (settled: () => Promise<void>) => Promise<void>;
  #disconnecting: Promise<void> | undefined;

  /** @throws ConfigurationError */
  constructor(source: StoreSource | undefined, options: KeyvMemcachedOptions) {
    checkStoreOptions(options);
    const { client, keeper, moving, close, onServerFailure } = openSource(source);
    super(options.onServerFailure ?? onServerFailure ?? 'miss');
    this.#client = client;
    this.#close = close;
    this.spaces = new Spaces(keeper, options.clear ?? 'namespace');
    this.entries = new Entries(client, moving);
    this.opts = { dialect: 'memcached', url: `memcached://${client.servers().map(({ name }) => name)}` };
  }

  override on(event: string | symbol, listener: Parameters<EventEmitter['on']>[1]): this {
    if (event === 'error') this.owners.listening();
    return super.on(event, listener);
  }

  /** Where the entry of a key is. */
  protected abstract placeOf(key: string): Place;

  /** True where Keyv does not tell of a rejected read itself. */
  protected abstract readonly reportsReads: boolean;

  /** The value, or `undefined`. */
  async get<Value = unknown>(key: string): Promise<Value | undefined> {
    try {
      // The most frequent call by far: nothing but what it needs.
      const place = this.placeOf(key);
      const { generation, wire, original } = place;
      const earlier = this.entries.earlierWrite(place);
      if (earlier !== undefined) await earlier;
      const reading = generation.current();
      const stored = await this.#client.get(wire);
      if (stored === undefined) return undefined;
      const token = reading.isDone ? reading.token : await reading.answer;
      return liveValue(stored, token, original) as Value | undefined;
    } catch (error) {
      if (this.forgives(error)) return undefined;
      if (this.reportsReads) this.report(error);
      throw error;
    }
  }

  /** The values in the order of the keys, `undefined` for misses: one multi-key get. */
  async getMany<Value = unknown>(keys: readonly string[]): Promise<Array<Value | undefined>> {
    return (await this.#readMany(keys)) as Array<Value | undefined>;
  }

  /** True if the key is there. */
  async has(key: string): Promise<boolean> {
    return (await this.hasMany([key]))[0] === true;
  }

  /** For each key whether it is there: one multi-key get. */
  async hasMany(keys: readonly string[]): Promise<boolean[]> {
    return (await this.#readMany(keys)).map((value) => value !== undefined);
  }

  async #readMany(keys: readonly string[]): Promise<unknown[]> {
    try {
      const { results, errors } = await this.entries.readMany(keys.map((key) => this.placeOf(key)));
      this.forgiveAll(errors);
      return results;
    } catch (error) {
      return this.#missAll(keys, error);
    }
  }

  #missAll(keys: readonly string[], error: unknown): undefined[] {
    if (this.forgives(error)) return keys.map(() => undefined);
    if (this.reportsReads) this.report(error);
    if (!this.reportsReads || !this.isForgiving) throw error;
    return keys.map(() => undefined);
  }

  /** True if the key was there. */
  async delete(key: string): Promise<boolean> {
    try {
      return await this.entries.remove(this.placeOf(key));
    } catch (error) {
      return this.refused(error);
    }
  }

  /** Closes the client, unless it was there already. What was called before is done; afterwards every call fails. */
  async disconnect(): Promise<void> {
    this.#disconnecting ??= this.#end();
    await this.#disconnecting;
  }

  async #end(): Promise<void> {
    // A call to Keyv reaches the store some microtasks later.
    await turn();
    await this.entries.ready();
    // What has waited for that is being sent.
    await turn();
    await this.#close(() => this.entries.settled());
  }

  /** What a failed write or deletion resolves to. @throws the failure, where it is not to be forgiven */
  protected refused(error: unknown): false {
    if (this.forgives(error)) return false;
    throw error;
  }

  protected async writeMany(entries: readonly NewEntry[]): Promise<boolean[]> {
    const { results, errors } = await this.entries.writeMany(entries);
    this.#tellOf(errors);
    return results;
  }

  protected async removeMany(keys: readonly string[]): Promise<boolean[]> {
    const { results, errors } = await this.entries.removeMany(keys.map((key) => this.placeOf(key)));
    this.#tellOf(errors);
    return results;
  }

  /** A batch tells by its results which of its parts failed, and by events why. @throws where nothing is to be forgiven */
  #tellOf(errors: readonly unknown[]): void {
    if (!this.isForgiving && errors.length > 0) throw errors[0];
    const seen = new Set<unknown>();
    for (const error of errors) {
      const kind = error instanceof Error && 'code' in error ? error.code : error;
      if (!seen.has(kind)) this.report(error);
      seen.add(kind);
    }
  }

  /** The entries under a prefix of memcached keys, each with its key: without its namespace, which is not in it. */
  protected entriesIn(space: Space, prefix: string): AsyncGenerator<[string, unknown], void> {
    return liveEntries(this.#client, this.entries, space, prefix, (errors) => this.forgiveAll(errors));
  }
}

/** Resolves in the next turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
