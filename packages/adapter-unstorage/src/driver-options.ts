import {
  ConfigurationError,
  createClient,
  type Discovery,
  type MemcachedClient,
  type Options,
  type ServerFailurePolicy,
  type ServerInput,
} from '@mc/memcached';
import { expiryOf } from './expiry.js';
import { Failures } from './failures.js';
import { StorageKeys } from './storage-key.js';

/** Options of `memcachedDriver`: those of the client of `@mc/memcached`, and the driver's own. */
export interface MemcachedDriverOptions extends Options {
  /** The name by which a configuration found this package, as Nitro passes it on; not used. */
  readonly driver?: string;
  /** A client that is already there; excludes the client's options. Disposing of the storage does not close it. */
  readonly client?: MemcachedClient;
  /**
   * Name of the part of the server that is this storage's: two storages with different bases never see each other's
   * items. Up to 100 bytes. Default `unstorage`.
   */
  readonly base?: string;
  /** Seconds that items live, where `setItem` names no `ttl`. Default 0, never expires. */
  readonly ttl?: number;
  /**
   * Store with each item when it was written and when it ends, so that `getMeta` knows, and it ends to the millisecond.
   * Other programs cannot read such items. Default false.
   */
  readonly meta?: boolean;
  /**
   * `miss` (default): where a server cannot be reached, reads find nothing and writes do nothing; `failures` and the
   * event `failure` tell of it. `throw`: the call rejects.
   */
  readonly onServerFailure?: ServerFailurePolicy;
}

/** What `memcachedDriver` takes: an address, several, where to find them, a client, or options. */
export type MemcachedDriverSource =
  | ServerInput
  | readonly ServerInput[]
  | Discovery
  | MemcachedClient
  | MemcachedDriverOptions;

/** What the driver works with. */
export interface DriverSetup {
  /** Made here, or a view of the one given: closing it closes nothing that is not the driver's. */
  readonly client: MemcachedClient;
  readonly keys: StorageKeys;
  readonly ttl: number;
  readonly keepsMeta: boolean;
  readonly failures: Failures;
}

const DEFAULT_BASE = 'unstorage';

/** @throws ConfigurationError, InvalidArgumentError */
export function setupOf(source: MemcachedDriverSource | undefined): DriverSetup {
  const {
    driver: _,
    client,
    base,
    ttl = 0,
    meta = false,
    onServerFailure = 'miss',
    ...rest
  } = optionsOf(source);
  if (onServerFailure !== 'miss' && onServerFailure !== 'throw') {
    throw new ConfigurationError("onServerFailure must be 'throw' or 'miss'");
  }
  if (typeof meta !== 'boolean') throw new ConfigurationError('meta must be true or false');
  expiryOf(ttl);
  const keys = new StorageKeys(base === undefined || base === '' ? DEFAULT_BASE : base);
  return {
    client: clientOf(client, rest),
    keys,
    ttl,
    keepsMeta: meta,
    failures: new Failures(onServerFailure),
  };
}

function optionsOf(source: MemcachedDriverSource | undefined): MemcachedDriverOptions {
  if (source === undefined) return {};
  if (typeof source === 'string' || Array.isArray(source)) return { servers: source };
  if (typeof source !== 'object' || source === null) {
    throw new ConfigurationError('memcachedDriver takes a server, a list of servers, a client, or options');
  }
  if (isClient(source)) return { client: source };
  const isServers = ['host', 'path', 'look'].some((name) => name in source);
  return isServers ? { servers: source as ServerInput | Discovery } : (source as MemcachedDriverOptions);
}

function isClient(value: object): value is MemcachedClient {
  return typeof (value as Partial<MemcachedClient>).getMulti === 'function';
}

function clientOf(client: MemcachedClient | undefined, options: Options): MemcachedClient {
  // What the driver hides, it tells of itself.
  if (client === undefined) return createClient({ ...options, onServerFailure: 'throw' });
  if (typeof client !== 'object' || client === null || !isClient(client)) {
    throw new ConfigurationError('client must be a client of @mc/memcached or @mc/core');
  }
  const other = Object.entries(options).find(([, value]) => value !== undefined);
  if (other !== undefined) throw new ConfigurationError(`client excludes the option ${other[0]}`);
  return client.with({});
}
