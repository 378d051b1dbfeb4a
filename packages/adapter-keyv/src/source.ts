import {
  type ClientSource,
  ConfigurationError,
  clientSourceOptions,
  type MemcachedClient,
  openClientSource,
  type ServerFailurePolicy,
} from '@mc/memcached';
import { entryCodec, type Stored, storesPlainText } from './entry.js';

/**
 * Where the values are: a server, a list of them, where to find them, options of `@mc/memcached`'s `createClient`, or
 * a client that is there already. Default `localhost:11211`.
 */
export type StoreSource = ClientSource;

/** A source opened. */
export interface OpenedSource {
  /** A view that stores entries. */
  readonly client: MemcachedClient<Stored>;
  /** What its options say, if it has any. */
  readonly onServerFailure: ServerFailurePolicy | undefined;
  /** Closes the view, and the client unless it was there already. */
  readonly close: () => Promise<void>;
}

const OWNER = 'memcachedStore';

/** @throws ConfigurationError */
export function openSource(source: StoreSource | undefined): OpenedSource {
  const options = clientSourceOptions(source, OWNER);
  const opened = openClientSource(options, OWNER);
  const client = viewOf(opened);
  const close = async (): Promise<void> => {
    await client.close();
    await opened.close();
  };
  return { client, onServerFailure: options.onServerFailure, close };
}

function viewOf(client: MemcachedClient): MemcachedClient<Stored> {
  try {
    return client.with({ codec: entryCodec(client, !storesPlainText(client)) });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    // A client with a format of its own: the entries take its place, and their values go through it.
    const codec = entryCodec(client, true);
    const format = {
      pack: (stored: unknown) => ({ data: codec.encode(stored as Stored), flags: codec.id << 5 }),
      unpack: (data: Uint8Array) => codec.decode(data),
    };
    return client.with({ format }) as MemcachedClient<Stored>;
  }
}
