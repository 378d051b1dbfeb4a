import { type DeserializedData, KeyvHooks, type StoredDataNoRaw, type StoredDataRaw } from 'keyv';
import { faultOfKey } from './faults.js';
import { ForgivingKeyv } from './forgiving-keyv.js';
import { liveEntry, type StoredEntry } from './stored-entry.js';

type Raw<Value> = Array<StoredDataRaw<Value>>;
type NoRaw<Value> = Array<StoredDataNoRaw<Value>>;

/** What Keyv tells of reads, in the places where Keyv does. */
interface ReadHooks {
  readonly before: KeyvHooks;
  readonly after: KeyvHooks;
}

const GET: ReadHooks = { before: KeyvHooks.PRE_GET, after: KeyvHooks.POST_GET };
const GET_RAW: ReadHooks = { before: KeyvHooks.PRE_GET_RAW, after: KeyvHooks.POST_GET_RAW };

/**
 * The reads. Keyv's own delete what they find expired; such a delete comes behind a newer `set`, which it undoes, and
 * `getManyRaw` names the wrong key.
 */
// biome-ignore lint/suspicious/noExplicitAny: as in Keyv, so that a value needs no cast
export abstract class ReadingKeyv<GenericValue = any> extends ForgivingKeyv<GenericValue> {
  override get<Value = GenericValue>(key: string, options?: { raw: false }): Promise<StoredDataNoRaw<Value>>;
  override get<Value = GenericValue>(key: string, options?: { raw: true }): Promise<StoredDataRaw<Value>>;
  override get<Value = GenericValue>(key: string[], options?: { raw: false }): Promise<NoRaw<Value>>;
  override get<Value = GenericValue>(key: string[], options?: { raw: true }): Promise<Raw<Value>>;
  override async get(key: string | string[], options?: { raw: boolean }): Promise<unknown> {
    if (Array.isArray(key)) return this.getMany(key, options as { raw: true });
    const entry = await this.#readOne(key, GET);
    return options?.raw ? entry : entry?.value;
  }

  override getRaw<Value = GenericValue>(key: string): Promise<StoredDataRaw<Value> | undefined> {
    return this.#readOne(key, GET_RAW) as Promise<StoredDataRaw<Value>>;
  }

  async #readOne(key: string, { before, after }: ReadHooks): Promise<StoredEntry | undefined> {
    const fault = faultOfKey(key);
    if (fault !== undefined) return this.fail(fault, undefined);
    const prefixed = this._getKeyPrefix(key);
    this.hooks.trigger(before, { key: prefixed });
    const entry = await this.#fetch(prefixed);
    this.hooks.trigger(after, { key: prefixed, value: entry });
    if (entry === undefined) this.stats.miss();
    else this.stats.hit();
    return entry;
  }

  override getMany<Value = GenericValue>(keys: string[], options?: { raw: false }): Promise<NoRaw<Value>>;
  override getMany<Value = GenericValue>(keys: string[], options?: { raw: true }): Promise<Raw<Value>>;
  override getMany(keys: string[], options?: { raw: boolean }): Promise<unknown> {
    const read = async (fit: string[]): Promise<unknown[]> => {
      const prefixed = this._getKeyPrefixArray(fit);
      this.hooks.trigger(KeyvHooks.PRE_GET_MANY, { keys: prefixed });
      const entries = await this.#fetchMany(prefixed);
      const results = options?.raw ? entries : entries.map((entry) => entry?.value);
      this.hooks.trigger(KeyvHooks.POST_GET_MANY, results);
      if (results.length > 0) this.stats.hit();
      return results;
    };
    return this.each(keys, faultOfKey, read, undefined);
  }

  override getManyRaw<Value = GenericValue>(keys: string[]): Promise<Raw<Value>> {
    const read = async (fit: string[]): Promise<Raw<Value>> => {
      const prefixed = this._getKeyPrefixArray(fit);
      const values = (await this.#fetchMany(prefixed)) as Raw<Value>;
      this.stats.hitsOrMisses(values);
      this.hooks.trigger(KeyvHooks.POST_GET_MANY_RAW, { keys: prefixed, values });
      return values;
    };
    return this.each(keys, faultOfKey, read, undefined);
  }

  override has(key: string[]): Promise<boolean[]>;
  override has(key: string): Promise<boolean>;
  override async has(key: string | string[]): Promise<boolean | boolean[]> {
    if (Array.isArray(key)) return this.hasMany(key);
    const fault = faultOfKey(key);
    if (fault !== undefined) return this.fail(fault, false);
    return (await this.#fetch(this._getKeyPrefix(key))) !== undefined;
  }

  override hasMany(keys: string[]): Promise<boolean[]> {
    const read = async (fit: string[]): Promise<boolean[]> => {
      const entries = await this.#fetchMany(this._getKeyPrefixArray(fit));
      return entries.map((entry) => entry !== undefined);
    };
    return this.each(keys, faultOfKey, read, false);
  }

  /** Keyv's `iterator` alone calls it. It would delete what has an `expires` that is past; the store gives no such. */
  override async deserializeData<T>(data: string | DeserializedData<T>): Promise<DeserializedData<T>> {
    return { ...(data as DeserializedData<T>), expires: undefined };
  }

  async #fetch(key: string): Promise<StoredEntry | undefined> {
    try {
      return liveEntry(await this.inTurn(0, () => this.entries.get(key)));
    } catch (error) {
      return this.#missed(error, undefined);
    }
  }

  async #fetchMany(keys: string[]): Promise<Array<StoredEntry | undefined>> {
    try {
      return (await this.inTurn(0, () => this.entries.getMany(keys))).map(liveEntry);
    } catch (error) {
      return this.#missed(
        error,
        keys.map(() => undefined),
      );
    }
  }

  /** The store has told of it. @throws the error, where this is asked for */
  #missed<R>(error: unknown, misses: R): R {
    if (this.throwOnErrors) throw error;
    return misses;
  }
}
