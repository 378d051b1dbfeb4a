import { type KeyvEntry, KeyvHooks } from 'keyv';
import { faultOfEntry, faultOfKey } from './faults.js';
import { ReadingKeyv } from './reading-keyv.js';
import { entryOf, hasValue, type StoredEntry, ttlOf } from './stored-entry.js';

interface Write {
  readonly key: string;
  readonly value: StoredEntry;
  /** As in the call. */
  readonly ttl: number | undefined;
}

/**
 * The writes. They go out in the order of the calls; Keyv itself lets a `delete` overtake a `set`. An entry's life begins
 * with the call, also of one that waits for its turn.
 */
// biome-ignore lint/suspicious/noExplicitAny: as in Keyv, so that a value needs no cast
export class EntryKeyv<GenericValue = any> extends ReadingKeyv<GenericValue> {
  override async set<Value = GenericValue>(key: string, value: Value, ttl?: number): Promise<boolean> {
    const entry = { key, value, ttl } as KeyvEntry;
    this.hooks.trigger(KeyvHooks.PRE_SET, entry);
    const fault = faultOfEntry(entry);
    if (fault !== undefined) return this.fail(fault, false);
    const write = this.#writeOf(entry);
    const stored = write.value;
    const keep = (): Promise<boolean> => this.entries.set(write.key, stored, ttlOf(stored));
    const kept = await this.attempt(this.inTurn(0, keep), false);
    this.hooks.trigger(KeyvHooks.POST_SET, write);
    this.stats.set();
    return kept && hasValue(stored);
  }

  override setMany(entries: KeyvEntry[]): Promise<boolean[]> {
    const write = async (fit: KeyvEntry[]): Promise<boolean[]> => {
      const writes = fit.map((entry) => this.#writeOf(entry));
      const keep = (): Promise<boolean[]> =>
        this.entries.setMany(writes.map(({ key, value }) => ({ key, value, ttl: ttlOf(value) })));
      const refused = writes.map(() => false);
      const kept = await this.attempt(this.inTurn(writes.length, keep), refused);
      return writes.map(({ value }, at) => kept[at] === true && hasValue(value));
    };
    return this.each(entries, faultOfEntry, write, false);
  }

  #writeOf({ key, value, ttl }: KeyvEntry): Write {
    return { key: this._getKeyPrefix(key), value: entryOf(value, ttl ?? this.ttl), ttl };
  }

  override async delete(key: string | string[]): Promise<boolean> {
    if (Array.isArray(key)) return this.deleteMany(key);
    const fault = faultOfKey(key);
    if (fault !== undefined) return this.fail(fault, false);
    const prefixed = this._getKeyPrefix(key);
    this.hooks.trigger(KeyvHooks.PRE_DELETE, { key: prefixed });
    const remove = (): Promise<boolean> => this.entries.delete(prefixed);
    const deleted = await this.attempt(this.deleteInTurn(remove), false);
    this.hooks.trigger(KeyvHooks.POST_DELETE, { key: prefixed, value: deleted });
    this.stats.delete();
    return deleted;
  }

  override async deleteMany(keys: string[]): Promise<boolean> {
    const remove = async (fit: string[]): Promise<boolean[]> => {
      const prefixed = this._getKeyPrefixArray(fit);
      this.hooks.trigger(KeyvHooks.PRE_DELETE, { key: prefixed });
      const deleting = this.inTurn(fit.length, () => this.entries.deleteMany(prefixed));
      const deleted = await this.attempt(deleting, false);
      return fit.map(() => deleted);
    };
    return (await this.each(keys, faultOfKey, remove, false)).every(Boolean);
  }

  override async clear(): Promise<void> {
    this.emit('clear');
    await this.attempt(
      this.inTurn(0, () => this.clearStore()),
      undefined,
    );
  }

  /** Empties the store. */
  protected async clearStore(): Promise<void> {
    await this.store.clear();
  }

  /** Begins the deletion of one key, after the calls that wait. */
  protected deleteInTurn(call: () => Promise<boolean>): Promise<boolean> {
    return call();
  }
}
