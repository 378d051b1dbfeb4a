import {
  type ClientSource,
  type ClientSourceOptions,
  ConfigurationError,
  clientSourceOptions,
  type MemcachedClient,
  openClientSource,
  type ServerFailurePolicy,
} from '@mc/memcached';
import { Failures } from './failures.js';
import { StorageKeys } from './storage-key.js';

/** Options of `memcachedDriver`: those of the client of `@mc/memcached`, or a `client`, and the driver's own. */
export type MemcachedDriverOptions = ClientSourceOptions & OwnOptions;

interface OwnOptions {
  /** The name by which a configuration found this package, as Nitro passes it on; not used. */
  readonly driver?: string;
  /**
   * Name of the part of the server that is this storage's: two storages with different bases never see each other's
   * items. Up to 100 bytes. Default `unstorage`.
   */
  readonly base?: string;
  /** Seconds that items live, where `setItem` names no `ttl`; not negative. Default 0, never expires. */
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
export type MemcachedDriverSource = ClientSource | MemcachedDriverOptions;

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

/** What the driver calls itself in messages. */
const OWNER = 'memcachedDriver';

/** @throws ConfigurationError, InvalidArgumentError */
export function setupOf(source: MemcachedDriverSource | undefined): DriverSetup {
  const options = clientSourceOptions<MemcachedDriverOptions>(source, OWNER);
  const { driver: _, base, ttl = 0, meta = false, ...clientOptions } = options;
  if (typeof meta !== 'boolean') throw new ConfigurationError('meta must be true or false');
  if (typeof ttl !== 'number' || !(ttl >= 0)) {
    throw new ConfigurationError('ttl must be a number of seconds, 0 for never');
  }
  const keys = new StorageKeys(base === undefined || base === '' ? DEFAULT_BASE : base);
  return {
    client: openClientSource(clientOptions, OWNER),
    keys,
    ttl,
    keepsMeta: meta,
    failures: new Failures(options.onServerFailure ?? 'miss'),
  };
}
