import { checkKey } from '@mc/protocol';
import type { Conclude } from './batch.js';
import type { CallInput } from './call.js';
import { type Context, makeContext } from './context.js';
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
import { execute, executeJoin, executeStore } from './execute.js';
import { executeAll } from './execute-all.js';
import { allCounted, allThere, executeMany, executeStoreMany, foundValues } from './execute-many.js';
import { MapView } from './map-view.js';
import { OPERATIONS, type Operation } from './operations.js';
import { checkPrefix, makeCoder, maxValueBytesOf, viewOptions, viewTimeout } from './options.js';
import { encodeUtf8 } from './runtime.js';

/**
 * Makes a client. It connects when it is first used.
 *
 * @throws ConfigurationError
 */
export function createClient(options: ClientOptions): MemcachedClient {
  if (typeof options?.transport?.connect !== 'function') {
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
    return this.#run(OPERATIONS.get, key, options && { options, fallback: options.fallback }) as Promise<
      T | F
    >;
  }

  gets<T = unknown>(key: Key, options?: CallOptions): Promise<CasValue<T> | undefined> {
    return this.#run(OPERATIONS.gets, key, options && { options }) as Promise<CasValue<T> | undefined>;
  }

  getAndTouch<T = unknown>(key: Key, ttl: Ttl, options?: CallOptions): Promise<T | undefined> {
    return this.#run(OPERATIONS.getAndTouch, key, { ttl: ttl ?? null, options }) as Promise<T | undefined>;
  }

  getMulti<T = unknown, K extends Key = string>(
    keys: Iterable<K>,
    options?: MultiOptions,
  ): Promise<Map<K, T>> {
    return this.#runMany(OPERATIONS.getMulti, keys, options, { options }, foundValues) as Promise<Map<K, T>>;
  }

  getsMulti<T = unknown, K extends Key = string>(
    keys: Iterable<K>,
    options?: MultiOptions,
  ): Promise<Map<K, CasValue<T>>> {
    return this.#runMany(OPERATIONS.getsMulti, keys, options, { options }, foundValues) as Promise<
      Map<K, CasValue<T>>
    >;
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

  #store(operation: Operation, key: Key, value: unknown, options?: StoreOptions): Promise<boolean> {
    if (this.#isClosed) return Promise.reject(new ClosedError());
    const input: CallInput = { ttl: options?.ttl, options };
    return executeStore(this.#context, operation, key, value, input, options) as Promise<boolean>;
  }

  cas(key: Key, value: unknown, cas: bigint, options?: CasOptions): Promise<boolean> {
    if (this.#isClosed) return Promise.reject(new ClosedError());
    const input: CallInput = { ttl: options?.ttl, cas: cas ?? 0n, options };
    return executeStore(this.#context, OPERATIONS.cas, key, value, input, undefined) as Promise<boolean>;
  }

  append(key: Key, value: string | Uint8Array, options?: CallOptions): Promise<boolean> {
    return this.#join(OPERATIONS.append, key, value, options);
  }

  prepend(key: Key, value: string | Uint8Array, options?: CallOptions): Promise<boolean> {
    return this.#join(OPERATIONS.prepend, key, value, options);
  }

  #join(operation: Operation, key: Key, value: string | Uint8Array, options?: CallOptions): Promise<boolean> {
    if (this.#isClosed) return Promise.reject(new ClosedError());
    return executeJoin(this.#context, operation, key, value, { options }) as Promise<boolean>;
  }

  setMulti(entries: Entries, options?: StoreMultiOptions): Promise<Key[]> {
    return this.#storeMany(OPERATIONS.setMulti, entries, options);
  }

  addMulti(entries: Entries, options?: StoreMultiOptions): Promise<Key[]> {
    return this.#storeMany(OPERATIONS.addMulti, entries, options);
  }

  #storeMany(operation: Operation, entries: Entries, options: StoreMultiOptions = {}): Promise<Key[]> {
    if (this.#isClosed) return Promise.reject(new ClosedError());
    const input: CallInput = { ttl: options.ttl, options };
    return executeStoreMany(this.#context, operation, entries, options.keyPrefix, input, options) as Promise<
      Key[]
    >;
  }

  // ---------------------------------------------------------------- changing

  delete(key: Key, options?: CallOptions): Promise<boolean> {
    return this.#run(OPERATIONS.delete, key, options && { options }) as Promise<boolean>;
  }

  deleteMulti(keys: Iterable<Key>, options?: MultiOptions): Promise<boolean> {
    return this.#runMany(OPERATIONS.deleteMulti, keys, options, { options }, allThere) as Promise<boolean>;
  }

  touch(key: Key, ttl: Ttl, options?: CallOptions): Promise<boolean> {
    return this.#run(OPERATIONS.touch, key, { ttl: ttl ?? null, options }) as Promise<boolean>;
  }

  incr(key: Key, delta?: number, options?: CallOptions): Promise<number>;
  incr(key: Key, delta: bigint, options?: CallOptions): Promise<bigint>;
  incr(key: Key, delta: number | bigint = 1, options?: CallOptions): Promise<never> {
    return this.#run(OPERATIONS.incr, key, { delta, options }) as Promise<never>;
  }

  decr(key: Key, delta?: number, options?: CallOptions): Promise<number>;
  decr(key: Key, delta: bigint, options?: CallOptions): Promise<bigint>;
  decr(key: Key, delta: number | bigint = 1, options?: CallOptions): Promise<never> {
    return this.#run(OPERATIONS.decr, key, { delta, options }) as Promise<never>;
  }

  incrMulti(keys: Iterable<Key>, options?: IncrMultiOptions): Promise<void> {
    const { delta = 1 } = options ?? {};
    return this.#runMany(
      OPERATIONS.incrMulti,
      keys,
      options,
      { delta, options },
      allCounted,
    ) as Promise<void>;
  }

  // ---------------------------------------------------------------- servers

  hash(key: Key): number {
    return this.#context.routing.hash(checkKey(key, this.#context.keyPrefix));
  }

  serverFor(key: Key): Server {
    const index = this.#context.routing.router.serverFor(checkKey(key, this.#context.keyPrefix));
    return this.#context.servers[index] as Server;
  }

  async flushAll(delaySeconds = 0, options?: CallOptions): Promise<true> {
    await executeAll(this.#open(), OPERATIONS.flushAll, { delaySeconds, options });
    return true;
  }

  async stats(group?: string, options?: CallOptions): Promise<Map<string, Map<string, string>>> {
    const results = await executeAll(this.#open(), OPERATIONS.stats, { words: group, options });
    return results as Map<string, Map<string, string>>;
  }

  async version(options?: CallOptions): Promise<Map<string, string>> {
    return (await executeAll(this.#open(), OPERATIONS.version, { options })) as Map<string, string>;
  }

  // ---------------------------------------------------------------- values, views, events

  asMap<T = unknown>(): AsyncMapView<T> {
    return new MapView<T>(this, (key) => this.#run(OPERATIONS.has, key, undefined) as Promise<boolean>);
  }

  serialize(value: unknown): { data: Uint8Array; flags: number } {
    const packed = this.#context.coder.pack(value, { minCompressLen: 0 });
    // Only compression is ever asynchronous.
    const { data, flags } = packed as Exclude<typeof packed, Promise<unknown>>;
    return { data: typeof data === 'string' ? encodeUtf8(data) : data, flags };
  }

  deserialize(data: Uint8Array, flags: number): unknown {
    return this.#context.coder.unpack(data, 0, data.length, flags, false);
  }

  clone(): MemcachedClient {
    return createClient(this.#options);
  }

  with(options: ViewOptions): MemcachedClient {
    const merged = viewOptions(this.#options, options);
    const context: Context = {
      ...this.#context,
      keyPrefix: checkPrefix(merged.keyPrefix),
      timeoutMs: viewTimeout(options.timeoutMs, this.#context.timeoutMs),
      coder: makeCoder(merged, maxValueBytesOf(merged)),
    };
    const view = new Client(merged, context, this.#owner ?? this);
    view.#isClosed = this.#isClosed;
    return view;
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

  #run(operation: Operation, key: Key, input: CallInput | undefined): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new ClosedError());
    return execute(this.#context, operation, key, input);
  }

  #runMany(
    operation: Operation,
    keys: Iterable<Key>,
    options: MultiOptions | undefined,
    input: CallInput,
    conclude: Conclude,
  ): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new ClosedError());
    return executeMany(this.#context, operation, keys, options?.keyPrefix, input, conclude);
  }

  #open(): Context {
    if (this.#isClosed) throw new ClosedError();
    return this.#context;
  }
}
