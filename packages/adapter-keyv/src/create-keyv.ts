import * as host from 'keyv';
import { memcachedStore } from './create-store.js';
import type { StoreSource } from './source.js';
import type { KeyvMemcachedOptions } from './store-options.js';

/** Options of {@link createKeyv}. */
export interface CreateKeyvOptions extends KeyvMemcachedOptions {
  /** Milliseconds that an entry lives where a call does not say. Default none, for ever. */
  readonly ttl?: number;
  /**
   * True: Keyv turns values into JSON, and the client stores the text. False: the client's codec writes them, once,
   * and bytes stay bytes. Default false.
   */
  readonly serialization?: boolean;
}

/**
 * A Keyv on memcached, of whichever version of Keyv is installed, in its native form. With version 5, too, it has an
 * `iterator()`.
 *
 * @param source default `localhost:11211`
 * @throws ConfigurationError
 */
export function createKeyv(source?: StoreSource, options: CreateKeyvOptions = {}): host.Keyv {
  const { ttl, serialization = false, ...storeOptions } = options;
  const { namespace } = storeOptions;
  const shared = { ...(ttl !== undefined && { ttl }), ...(namespace !== undefined && { namespace }) };
  if ('KeyvBridgeAdapter' in host) {
    const store = memcachedStore(source, { ...storeOptions, keyv: 6 });
    return new host.Keyv({
      store,
      ...shared,
      ...(!serialization && { serialization: false }),
    } as host.KeyvOptions);
  }
  const store = memcachedStore(source, storeOptions);
  const off = { serialize: undefined, deserialize: undefined } as unknown as host.KeyvOptions;
  const keyv = new host.Keyv({ store, ...shared, ...(!serialization && off) });
  // Keyv 5 gives an iterator only to the stores it knows by name.
  keyv.iterator = keyv.generateIterator(store.iterator.bind(store) as never);
  return keyv;
}
