import { ConfigurationError } from '@mc/memcached';
import { KeyvMemcached } from './keyv-memcached.js';
import { NativeKeyvMemcached } from './native-keyv-memcached.js';
import type { StoreSource } from './source.js';
import type { KeyvMemcachedOptions } from './store-options.js';

/**
 * A store: `new Keyv({ store: memcachedStore('localhost:11211') })`.
 *
 * @param source default `localhost:11211`
 * @param options `keyv: 6` asks for the native form of Keyv 6; the other form works with Keyv 5 and 6
 * @throws ConfigurationError
 */
export function memcachedStore(
  source: StoreSource | undefined,
  options: KeyvMemcachedOptions & { readonly keyv: 6 },
): NativeKeyvMemcached;
export function memcachedStore(
  source?: StoreSource,
  options?: KeyvMemcachedOptions & { readonly keyv?: 5 },
): KeyvMemcached;
export function memcachedStore(
  source?: StoreSource,
  options: KeyvMemcachedOptions & { readonly keyv?: 5 | 6 } = {},
): KeyvMemcached | NativeKeyvMemcached {
  const form = options?.keyv ?? 5;
  if (form === 6) return new NativeKeyvMemcached(source, options);
  if (form === 5) return new KeyvMemcached(source, options);
  throw new ConfigurationError('keyv must be 5 or 6');
}
