/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Every public type of the client, in one file. It imports nothing but types.
 */
import type { MemcachedError } from '@mc/protocol';

// ---------------------------------------------------------------- keys and values

/** A key: text (sent as UTF-8) or bytes; 1 to 250 bytes with its prefix, none of them <= 0x20 or 0x7f. */
export type Key = string | Uint8Array;

/**
 * When an item expires. A number is seconds from now: 0 means never, fractions round up, a negative one means at
 * once. A `Date` is a point in time; one that is not in the future means at once.
 * Source: memcached protocol.txt, "Expiration times".
 */
export type Ttl = number | Date;

/** A value as it is stored. A string is UTF-8 text, written without a copy. */
export interface Packed {
  readonly data: Uint8Array | string;
  /** Client flags, 0 to 2^32 - 1; this project's own layout uses the low 16 bits. */
  readonly flags: number;
}

/** Turns values that are not bytes, text, booleans or integers into bytes and back. */
export interface Codec<T = unknown> {
  /** Shown in errors. */
  readonly name: string;
  /** 1 to 7, in the flags of every item it wrote; 7 is free for your own. 8 is Python's pickle, which has a bit of its own. */
  readonly id: number;
  /**
   * True: bytes, text, booleans and integers go to this codec too, and a value that it did not write is a
   * `DecodeError`. For a codec that checks all it lets through. Default false: they stay the client's.
   */
  readonly takesSimple?: boolean;
  /** May throw anything; it reaches the caller as the cause of an `EncodeError`. */
  encode(value: T): Uint8Array | string;
  /** `data` is valid during the call only: copy what you keep. May throw; see `DecodeError`. */
  decode(data: Uint8Array): T;
}

/** Makes packed bytes smaller and back. */
export interface Compressor {
  readonly name: string;
  /** 8 for zlib (pylibmc's bit), or 1 to 7 for bits 8-10 of the flags. 7 is free for your own. */
  readonly id: number;
  /** `level` is the compressor's own scale. */
  compress(data: Uint8Array, level?: number): Uint8Array | Promise<Uint8Array>;
  /** Must refuse to produce more than `maxBytes`, and refuse bytes that follow the stream. */
  decompress(data: Uint8Array, maxBytes: number): Uint8Array | Promise<Uint8Array>;
}

/** How a value is to be compressed. */
export interface CompressionChoice {
  /** Compress values of at least this many bytes; 0 never compresses. */
  readonly minCompressLen?: number | undefined;
  /** On the compressor's own scale. */
  readonly compressLevel?: number | undefined;
}

/** Owns a whole flag layout: replaces the project's own for the fleets of other clients. */
export interface ValueFormat {
  /** A promise only where it compresses off the thread. `choice` is what the call asked for. */
  pack(value: unknown, choice?: CompressionChoice): Packed | Promise<Packed>;
  /**
   * `data` belongs to the format: it is a copy. A promise only where it decompresses off the thread. What it
   * decompresses must not exceed `maxBytes`.
   */
  unpack(data: Uint8Array, flags: number, maxBytes?: number): unknown;
}

/** What a {@link ForeignLayout} reads with: the codecs and compressors that the client was given. */
export interface ForeignReaders {
  /** Largest value in bytes, also after decompression. */
  readonly maxBytes: number;
  /** Throws a `DecodeError` that names the package to add where there is no such compressor. */
  decompress(compressorId: number, data: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** Throws a `DecodeError` that names the package to add where there is no such codec. */
  decode(codecId: number, data: Uint8Array): unknown;
}

/** Reads what another client wrote, for `migrationFormat`. */
export interface ForeignLayout {
  /** Shown in errors. */
  readonly name: string;
  /** May throw anything, and return a promise where a compressor does. `data` belongs to the layout. */
  read(data: Uint8Array, flags: number, readers: ForeignReaders): unknown;
}

// ---------------------------------------------------------------- servers and transports

/** Where a server listens. */
export interface ServerAddress {
  /** Host name or IP address as written, without brackets; absent for a unix socket. */
  readonly host?: string;
  /** TCP port, 1 to 65535. Default 11211. */
  readonly port?: number;
  /** Path of a unix socket. */
  readonly path?: string;
  /** Share of the keys, a positive integer. Default 1. */
  readonly weight?: number;
}

/** `host`, `host:port`, `host:port:weight`, `[v6]:port:weight`, `/path.sock`, `memcached://host:port?weight=2`, or an object. */
export type ServerInput = string | ServerAddress;

/** A server as the client knows it. */
export interface Server {
  /** `host:port`, `[v6]:port` or the socket path: the name used in errors, events and result maps. */
  readonly name: string;
  readonly host: string | undefined;
  readonly port: number;
  readonly path: string | undefined;
  readonly weight: number;
}

/** Moves bytes to and from a server; knows no commands. */
export interface Transport {
  /** Starts to connect. No event fires before it returns. */
  connect(server: Server, events: LinkEvents): Link;
}

/** One connection, from connect() to onClose. */
export interface Link {
  /**
   * Sends bytes. Returns true only if `bytes` may be reused at once (sent or copied); otherwise the link owns them
   * until `onDrain`. No event fires before it returns.
   */
  write(bytes: Uint8Array): boolean;
  /** Sends what was written, then closes. */
  close(): void;
  /** Closes at once and drops what was not sent. */
  destroy(error?: Error): void;
  /** Optional, with `resume`: reads no more until then, so that what comes in can be taken slowly. */
  pause?(): void;
  resume?(): void;
}

/** What a link reports. */
export interface LinkEvents {
  onOpen(): void;
  /** `bytes` are valid during the call only. */
  onData(bytes: Uint8Array): void;
  /** All bytes given to `write` so far are sent. Fires after each `write` that returned false. */
  onDrain(): void;
  /** Fires exactly once, also after `close()` and `destroy()` and where the connection never opened. */
  onClose(error?: Error): void;
}

/** What a {@link Discovery} found. */
export interface DiscoveredServers {
  readonly servers: readonly ServerInput[];
  /** Where the source numbers its lists: one that is older than the last taken is ignored. */
  readonly version?: number | bigint;
}

/** An asynchronous source of server lists: DNS, a managed cluster's endpoint, or your own. */
export interface Discovery {
  /** Shown in events. */
  readonly name: string;
  /** Milliseconds between two looks on average, 1 to 2^31 - 1; each wait is up to a fifth shorter or longer. */
  readonly intervalMs: number;
  /**
   * Looks once. It may reject with anything, and answer anything: the last good list stays, and an event says so.
   * `signal` is aborted where the answer is no longer wanted: after 10 seconds, and when the client is closed. Let go
   * then of what would keep the process alive.
   */
  look(signal?: AbortSignalLike): Promise<DiscoveredServers>;
}

/**
 * `idle`: no connection, and none needed. `connecting`, `connected`: as they say. `failing`: the last attempts failed,
 * fewer than `failureLimit`. `down`: calls fail at once until a probe succeeds.
 */
export type ServerState = 'idle' | 'connecting' | 'connected' | 'failing' | 'down';

/** What the client knows of a server at one moment. */
export interface ServerSnapshot extends Server {
  readonly state: ServerState;
  /** Failures in a row. */
  readonly failures: number;
  /** The last failure, while it counts. */
  readonly error: MemcachedError | undefined;
  /** True where the ring was rebuilt without it, and it is not back. */
  readonly isEjected: boolean;
  /** True for a server of the gutter. */
  readonly isGutter: boolean;
  /** Calls that wait to be sent. */
  readonly waiting: number;
  /** Calls that were sent and not answered. */
  readonly inFlight: number;
}

// ---------------------------------------------------------------- routing

/** Hashes a key to a uint32. A string is pure ASCII; anything else comes as UTF-8 bytes. */
export type HashFunction = (key: Uint8Array | string) => number;

/** Decides which server holds which key. */
export interface Distribution {
  /** True for a ring: without one of its servers, only that server's keys move. `eject` needs it. */
  readonly isConsistent?: boolean;
  /**
   * `all` is the whole list where `servers` is what is left of it without those that are ejected. Throws
   * `ConfigurationError` for servers it cannot work with.
   */
  build(servers: readonly Server[], hash: HashFunction, all?: readonly Server[]): Router;
  /** The key hash it is meant to be used with, unless the client is told another. */
  readonly defaultHash: HashFunction;
}

/** A distribution built for a list of servers. */
export interface Router {
  /** Index of the key's server in the list. A string is pure ASCII; anything else comes as UTF-8 bytes. */
  serverFor(key: Uint8Array | string): number;
}

// ---------------------------------------------------------------- options

/** The part of `AbortSignal` that is used, so that no ambient type is needed. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What every call takes. */
export interface CallOptions {
  /** An `AbortSignal`; ends the call with an `AbortError`. */
  readonly signal?: AbortSignalLike;
  /** The call settles within this many milliseconds (plus at most 20). Default: the client's `timeoutMs`. */
  readonly timeoutMs?: number;
}

/** What every call on keys takes. */
export interface KeyCallOptions extends CallOptions {
  /** Goes to the server of this key instead: keys with one `routeBy` are together. Every call on them must say it. */
  readonly routeBy?: Key;
}

/** Options of `get`. */
export interface GetOptions<F = undefined> extends KeyCallOptions {
  /** What a miss resolves to. Default `undefined`. */
  readonly fallback?: F;
}

/** Options of the operations that store a value. */
export interface StoreOptions extends KeyCallOptions {
  /** Default 0, never. */
  readonly ttl?: Ttl;
  /** Compress values of at least this many bytes; 0 never compresses. Default: the client's. */
  readonly minCompressLen?: number;
  /** Passed to the compressor. Default: the client's. */
  readonly compressLevel?: number;
}

/** Options of `cas`. */
export interface CasOptions extends KeyCallOptions {
  /** Default 0, never. */
  readonly ttl?: Ttl;
}

/** Options of the multi-key forms. */
export interface MultiOptions extends KeyCallOptions {
  /** Put before every key of this call, after the client's own prefix; not part of the keys in the result. */
  readonly keyPrefix?: string;
}

/** Options of `setMulti` and `addMulti`. */
export interface StoreMultiOptions extends MultiOptions, StoreOptions {}

/** Options of `incrMulti`. */
export interface IncrMultiOptions extends MultiOptions {
  /** 0 to 2^64 - 1. Default 1. */
  readonly delta?: number | bigint;
}

/** Options of `keys`. */
export interface KeysOptions {
  /** An `AbortSignal`; ends the listing with an `AbortError`. */
  readonly signal?: AbortSignalLike;
}

/** Entries of a batch: an object, a `Map`, or any iterable of pairs. */
export type Entries<V = unknown> = Readonly<Record<string, V>> | Iterable<readonly [Key, V]>;

/** A value with the CAS id it was read at. */
export interface CasValue<T> {
  readonly value: T;
  /** 1 to 2^64 - 1; changes with every write of the item. */
  readonly cas: bigint;
}

/** How values are written and read; what `with()` may change besides the prefix. */
export interface ValueOptions {
  /** Writes what is not bytes, text, boolean or integer; also reads. */
  readonly codec?: Codec;
  /** Further codecs to read with. */
  readonly readCodecs?: readonly Codec[];
  /** Compresses on writing; also reads. */
  readonly compressor?: Compressor;
  /** Further compressors to read with. */
  readonly readCompressors?: readonly Compressor[];
  /** Compress values of at least this many bytes. Default 0, never. */
  readonly minCompressLen?: number;
  /** Passed to the compressor. Default: the compressor's own. */
  readonly compressLevel?: number;
  /** Replaces the whole value layout; excludes the codec and compressor options. */
  readonly format?: ValueFormat;
}

/** Options of a format made by `migrationFormat`: how our own values are written and read meanwhile. */
export interface MigrationOptions extends Omit<ValueOptions, 'format'> {
  /** Largest value read, in bytes, also after decompression. Default 64 MiB. */
  readonly maxValueBytes?: number;
}

/** Options of a view made by `with()`. */
export interface ViewOptions extends ValueOptions {
  /** In the place of `codec`: makes a codec around the one that the client has, if it has any. */
  readonly wrapCodec?: (own: Codec | undefined) => Codec;
  /** Replaces the client's prefix. */
  readonly keyPrefix?: string;
  /** Milliseconds. Default: the client's. */
  readonly timeoutMs?: number;
  /** What calls of the view do where a server cannot be reached. Default: the client's. */
  readonly onServerFailure?: ServerFailurePolicy;
}

/** Servers that take the keys of a server that is down. */
export interface GutterOptions {
  readonly servers: ServerInput | readonly ServerInput[];
  /** Longest life of an item there, in seconds: what it holds must be gone soon after the server is back. Default 10. */
  readonly maxTtl?: number;
}

/** What to do with a key that is too long. */
export type LongKeyPolicy = 'refuse' | 'digest';

/** What to do with a call whose server cannot be reached. */
export type ServerFailurePolicy = 'throw' | 'miss';

/** Options of `createClient`. */
export interface ClientOptions extends ValueOptions {
  /** One server or several, or where to find them. */
  readonly servers: ServerInput | readonly ServerInput[] | Discovery;
  /** How bytes reach the servers: `tcpTransport()`, `memoryTransport()`, or your own. */
  readonly transport: Transport;
  /** Put before every key. Default none. */
  readonly keyPrefix?: string;
  /** False: `keyPrefix` has no part in choosing the server, as with libmemcached's namespace. Default true. */
  readonly hashKeyPrefix?: boolean;
  /** The key that decides on a key's server, for all calls without a `routeBy` of their own. Default: the key itself. */
  readonly routeBy?: (key: Key) => Key;
  /**
   * `digest`: in the place of a key over 250 bytes goes `@mc/sha256/` and the 64 hexadecimal digits of its SHA-256
   * (FIPS 180-4). Default `refuse`.
   */
  readonly longKeys?: LongKeyPolicy;
  /** Sort the servers by host, bytewise, and port before they are numbered. Default false. */
  readonly sortHosts?: boolean;
  /** Hashes keys. Default: the distribution's own, md5 for `ketama()`. */
  readonly hash?: HashFunction;
  /** Which server holds which key. Default `ketama()`. */
  readonly distribution?: Distribution;
  /** Deadline of a call in milliseconds, 1 to 2^31 - 1. Default 500. */
  readonly timeoutMs?: number;
  /** Deadline for making a connection, in milliseconds. Default 1,000. */
  readonly connectTimeoutMs?: number;
  /** A connection that owes a reply and sends no byte for this many milliseconds is destroyed. Default 2,000. */
  readonly connectionTimeoutMs?: number;
  /** Failures in a row (connect, connection deadline, protocol) that mark a server down. Default 3. */
  readonly failureLimit?: number;
  /** Base of the wait before a server marked down is probed, in milliseconds. Default 2,000. */
  readonly retryTimeoutMs?: number;
  /** How often a read that was lost with its connection is sent again, 0 or more. Default 1. */
  readonly retries?: number;
  /**
   * Calls that may wait to be sent to one server, and keys of calls that may wait for a {@link Discovery} to name the
   * servers. Default 65,536.
   */
  readonly maxQueuedCalls?: number;
  /** Largest value accepted from a server, in bytes, also after decompression. Default 64 MiB. */
  readonly maxValueBytes?: number;
  /** Merge the gets of one tick into multi-key lines. Default true. */
  readonly mergeGets?: boolean;
  /** True: the ring is rebuilt without a server that is down, and with it when it is back. Default false. */
  readonly eject?: boolean;
  /**
   * Servers that take the keys of one that is down, but for `add`, `cas`, `incr` and `decr`, which fail then; excludes
   * `eject`. Default none.
   */
  readonly gutter?: GutterOptions;
  /** `throw` (default) rejects; `miss` turns reads into misses and set-type writes and deletes into `false`. */
  readonly onServerFailure?: ServerFailurePolicy;
}

// ---------------------------------------------------------------- events

/** The client's events and what each carries. */
export interface ClientEvents {
  /** A connection is being made. */
  readonly connecting: { readonly server: string };
  /** A connection could not be made. */
  readonly connectFailed: { readonly server: string; readonly error: MemcachedError };
  /** A connection opened. */
  readonly connect: { readonly server: string };
  /** A connection ended; `error` is absent where it was idle or closed by us. */
  readonly disconnect: { readonly server: string; readonly error: MemcachedError | undefined };
  /** A server was marked down: calls to it fail at once. */
  readonly down: { readonly server: string; readonly error: MemcachedError };
  /** A probe succeeded: the server is used again. */
  readonly up: { readonly server: string };
  /** A server broke the protocol and its connection was destroyed. */
  readonly desync: { readonly server: string; readonly error: MemcachedError };
  /** The ring was rebuilt without a server that is down. */
  readonly eject: { readonly server: string };
  /** The ring was rebuilt with a server that is back. */
  readonly rejoin: { readonly server: string };
  /** The list of servers changed. */
  readonly servers: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** A discovery failed, or answered rubbish or (told once a version) an older list; the last good list stays. */
  readonly discoveryFailed: { readonly source: string; readonly error: unknown };
  /** `onServerFailure: 'miss'` hid this failure. */
  readonly failure: {
    readonly server: string | undefined;
    readonly operation: string;
    readonly error: MemcachedError;
  };
}

/** Name of an event. */
export type ClientEventName = keyof ClientEvents;

// ---------------------------------------------------------------- the client

/** A Map-like view of the cache. */
export interface AsyncMapView<T = unknown> {
  /** The value, or `undefined`. */
  get(key: Key): Promise<T | undefined>;
  /** Stores without expiry; a value that the server does not store rejects. */
  set(key: Key, value: T): Promise<void>;
  /** True if the key was there. */
  delete(key: Key): Promise<boolean>;
  /** True if the key is there; decodes nothing. */
  has(key: Key): Promise<boolean>;
}

/**
 * The client. Every method rejects rather than throws; `timeoutMs` and `signal` go for each.
 * A miss is a result; a server that cannot be reached is an error. `V` is the type of its values: `unknown`, unless a
 * typed codec says more.
 */
export interface MemcachedClient<V = unknown> extends AsyncDisposable {
  /** The value, else `fallback`, else `undefined`. */
  get<T = V>(key: Key, options?: GetOptions<undefined>): Promise<T | undefined>;
  get<T = V>(key: Key, options: GetOptions<null>): Promise<T | null>;
  get<T = V, F = T>(key: Key, options: GetOptions<F>): Promise<T | F>;
  /** The value and its CAS id, or `undefined`. */
  gets<T = V>(key: Key, options?: KeyCallOptions): Promise<CasValue<T> | undefined>;
  /** Found keys (as given) and their values. */
  getMulti<T = V, K extends Key = string>(
    keys: Iterable<K> & object,
    options?: MultiOptions,
  ): Promise<Map<K, T>>;
  /** Found keys (as given), their values and CAS ids. */
  getsMulti<T = V, K extends Key = string>(
    keys: Iterable<K> & object,
    options?: MultiOptions,
  ): Promise<Map<K, CasValue<T>>>;
  /** True; false only where the server says NOT_STORED. */
  set(key: Key, value: V, options?: StoreOptions): Promise<boolean>;
  /** False if the key exists already. */
  add(key: Key, value: V, options?: StoreOptions): Promise<boolean>;
  /** False if the key does not exist. */
  replace(key: Key, value: V, options?: StoreOptions): Promise<boolean>;
  /** Stores if the item is unchanged since `cas` was read; false if it changed or is gone. */
  cas(key: Key, value: V, cas: bigint, options?: CasOptions): Promise<boolean>;
  /** Adds text or bytes behind the stored bytes; false if the key does not exist. */
  append(key: Key, value: string | Uint8Array, options?: KeyCallOptions): Promise<boolean>;
  /** Adds text or bytes before the stored bytes; false if the key does not exist. */
  prepend(key: Key, value: string | Uint8Array, options?: KeyCallOptions): Promise<boolean>;
  /** Stores all; resolves to the keys (as given) that the servers refused. */
  setMulti(entries: Entries<V>, options?: StoreMultiOptions): Promise<Key[]>;
  /** Adds all; resolves to the keys (as given) that existed already or were refused. */
  addMulti(entries: Entries<V>, options?: StoreMultiOptions): Promise<Key[]>;
  /** False if the key was not there. */
  delete(key: Key, options?: KeyCallOptions): Promise<boolean>;
  /** False if any of the keys was not there. */
  deleteMulti(keys: Iterable<Key> & object, options?: MultiOptions): Promise<boolean>;
  /** The new value; wraps at 2^64. Rejects with `CacheMissError` or, for a value that is no number, `ClientError`. */
  incr(key: Key, delta?: number, options?: KeyCallOptions): Promise<number>;
  incr(key: Key, delta: bigint, options?: KeyCallOptions): Promise<bigint>;
  incr(key: Key, delta: number | bigint, options?: KeyCallOptions): Promise<number | bigint>;
  /** The new value; stops at 0. Rejects like `incr`. */
  decr(key: Key, delta?: number, options?: KeyCallOptions): Promise<number>;
  decr(key: Key, delta: bigint, options?: KeyCallOptions): Promise<bigint>;
  decr(key: Key, delta: number | bigint, options?: KeyCallOptions): Promise<number | bigint>;
  /** Tries all, then rejects with a `CacheMissError` that names the missing keys. */
  incrMulti(keys: Iterable<Key> & object, options?: IncrMultiOptions): Promise<void>;
  /** Sets a new ttl; false if the key does not exist. */
  touch(key: Key, ttl: Ttl, options?: KeyCallOptions): Promise<boolean>;
  /** The value, its ttl set anew; `undefined` if the key does not exist. */
  getAndTouch<T = V>(key: Key, ttl: Ttl, options?: KeyCallOptions): Promise<T | undefined>;
  /** uint32 of the configured hash of the key with its prefix. */
  hash(key: Key): number;
  /** The server that holds the key. */
  serverFor(key: Key, options?: Pick<KeyCallOptions, 'routeBy'>): Server;
  /** Every server and its state, in the order of the list. */
  servers(): ServerSnapshot[];
  /** Adds a server to the list. Resolves at once; rejects with a `ConfigurationError` where it is there already. */
  addServer(server: ServerInput): Promise<void>;
  /**
   * Takes a server off the list; false where it was not on it. Resolves when its last calls have settled, or when it is
   * put back before that.
   */
  removeServer(server: ServerInput): Promise<boolean>;
  /**
   * Replaces the list. Servers that stay keep their connections, and calls in flight finish. Resolves when the last
   * calls of those that went have settled; rejects with a `ConfigurationError` where the list is empty or wrong.
   */
  setServers(servers: ServerInput | readonly ServerInput[]): Promise<void>;
  /** Drops every item of every server, now or in `delaySeconds`. */
  flushAll(delaySeconds?: number, options?: CallOptions): Promise<true>;
  /** Statistics by server name. `group` is one of memcached's: `settings`, `items`, `slabs`, ... */
  stats(group?: string, options?: CallOptions): Promise<Map<string, Map<string, string>>>;
  /** Version by server name. */
  version(options?: CallOptions): Promise<Map<string, string>>;
  /**
   * The keys of all servers, one server after the other, each on a connection of its own: those under the client's
   * prefix, without it; bytes where a key is no UTF-8. Some may have expired, and what is written meanwhile may be in
   * the list or not. Ends with the loop that reads it; rejects with `ClosedError` once the client, or this view of it,
   * is closed, with `ClientError` where a server does not list its keys, and with `TimeoutError` where a
   * {@link Discovery} names no servers within `timeoutMs`.
   *
   * A server makes one list at a time. Those asked of one client and its views are made one after the other, in order;
   * one that somebody else is reading is waited for, up to 10 seconds, then rejects with `ServerError`.
   *
   * A server's list is read to its end however slowly the loop takes the keys: up to 32 MiB of them are kept. Beyond
   * that the server waits for the loop, and may then let wait whoever asks for another list, and all who share that
   * one's thread; a transport that cannot wait is given up at 64 MiB. Source: memcached protocol.txt,
   * `lru_crawler metadump`.
   */
  keys(options?: KeysOptions): AsyncGenerator<Key, void>;
  /** A view with the methods of a Map. */
  asMap<T = V>(): AsyncMapView<T>;
  /** What would be stored, uncompressed. Throws `EncodeError`. */
  serialize(value: V): { data: Uint8Array; flags: number };
  /** The value that is stored as `data` and `flags`. Throws `DecodeError`. */
  deserialize(data: Uint8Array, flags: number): unknown;
  /** A new client with the same configuration and transport, and its own connections. */
  clone(): MemcachedClient<V>;
  /** A view that shares connections and ordering; closing it closes only the view. A typed codec types the view. */
  with(options: ViewOptions & { readonly format: ValueFormat }): MemcachedClient;
  with<W>(
    options: ViewOptions & { readonly wrapCodec: (own: Codec | undefined) => Codec<W> },
  ): MemcachedClient<W>;
  with<W = V>(options: ViewOptions & { readonly codec?: Codec<W> }): MemcachedClient<W>;
  /** Calls `listener` on each such event; returns a function that removes it. */
  on<E extends ClientEventName>(event: E, listener: (detail: ClientEvents[E]) => void): () => void;
  /** Takes no more calls, lets the open ones settle, then closes the connections. */
  close(): Promise<void>;
}
