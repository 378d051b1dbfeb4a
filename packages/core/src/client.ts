import { checkKey } from '@mc/protocol';
import { checkOptions } from './arguments.js';
import type { Conclude } from './batch.js';
import type { CallInput } from './call.js';
import { type Context, makeContext, viewContext } from './context.js';
import type {
  AsyncMapView,
  CallOptions,
  CasOptions,
  CasValue,
  ClientEventName,
  ClientEvents,
  ClientOptions,
  Entries,
  GetOptions,
  IncrMultiOptions,
  Key,
  MemcachedClient,
  MultiOptions,
  Server,
  StoreMultiOptions,
  StoreOptions,
  Ttl,
  ViewOptions,
} from './contract.js';
import { ClosedError, ConfigurationError } from './errors.js';
import { channelOf, execute, executeJoin, executeStore } from './execute.js';
import { executeAll } from './execute-all.js';
import { allCounted, allThere, executeMany, executeStoreMany, foundValues } from './execute-many.js';
import { MapView } from './map-view.js';
import { OPERATIONS, type Operation } from './operations.js';
import { checkOptionNames, viewOptions } from './options.js';
import { deserialize, serialize } from './serialize.js';

/**
 * Makes a client. It connects when it is first used.
 *
 * @throws ConfigurationError
 */
export function createClient(options: ClientOptions): MemcachedClient {
  checkOptionNames(options);
  if (typeof options.transport?.connect !== 'function') {
    throw new ConfigurationError('transport is missing: pass tcpTransport() or memoryTransport()');
  }
  return new Client(options, makeContext(options), undefined);
}

/** One short method an operation; the way of a call is in execute.ts. */
class Client implements MemcachedClient {
  readonly #options: ClientOptions;
  readonly #context: Context;
  /** The client whose connections a view uses. */
  readonly #owner: Client | undefined;
  #isClosed = false;

  constructor(options: ClientOptions, context: Context, owner: Client | undefined) {
    this.#options = options;
    this.#context = context;
    this.#owner = owner;
  }

  // ---------------------------------------------------------------- reading

  get<T = unknown, F = undefined>(key: Key, options?: GetOptions<F>): Promise<T | F> {
    // The most frequent call by far: nothing but the call itself is made for it.
    if (options === undefined && !this.#isClosed) {
      return execute(this.#context, OPERATIONS.get, key) as Promise<T | F>;
    }
    return this.#call((context) => {
      const checked = checkOptions(options);
      return execute(context, OPERATIONS.get, key, { options: checked, fallback: checked.fallback });
    });
  }

  gets<T = unknown>(key: Key, options?: CallOptions): Promise<CasValue<T> | undefined> {
    return this.#call((context) =>
      execute(context, OPERATIONS.gets, key, { options: checkOptions(options) }),
    );
  }

  getAndTouch<T = unknown>(key: Key, ttl: Ttl, options?: CallOptions): Promise<T | undefined> {
    return this.#call((context) =>
      execute(context, OPERATIONS.getAndTouch, key, { ttl: ttl ?? null, options: checkOptions(options) }),
    );
  }

  getMulti<T = unknown, K extends Key = string>(
    keys: Iterable<K> & object,
    options?: MultiOptions,
  ): Promise<Map<K, T>> {
    return this.#many(OPERATIONS.getMulti, keys, options, foundValues);
  }

  getsMulti<T = unknown, K extends Key = string>(
    keys: Iterable<K> & object,
    options?: MultiOptions,
  ): Promise<Map<K, CasValue<T>>> {
    return this.#many(OPERATIONS.getsMulti, keys, options, foundValues);
  }

  // ---------------------------------------------------------------- storing

  set(key: Key, value: unknown, options?: StoreOptions): Promise<boolean> {
    return this.#store(OPERATIONS.set, key, value, options);
  }

  add(key: Key, value: unknown, options?: StoreOptions): Promise<boolean> {
    return this.#store(OPERATIONS.add, key, value, options);
  }

  replace(key: Key, value: unknown, options?: StoreOptions): Promise<boolean> {
    return this.#store(OPERATIONS.replace, key, value, options);
  }

  #store(
    operation: Operation,
    key: Key,
    value: unknown,
    options: StoreOptions | undefined,
  ): Promise<boolean> {
    return this.#call((context) => {
      const checked = checkOptions(options);
      return executeStore(context, operation, key, value, { ttl: checked.ttl, options: checked }, checked);
    });
  }

  cas(key: Key, value: unknown, cas: bigint, options?: CasOptions): Promise<boolean> {
    return this.#call((context) => {
      const checked = checkOptions(options);
      const input: CallInput = { ttl: checked.ttl, cas: cas ?? 0n, options: checked };
      return executeStore(context, OPERATIONS.cas, key, value, input, undefined);
    });
  }

  append(key: Key, value: string | Uint8Array, options?: CallOptions): Promise<boolean> {
    return this.#call((context) =>
      executeJoin(context, OPERATIONS.append, key, value, { options: checkOptions(options) }),
    );
  }

  prepend(key: Key, value: string | Uint8Array, options?: CallOptions): Promise<boolean> {
    return this.#call((context) =>
      executeJoin(context, OPERATIONS.prepend, key, value, { options: checkOptions(options) }),
    );
  }

  setMulti(entries: Entries, options?: StoreMultiOptions): Promise<Key[]> {
    return this.#storeMany(OPERATIONS.setMulti, entries, options);
  }

  addMulti(entries: Entries, options?: StoreMultiOptions): Promise<Key[]> {
    return this.#storeMany(OPERATIONS.addMulti, entries, options);
  }

  #storeMany(operation: Operation, entries: Entries, options: StoreMultiOptions | undefined): Promise<Key[]> {
    return this.#call((context) => {
      const checked = checkOptions(options);
      const input: CallInput = { ttl: checked.ttl, options: checked };
      return executeStoreMany(context, operation, entries, checked.keyPrefix, input, checked);
    });
  }

  // ---------------------------------------------------------------- changing

  delete(key: Key, options?: CallOptions): Promise<boolean> {
    return this.#call((context) =>
      execute(context, OPERATIONS.delete, key, { options: checkOptions(options) }),
    );
  }

  deleteMulti(keys: Iterable<Key> & object, options?: MultiOptions): Promise<boolean> {
    return this.#many(OPERATIONS.deleteMulti, keys, options, allThere);
  }

  touch(key: Key, ttl: Ttl, options?: CallOptions): Promise<boolean> {
    return this.#call((context) =>
      execute(context, OPERATIONS.touch, key, { ttl: ttl ?? null, options: checkOptions(options) }),
    );
  }

  incr(key: Key, delta: number | bigint = 1, options?: CallOptions): Promise<never> {
    return this.#call((context) =>
      execute(context, OPERATIONS.incr, key, { delta, options: checkOptions(options) }),
    );
  }

  decr(key: Key, delta: number | bigint = 1, options?: CallOptions): Promise<never> {
    return this.#call((context) =>
      execute(context, OPERATIONS.decr, key, { delta, options: checkOptions(options) }),
    );
  }

  incrMulti(keys: Iterable<Key> & object, options?: IncrMultiOptions): Promise<void> {
    return this.#call((context) => {
      const checked = checkOptions(options);
      const { delta = 1, keyPrefix } = checked;
      return executeMany(
        context,
        OPERATIONS.incrMulti,
        keys,
        keyPrefix,
        { delta, options: checked },
        allCounted,
      );
    });
  }

  // ---------------------------------------------------------------- servers

  hash(key: Key): number {
    return this.#context.routing.hash(checkKey(key, this.#context.keyPrefix));
  }

  serverFor(key: Key): Server {
    return channelOf(this.#context, checkKey(key, this.#context.keyPrefix)).server;
  }

  async flushAll(delaySeconds = 0, options?: CallOptions): Promise<true> {
    await this.#all(OPERATIONS.flushAll, { delaySeconds, options });
    return true;
  }

  stats(group?: string, options?: CallOptions): Promise<Map<string, Map<string, string>>> {
    return this.#all(OPERATIONS.stats, { words: group, options });
  }

  version(options?: CallOptions): Promise<Map<string, string>> {
    return this.#all(OPERATIONS.version, { options });
  }

  // ---------------------------------------------------------------- values, views, events

  asMap<T = unknown>(): AsyncMapView<T> {
    return new MapView<T>(this, (key) => this.#call((context) => execute(context, OPERATIONS.has, key)));
  }

  serialize(value: unknown): { data: Uint8Array; flags: number } {
    return serialize(this.#context.coder, value);
  }

  deserialize(data: Uint8Array, flags: number): unknown {
    return deserialize(this.#context.coder, data, flags);
  }

  clone(): MemcachedClient {
    return createClient(this.#options);
  }

  with<W>(options: ViewOptions): MemcachedClient<W> {
    const merged = viewOptions(this.#options, options);
    const view = new Client(merged, viewContext(this.#context, merged, options), this.#owner ?? this);
    view.#isClosed = this.#isClosed;
    return view as MemcachedClient<W>;
  }

  on<E extends ClientEventName>(event: E, listener: (detail: ClientEvents[E]) => void): () => void {
    return this.#context.events.on(event, listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#owner !== undefined) return;
    await this.#context.packOrder.all();
    await Promise.all(this.#context.channels.map((channel) => channel.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  // ----------------------------------------------------------------

  /** Starts a call; whatever is wrong with it is a rejection, never thrown. */
  #call<R>(start: (context: Context) => Promise<unknown>): Promise<R> {
    try {
      if (this.#isClosed) throw new ClosedError();
      return start(this.#context) as Promise<R>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #many<R>(
    operation: Operation,
    keys: Iterable<Key>,
    options: MultiOptions | undefined,
    conclude: Conclude,
  ): Promise<R> {
    return this.#call((context) => {
      const checked = checkOptions(options);
      return executeMany(context, operation, keys, checked.keyPrefix, { options: checked }, conclude);
    });
  }

  #all<R>(operation: Operation, input: CallInput): Promise<R> {
    return this.#call((context) =>
      executeAll(context, operation, { ...input, options: checkOptions(input.options) }),
    );
  }
}
