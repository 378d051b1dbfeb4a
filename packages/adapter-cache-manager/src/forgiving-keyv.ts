import { InvalidArgumentError } from '@mc/memcached';
import { Keyv, type KeyvOptions } from 'keyv';
import type { EntryStore } from './stored-entry.js';

/**
 * A Keyv 5 none of whose calls rejects unless `throwOnErrors` is set: cache-manager leaves some of them unawaited, and a
 * rejection that nobody handles ends the process. Each failure is one `error` event, and the call gives what it gives
 * where nothing is found or done. Here is what becomes of failures; the calls themselves are in the classes on top.
 */
// biome-ignore lint/suspicious/noExplicitAny: as in Keyv, so that a value needs no cast
export abstract class ForgivingKeyv<GenericValue = any> extends Keyv<GenericValue> {
  #errorCount = 0;

  constructor(options: Omit<KeyvOptions, 'store'> & { readonly store: EntryStore }) {
    // The store takes entries as they are. By these functions cacheable knows a Keyv of another copy of the package.
    const asItIs = <R>(entry: unknown): R => entry as R;
    super({ ...options, serialize: asItIs, deserialize: asItIs });
  }

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

  /** Where the entries are. */
  protected get entries(): EntryStore {
    return this.store;
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

  /**
   * Begins a call, after those that wait.
   *
   * @param _weight how many writes or deletions it is, of those that have to be bounded; 0 for none
   */
  protected inTurn<R>(_weight: number, call: () => Promise<R>): Promise<R> {
    return call();
  }

  /** Tells of a failure. @throws the error, where this is asked for */
  protected fail<R>(error: unknown, refused: R): R {
    this.emit('error', error);
    if (this.throwOnErrors) throw error;
    return refused;
  }

  /** The result of a call, or `refused` where it failed, which is told. */
  protected async attempt<R>(call: Promise<R>, refused: R): Promise<R> {
    try {
      return await call;
    } catch (error) {
      return this.fail(error, refused);
    }
  }

  /** One result for each item: what is at fault is refused, and does not take the others with it. */
  protected async each<T, R>(
    items: T[],
    faultOf: (item: T) => Error | undefined,
    run: (fit: T[]) => Promise<R[]>,
    refused: R,
  ): Promise<R[]> {
    if (!Array.isArray(items)) {
      return this.fail(new InvalidArgumentError('several keys or entries must be an array'), []);
    }
    // Array.from fills holes, which map would leave out.
    const faults = Array.from(items, faultOf);
    const first = faults.find((fault) => fault !== undefined);
    if (first === undefined) return run(items);
    this.fail(first, refused);
    const results = (await run(items.filter((_, at) => faults[at] === undefined))).values();
    return faults.map((fault) => (fault === undefined ? (results.next().value as R) : refused));
  }
}
