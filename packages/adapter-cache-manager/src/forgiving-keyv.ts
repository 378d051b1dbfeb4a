import { InvalidArgumentError } from '@mc/memcached';
import { Keyv, type KeyvEntry, KeyvHooks, type StoredDataNoRaw, type StoredDataRaw } from 'keyv';

/** What a store is given to keep. */
interface Write {
  readonly key: string;
  readonly value: { readonly value: unknown; readonly expires: number | undefined };
  readonly ttl: number | undefined;
}

type Raw<Value> = Array<StoredDataRaw<Value>>;
type NoRaw<Value> = Array<StoredDataNoRaw<Value>>;

/**
 * A Keyv 5 none of whose calls rejects unless `throwOnErrors` is set: cache-manager leaves some of them unawaited, and a
 * rejection that nobody handles ends the process. Each failure is one `error` event, and the call gives what it gives
 * where nothing is found or done. It writes in the order of the calls; Keyv itself lets a `delete` overtake a `set`.
 */
// biome-ignore lint/suspicious/noExplicitAny: as in Keyv, so that a value needs no cast
export class ForgivingKeyv<GenericValue = any> extends Keyv<GenericValue> {
  #errorCount = 0;

  /** Failures so far: `error` events, heard or not. */
  get errorCount(): number {
    return this.#errorCount;
  }

  override emit(event: string, ...parts: unknown[]): void {
    if (event !== 'error') {
      super.emit(event, ...parts);
      return;
    }
    this.#errorCount += 1;
    try {
      super.emit(event, ...parts);
    } catch {
      // A listener that throws must not make a rejection of a failure that was to be forgiven.
    }
  }

  /**
   * The key with its namespace. Keyv leaves a key alone that begins like the namespace, except where it reads several:
   * then `mget` misses what `set` has stored, and `ns:key` and `key` are one.
   */
  override _getKeyPrefix(key: string): string {
    return this.useKeyPrefix && this.namespace ? `${this.namespace}:${key}` : `${key}`;
  }

  override _getKeyPrefixArray(keys: string[]): string[] {
    return keys.map((key) => this._getKeyPrefix(key));
  }

  override get<Value = GenericValue>(key: string, options?: { raw: false }): Promise<StoredDataNoRaw<Value>>;
  override get<Value = GenericValue>(key: string, options?: { raw: true }): Promise<StoredDataRaw<Value>>;
  override get<Value = GenericValue>(key: string[], options?: { raw: false }): Promise<NoRaw<Value>>;
  override get<Value = GenericValue>(key: string[], options?: { raw: true }): Promise<Raw<Value>>;
  override get(key: string | string[], options?: { raw: boolean }): Promise<unknown> {
    if (Array.isArray(key)) return this.getMany(key, options as { raw: true });
    return this.#one<unknown>(
      key,
      () => this.inTurn(0, () => super.get(key, options as { raw: true })),
      undefined,
    );
  }

  override getMany<Value = GenericValue>(keys: string[], options?: { raw: false }): Promise<NoRaw<Value>>;
  override getMany<Value = GenericValue>(keys: string[], options?: { raw: true }): Promise<Raw<Value>>;
  override getMany(keys: string[], options?: { raw: boolean }): Promise<unknown> {
    return this.#many<string, unknown>(
      keys,
      faultOfKey,
      (fit) => this.inTurn(0, () => super.getMany(fit, options as { raw: true })),
      undefined,
    );
  }

  override getRaw<Value = GenericValue>(key: string): Promise<StoredDataRaw<Value> | undefined> {
    return this.#one(key, () => this.inTurn(0, () => super.getRaw<Value>(key)), undefined);
  }

  override getManyRaw<Value = GenericValue>(keys: string[]): Promise<Raw<Value>> {
    return this.#many(
      keys,
      faultOfKey,
      (fit) => this.inTurn(0, () => super.getManyRaw<Value>(fit)),
      undefined,
    );
  }

  override has(key: string[]): Promise<boolean[]>;
  override has(key: string): Promise<boolean>;
  override has(key: string | string[]): Promise<boolean | boolean[]> {
    if (Array.isArray(key)) return this.hasMany(key);
    return this.#one(key, () => this.inTurn(0, () => super.has(key)), false);
  }

  override hasMany(keys: string[]): Promise<boolean[]> {
    return this.#many(keys, faultOfKey, (fit) => this.inTurn(0, () => super.hasMany(fit)), false);
  }

  override async set<Value = GenericValue>(key: string, value: Value, ttl?: number): Promise<boolean> {
    const entry = { key, value, ttl } as KeyvEntry;
    this.hooks.trigger(KeyvHooks.PRE_SET, entry);
    const fault = faultOfEntry(entry);
    if (fault !== undefined) return this.#fail(fault, false);
    const write = this.#writeOf(entry);
    return this.inTurn(0, () => this.#store(write));
  }

  async #store(write: Write): Promise<boolean> {
    const keep = (): Promise<unknown> => this.store.set(write.key, write.value, write.ttl);
    const stored = await this.#attempt(keep, false);
    this.hooks.trigger(KeyvHooks.POST_SET, write);
    this.stats.set();
    return stored !== false;
  }

  override setMany(entries: KeyvEntry[]): Promise<boolean[]> {
    return this.#many(
      entries,
      faultOfEntry,
      (fit) => {
        const writes = fit.map((entry) => this.#writeOf(entry));
        return this.inTurn(writes.length, () => this.#storeMany(writes));
      },
      false,
    );
  }

  #storeMany(writes: Write[]): Promise<boolean[]> {
    if (typeof this.store.setMany !== 'function') {
      return Promise.all(writes.map((write) => this.#store(write)));
    }
    const keep = (): Promise<boolean[]> => this.store.setMany(writes);
    return this.#attempt(
      keep,
      writes.map(() => false),
    );
  }

  #writeOf({ key, value, ttl }: KeyvEntry): Write {
    const lifetime = (ttl ?? this.ttl) || undefined;
    const expires = lifetime === undefined ? undefined : Date.now() + lifetime;
    return { key: this._getKeyPrefix(key), value: { value, expires }, ttl: lifetime };
  }

  override delete(key: string | string[]): Promise<boolean> {
    if (Array.isArray(key)) return this.deleteMany(key);
    return this.#one(key, () => this.deleteInTurn(() => super.delete(key)), false);
  }

  override async deleteMany(keys: string[]): Promise<boolean> {
    const deleteFit = async (fit: string[]): Promise<boolean[]> => {
      const deleted = await this.inTurn(fit.length, () => super.deleteMany(fit));
      return fit.map(() => deleted);
    };
    return (await this.#many(keys, faultOfKey, deleteFit, false)).every(Boolean);
  }

  override async clear(): Promise<void> {
    this.emit('clear');
    await this.inTurn(0, () => this.#attempt(() => this.clearStore(), undefined));
  }

  /** Empties the store. */
  protected async clearStore(): Promise<void> {
    await this.store.clear();
  }

  /**
   * Begins a call, after those that wait.
   *
   * @param _weight how many writes or deletions it is, of those that have to be bounded; 0 for none
   */
  protected inTurn<R>(_weight: number, call: () => Promise<R>): Promise<R> {
    return call();
  }

  /** Begins the deletion of one key, after the calls that wait. */
  protected deleteInTurn(call: () => Promise<boolean>): Promise<boolean> {
    return call();
  }

  /** What Keyv or the store fails in and has not told of. */
  async #attempt<R>(run: () => Promise<R>, refused: R): Promise<R> {
    try {
      return await run();
    } catch (error) {
      return this.#fail(error, refused);
    }
  }

  /** Tells of a failure. @throws the error, where this is asked for */
  #fail<R>(error: unknown, refused: R): R {
    this.emit('error', error);
    if (this.throwOnErrors) throw error;
    return refused;
  }

  /** A call whose failures Keyv or the store has told of, unless the key is at fault. */
  async #one<R>(key: unknown, run: () => Promise<R>, refused: R): Promise<R> {
    const fault = faultOfKey(key);
    return fault === undefined ? this.#forgive(run, refused) : this.#fail(fault, refused);
  }

  async #forgive<R>(run: () => Promise<R>, refused: R): Promise<R> {
    try {
      return await run();
    } catch (error) {
      if (this.throwOnErrors) throw error;
      return refused;
    }
  }

  /** One result for each item: what is at fault is refused, and does not take the others with it. */
  async #many<T, R>(
    items: T[],
    faultOf: (item: T) => Error | undefined,
    run: (fit: T[]) => Promise<R[]>,
    refused: R,
  ): Promise<R[]> {
    if (!Array.isArray(items)) {
      return this.#fail(new InvalidArgumentError('several keys or entries must be an array'), []);
    }
    // Array.from fills holes, which map would leave out.
    const faults = Array.from(items, faultOf);
    const fault = faults.find((each) => each !== undefined);
    if (fault !== undefined) this.#fail(fault, refused);
    const fit = items.filter((_, at) => faults[at] === undefined);
    const results = await this.#forgive(
      () => run(fit),
      fit.map(() => refused),
    );
    if (fault === undefined) return results;
    const next = results.values();
    return faults.map((each) => (each === undefined ? (next.next().value as R) : refused));
  }
}

/** As text all objects would be one key, and so would all that has no name yet. */
function faultOfKey(key: unknown): Error | undefined {
  if (typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint') return undefined;
  return new InvalidArgumentError('a key must be text or a number');
}

function faultOfEntry(entry: KeyvEntry): Error | undefined {
  if (typeof entry !== 'object' || entry === null) {
    return new InvalidArgumentError('an entry must be an object with a key and a value');
  }
  const { ttl } = entry as { ttl?: unknown };
  if (ttl !== undefined && ttl !== null && (typeof ttl !== 'number' || Number.isNaN(ttl))) {
    return new InvalidArgumentError('the ttl must be a number of milliseconds');
  }
  return faultOfKey(entry.key);
}
