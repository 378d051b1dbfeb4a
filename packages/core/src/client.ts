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
  Codec,
  Entries,
  GetOptions,
  IncrMultiOptions,
  Key,
  KeyCallOptions,
  KeysOptions,
  MemcachedClient,
  MultiOptions,
  Server,
  ServerInput,
  ServerSnapshot,
  StoreMultiOptions,
  StoreOptions,
  Ttl,
  ViewOptions,
} from './contract.js';
import { ClosedError, ConfigurationError } from './errors.js';
import { execute, executeJoin, executeStore } from './execute.js';
import { executeAll } from './execute-all.js';
import { allCounted, allThere, executeMany, executeStoreMany, foundValues } from './execute-many.js';
import { isDiscovery } from './fleet-options.js';
import { decidingKey } from './key-rules.js';
import { listKeys, stopListings } from './keys.js';
import { MapView } from './map-view.js';
import { OPERATIONS, type Operation } from './operations.js';
import { channelSettings, checkOptionNames } from './options.js';
import { deserialize, serialize } from './serialize.js';
import { viewOptions, wrappedCodec } from './view-options.js';

/**
 * Makes a client. It connects when it is first used.
 *
 * @throws ConfigurationError
 */
export function createClient<V = unknown>(
  options: ClientOptions & { readonly codec?: Codec<V> },
): MemcachedClient<V> {
  checkOptionNames(options);
  if (typeof options.transport?.connect !== 'function') {
    throw new ConfigurationError('transport is missing: pass tcpTransport() or memoryTransport()');
  }
  return new Client(options, makeContext(options), undefined) as MemcachedClient<V>;
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

  gets<T = unknown>(key: Key, options?: KeyCallOptions): Promise<CasValue<T> | undefined> {
    return this.#one(OPERATIONS.gets, key, options);
  }

  getAndTouch<T = unknown>(key: Key, ttl: Ttl, options?: KeyCallOptions): Promise<T | undefined> {
    return this.#one(OPERATIONS.getAndTouch, key, options, { ttl: ttl ?? null });
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

  append(key: Key, value: string | Uint8Array, options?: KeyCallOptions): Promise<boolean> {
    return this.#join(OPERATIONS.append, key, value, options);
  }

  prepend(key: Key, value: string | Uint8Array, options?: KeyCallOptions): Promise<boolean> {
    return this.#join(OPERATIONS.prepend, key, value, options);
  }

  #join(
    operation: Operation,
    key: Key,
    value: string | Uint8Array,
    options: KeyCallOptions | undefined,
  ): Promise<boolean> {
    return this.#call((context) =>
      executeJoin(context, operation, key, value, { options: checkOptions(options) }),
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

  delete(key: Key, options?: KeyCallOptions): Promise<boolean> {
    return this.#one(OPERATIONS.delete, key, options);
  }

  deleteMulti(keys: Iterable<Key> & object, options?: MultiOptions): Promise<boolean> {
    return this.#many(OPERATIONS.deleteMulti, keys, options, allThere);
  }

  touch(key: Key, ttl: Ttl, options?: KeyCallOptions): Promise<boolean> {
    return this.#one(OPERATIONS.touch, key, options, { ttl: ttl ?? null });
  }

  incr(key: Key, delta: number | bigint = 1, options?: KeyCallOptions): Promise<never> {
    return this.#one(OPERATIONS.incr, key, options, { delta });
  }

  decr(key: Key, delta: number | bigint = 1, options?: KeyCallOptions): Promise<never> {
    return this.#one(OPERATIONS.decr, key, options, { delta });
  }

  incrMulti(keys: Iterable<Key> & object, options?: IncrMultiOptions): Promise<void> {
    return this.#call((context) => {
      const checked = checkOptions(options);
      const input: CallInput = { delta: checked.delta ?? 1, options: checked };
      return executeMany(context, OPERATIONS.incrMulti, keys, checked.keyPrefix, input, allCounted);
    });
  }

  // ---------------------------------------------------------------- servers

  hash(key: Key): number {
    const { fleet, keyRules } = this.#context;
    return fleet.hash(decidingKey(keyRules, key, undefined));
  }

  serverFor(key: Key, options?: Pick<KeyCallOptions, 'routeBy'>): Server {
    const { fleet, keyRules } = this.#context;
    return fleet.serverFor(decidingKey(keyRules, key, options?.routeBy));
  }

  servers(): ServerSnapshot[] {
    return this.#context.fleet.snapshots();
  }

  addServer(server: ServerInput): Promise<void> {
    return this.#call(async ({ fleet }) => fleet.add(server));
  }

  removeServer(server: ServerInput): Promise<boolean> {
    return this.#call(({ fleet }) => fleet.remove(server));
  }

  setServers(servers: ServerInput | readonly ServerInput[]): Promise<void> {
    return this.#call(({ fleet }) => fleet.set(servers));
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

  keys(options?: KeysOptions): AsyncGenerator<Key, void> {
    return listKeys(() => {
      const { signal } = checkOptions(options);
      if (this.#isClosed) throw new ClosedError();
      const { transport } = this.#options;
      const { prefix } = this.#context.keyRules;
      return { ...this.#context, ...channelSettings(this.#options), transport, prefix, client: this, signal };
    });
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
    const { servers } = this.#options;
    if (isDiscovery(servers)) return createClient(this.#options);
    return createClient({ ...this.#options, servers: this.#context.fleet.addresses() });
  }

  with<W>(options: ViewOptions): MemcachedClient<W> {
    const own = wrappedCodec(this.#options, options);
    const merged = viewOptions(this.#options, own);
    const view = new Client(merged, viewContext(this.#context, merged, own), this.#owner ?? this);
    view.#isClosed = this.#isClosed;
    return view as MemcachedClient<W>;
  }

  on<E extends ClientEventName>(event: E, listener: (detail: ClientEvents[E]) => void): () => void {
    return this.#context.events.on(event, listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    stopListings(this);
    if (this.#owner !== undefined) return;
    const { discovery, packOrder, fleet } = this.#context;
    discovery?.stop();
    stopListings(fleet);
    fleet.giveUpWaiting();
    await packOrder.all();
    await fleet.close();
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

  #one<R>(operation: Operation, key: Key, options: KeyCallOptions | undefined, more?: CallInput): Promise<R> {
    return this.#call((context) =>
      execute(context, operation, key, { ...more, options: checkOptions(options) }),
    );
  }

  #many<R>(
    operation: Operation,
    keys: Iterable<Key>,
    options: MultiOptions | undefined,
    conclude: Conclude,
    more?: CallInput,
  ): Promise<R> {
    return this.#call((context) => {
      const checked = checkOptions(options);
      return executeMany(
        context,
        operation,
        keys,
        checked.keyPrefix,
        { ...more, options: checked },
        conclude,
      );
    });
  }

  #all<R>(operation: Operation, input: CallInput): Promise<R> {
    return this.#call((context) =>
      executeAll(context, operation, { ...input, options: checkOptions(input.options) }),
    );
  }
}
