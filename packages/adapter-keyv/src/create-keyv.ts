import { ConfigurationError } from '@mc/memcached';
import * as host from 'keyv';
import { memcachedStore } from './create-store.js';
import type { KeyvMemcached } from './keyv-memcached.js';
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
  checkOptions(options);
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
  keyv.iterator = () => entriesOf(keyv, store);
  return keyv;
}

/** @throws ConfigurationError */
function checkOptions(options: CreateKeyvOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError('the options of createKeyv must be an object');
  }
  if ('keyv' in options)
    throw new ConfigurationError('createKeyv has no option keyv: it looks which is installed');
  const { ttl, serialization } = options;
  if (ttl !== undefined && !(typeof ttl === 'number' && ttl >= 0)) {
    throw new ConfigurationError('ttl must be a number of milliseconds, 0 or more');
  }
  if (serialization !== undefined && typeof serialization !== 'boolean') {
    throw new ConfigurationError('serialization must be true or false');
  }
}

/** Keyv 5 gives an iterator only to the stores it knows by name, and its own cuts keys at the first colon. */
async function* entriesOf(keyv: host.Keyv, store: KeyvMemcached): AsyncGenerator<[string, unknown], void> {
  const namespace = keyv.namespace ?? '';
  const prefix = namespace === '' || !keyv.useKeyPrefix ? '' : `${namespace}:`;
  for await (const [key, raw] of store.iterator(namespace)) {
    if (!key.startsWith(prefix)) continue;
    const data = await keyv.deserializeData(raw as string);
    const isExpired = typeof data?.expires === 'number' && Date.now() > data.expires;
    if (data !== undefined && !isExpired) yield [key.slice(prefix.length), data.value];
  }
}
