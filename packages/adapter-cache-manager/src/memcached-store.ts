import { type KeyvMemcachedOptions, memcachedStore as keyvStore, type StoreSource } from '@mc/adapter-keyv';
import { ConfigurationError, clientSourceOptions } from '@mc/memcached';
import { isKeyv, warnOfKeyv6 } from './keyv-major.js';
import { MemcachedKeyv } from './memcached-keyv.js';

/** Options of {@link memcachedStore}. */
export interface MemcachedStoreOptions extends KeyvMemcachedOptions {
  /** What its keys are filed under, and what `clear()` empties. Default `keyv`. */
  readonly namespace?: string;
  /** Milliseconds that an entry lives where neither the call nor the cache says; 0 and Infinity: for ever. Default none, for ever. */
  readonly ttl?: number;
  /** Is told each failure, as listeners of the store's `error` event are. Default none. */
  readonly onError?: (error: Error) => void;
}

/**
 * A store for cache-manager: `createCache({ stores: [memcachedStore('localhost:11211')] })`. It is a Keyv 5, so it goes
 * wherever one does: NestJS's CacheModule, cacheable. It connects when it is first used.
 *
 * With `onServerFailure: 'throw'` whatever fails rejects; by default it is a miss or `false`, and an `error` event.
 *
 * @param source a server, a list of them, where to find them, options of `@mc/memcached`'s `createClient`, or a client
 *   that is there already and is not closed with the store. Default `localhost:11211`
 * @throws ConfigurationError
 */
export function memcachedStore(source?: StoreSource, options: MemcachedStoreOptions = {}): MemcachedKeyv {
  if (isKeyv(source))
    throw new ConfigurationError('memcachedStore takes a server, options or a client, not a Keyv');
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError('the options of memcachedStore must be an object');
  }
  const { ttl, onError, ...storeOptions } = options;
  if (ttl !== undefined && !(typeof ttl === 'number' && ttl >= 0)) {
    throw new ConfigurationError('ttl must be a number of milliseconds, 0 or more');
  }
  if (onError !== undefined && typeof onError !== 'function') {
    throw new ConfigurationError('onError must be a function');
  }
  const store = keyvStore(source, storeOptions);
  const { onServerFailure } = clientSourceOptions(source, 'memcachedStore');
  const throwOnErrors = (options.onServerFailure ?? onServerFailure) === 'throw';
  const { namespace } = options;
  const keyv = new MemcachedKeyv(store, {
    throwOnErrors,
    ...(namespace !== undefined && { namespace }),
    ...(ttl !== undefined && { ttl }),
  });
  if (onError !== undefined) keyv.on('error', onError);
  warnOfKeyv6(keyv);
  return keyv;
}
