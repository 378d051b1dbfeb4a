import type { StoreSource } from '@mc/adapter-keyv';
import {
  ConfigurationError,
  createClient,
  InvalidArgumentError,
  type MemcachedClient,
  type Options,
} from '@mc/memcached';
import { type Cache, type CreateCacheOptions, createCache } from 'cache-manager';
import type { Keyv } from 'keyv';
import { isKeyv, warnOfKeyv6 } from './keyv-major.js';
import { type MemcachedStoreOptions, memcachedStore } from './memcached-store.js';
import { type MemoryTierOptions, memoryTier } from './memory-tier.js';

/**
 * Options of {@link createMemcachedCache}: those of `@mc/memcached`'s `createClient`, of `memcachedStore` and of
 * cache-manager's `createCache`, together. `ttl` and `refreshThreshold` are in milliseconds.
 */
export interface MemcachedCacheOptions
  extends Options,
    MemcachedStoreOptions,
    Omit<CreateCacheOptions, 'stores' | 'ttl'> {
  /** A client that is there already and is not closed with the cache; excludes the options of a client. */
  readonly client?: MemcachedClient;
  /** A tier in this process's memory that is asked before memcached; true for one with its defaults. Default false. */
  readonly memory?: boolean | MemoryTierOptions | Keyv;
}

/**
 * A cache of cache-manager on memcached, on request with a tier in memory before it.
 *
 * @throws ConfigurationError
 */
export function createMemcachedCache(options: MemcachedCacheOptions = {}): Cache {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError('createMemcachedCache takes an object of options');
  }
  const { client, memory, nonBlocking, cacheId, refreshThreshold, refreshAllStores, ...others } = options;
  const { namespace, ttl, onError, clear, onServerFailure, ...clientOptions } = others;
  if (client !== undefined && Object.keys(clientOptions).length > 0) {
    throw new ConfigurationError('client excludes the options of a client');
  }
  if (nonBlocking && onServerFailure === 'throw') {
    throw new ConfigurationError(
      "nonBlocking excludes onServerFailure: 'throw': cache-manager leaves such rejections unhandled",
    );
  }
  const storeOptions = given({ namespace, ttl, onError, clear, onServerFailure });
  const source: StoreSource = client ?? clientOptions;
  const memcached = memcachedStore(source, storeOptions);
  const before = tierOf(memory, () => client ?? clientOfValues(clientOptions), memcached);
  return createCache({
    stores: [...before, memcached],
    ...given({ ttl, nonBlocking, cacheId, refreshThreshold, refreshAllStores }),
  });
}

function tierOf(
  memory: MemcachedCacheOptions['memory'],
  values: () => Pick<MemcachedClient, 'serialize' | 'deserialize'>,
  memcached: Keyv,
): Keyv[] {
  if (memory === undefined || memory === false) return [];
  if (isKeyv(memory)) {
    warnOfKeyv6(memory);
    return [memory];
  }
  if (memory !== true && (typeof memory !== 'object' || memory === null)) {
    throw new ConfigurationError('memory must be true, options, or a Keyv');
  }
  const tier = memoryTier(values(), memcached.namespace, memory === true ? {} : memory);
  tier.on('error', (error) => {
    // A key or a ttl that one tier refuses is refused by both, and told once.
    if (!(error instanceof InvalidArgumentError)) memcached.emit('error', error);
  });
  return [tier];
}

/** Turns values into bytes as the client of these options does; it never connects. */
function clientOfValues(options: Options): MemcachedClient {
  const { gutter: _, ...others } = options;
  return createClient({ ...others, servers: 'localhost' });
}

/** The members that are not `undefined`. */
function given<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
