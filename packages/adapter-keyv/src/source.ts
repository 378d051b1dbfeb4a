import {
  type ClientSource,
  type Codec,
  ConfigurationError,
  clientSourceOptions,
  type MemcachedClient,
  openClientSource,
  type ServerFailurePolicy,
} from '@mc/memcached';
import type { Stored } from './entry.js';
import { entryCodec, storesPlainText } from './entry-codec.js';
import { type Movable, movingCodec } from './moving.js';

/**
 * Where the values are: a server, a list of them, where to find them, options of `@mc/memcached`'s `createClient`, or
 * a client that is there already. Default `localhost:11211`.
 */
export type StoreSource = ClientSource;

/** A source opened. */
export interface OpenedSource {
  /** A view that stores entries. */
  readonly client: MemcachedClient<Stored>;
  /** Another one, for the generations: open writes need it for longer. */
  readonly keeper: MemcachedClient<Stored>;
  /** A view that moves them. */
  readonly moving: MemcachedClient<Movable>;
  /** What its options say, if it has any. */
  readonly onServerFailure: ServerFailurePolicy | undefined;
  /** Refuses new calls; then, when `settled` resolves, closes all views, and the client unless it was there already. */
  readonly close: (settled: () => Promise<void>) => Promise<void>;
}

const OWNER = 'memcachedStore';

/** @throws ConfigurationError */
export function openSource(source: StoreSource | undefined): OpenedSource {
  const options = clientSourceOptions(source, OWNER);
  const opened = openClientSource(options, OWNER);
  const takesAll = !storesPlainText(opened);
  const client = viewOf(opened, (own) => entryCodec(opened, own, takesAll));
  const keeper = client.with({});
  const moving = viewOf(opened, () => movingCodec(takesAll));
  const close = async (settled: () => Promise<void>): Promise<void> => {
    await client.close();
    await settled();
    await Promise.all([keeper.close(), moving.close()]);
    await opened.close();
  };
  return { client, keeper, moving, onServerFailure: options.onServerFailure, close };
}

function viewOf<T>(
  client: MemcachedClient,
  codecAround: (own: Codec | undefined) => Codec<T>,
): MemcachedClient<T> {
  try {
    return client.with({ wrapCodec: codecAround });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    // A client with a format of its own: the entries take its place, and their values go through it.
    const codec = codecAround(undefined);
    const format = {
      pack: (stored: unknown) => ({ data: codec.encode(stored as T), flags: codec.id << 5 }),
      unpack: (data: Uint8Array) => codec.decode(data),
    };
    return client.with({ format }) as MemcachedClient<T>;
  }
}
