import {
  type ClientSourceOptions,
  ConfigurationError,
  createClient,
  InvalidArgumentError,
} from '@mc/memcached';
import { type Cache, type CreateCacheOptions, createCache } from 'cache-manager';
import type { Keyv } from 'keyv';
import type { Values } from './bounded-memory.js';
import { isKeyv, warnOfKeyv6 } from './keyv-major.js';
import { type MemcachedStoreOptions, memcachedStore } from './memcached-store.js';
import { type MemoryTierOptions, memoryTier } from './memory-tier.js';

/** What any cache takes. */
interface AnyCacheOptions
  extends MemcachedStoreOptions,
    Omit<CreateCacheOptions, 'stores' | 'ttl' | 'nonBlocking'> {
  /** A tier in this process's memory that is asked before memcached; true for one with its defaults. Default false. */
  readonly memory?: boolean | MemoryTierOptions | Keyv;
}

/** With `nonBlocking` nobody would handle a rejection. */
type WaitingOrForgiving =
  | { readonly nonBlocking?: false }
  | { readonly nonBlocking: boolean; readonly onServerFailure?: 'miss' };

/**
 * Options of {@link createMemcachedCache}: those of `@mc/memcached`'s `createClient`, or a `client`; those of
 * `memcachedStore` and of cache-manager's `createCache`. `ttl` and `refreshThreshold` are in milliseconds.
 */
export type MemcachedCacheOptions = AnyCacheOptions & ClientSourceOptions & WaitingOrForgiving;

/** The same, also from who has no compiler. */
type UncheckedOptions = AnyCacheOptions & ClientSourceOptions & { readonly nonBlocking?: boolean };

/**
 * A cache of cache-manager on memcached, on request with a tier in memory before it.
 *
 * @throws ConfigurationError
 */
export function createMemcachedCache(options: MemcachedCacheOptions = {}): Cache {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError('createMemcachedCache takes an object of options');
  }
  const unchecked: UncheckedOptions = options;
  const { memory, nonBlocking, cacheId, refreshThreshold, refreshAllStores, ...others } = unchecked;
  const { namespace, ttl, onError, clear, onServerFailure, ...source } = others;
  if (nonBlocking && onServerFailure === 'throw') {
    throw new ConfigurationError(
      "nonBlocking excludes onServerFailure: 'throw': cache-manager leaves such rejections unhandled",
    );
  }
  const memcached = memcachedStore(source, given({ namespace, ttl, onError, clear, onServerFailure }));
  const before = tierOf(memory, () => valuesOf(source), memcached);
  return createCache({
    stores: [...before, memcached],
    ...given({ ttl, nonBlocking, cacheId, refreshThreshold, refreshAllStores }),
  });
}

function tierOf(memory: AnyCacheOptions['memory'], values: () => Values, memcached: Keyv): Keyv[] {
  if (memory === undefined || memory === false) return [];
  if (isKeyv(memory)) {
    warnOfKeyv6(memory);
    return [memory];
  }
  const tier = memoryTier(values(), memcached.namespace, memory === true ? {} : memory);
  tier.on('error', (error) => {
    // A key or a ttl that one tier refuses is refused by both, and told once.
    if (!(error instanceof InvalidArgumentError)) memcached.emit('error', error);
  });
  return [tier];
}

/** Turns values into bytes as the client of these options does; it never connects. */
function valuesOf({ client, gutter: _, ...options }: ClientSourceOptions): Values {
  return client ?? createClient({ ...options, servers: 'localhost' });
}

/** The members that are not `undefined`. */
function given<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
