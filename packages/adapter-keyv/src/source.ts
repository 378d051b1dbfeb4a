import {
  ConfigurationError,
  createClient,
  type Discovery,
  type MemcachedClient,
  type Options,
  type ServerFailurePolicy,
  type ServerInput,
} from '@mc/memcached';
import { entryCodec, type Stored, storesPlainText } from './entry.js';

/**
 * Where the values are: a server, a list of them, where to find them, options of `@mc/memcached`'s `createClient`, or
 * a client that is there already. Default `localhost:11211`.
 */
export type StoreSource = ServerInput | readonly ServerInput[] | Discovery | Options | MemcachedClient;

/** A source opened. */
export interface OpenedSource {
  /** A view that stores entries. */
  readonly client: MemcachedClient<Stored>;
  /** What its options say, if it has any. */
  readonly onServerFailure: ServerFailurePolicy | undefined;
  /** Closes the view, and the client unless it was there already. */
  readonly close: () => Promise<void>;
}

/** @throws ConfigurationError */
export function openSource(source: StoreSource | undefined): OpenedSource {
  if (isClient(source)) {
    const client = viewOf(source);
    return { client, onServerFailure: undefined, close: () => client.close() };
  }
  const options = isOptions(source) ? source : undefined;
  // The store has to tell a miss from a server that is not there, whatever it makes of it then.
  const own = createClient(
    options === undefined
      ? { ...(source !== undefined && { servers: source as ServerInput }), onServerFailure: 'throw' }
      : { ...options, onServerFailure: 'throw' },
  );
  const client = viewOf(own);
  const close = async (): Promise<void> => {
    await client.close();
    await own.close();
  };
  return { client, onServerFailure: options?.onServerFailure, close };
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

function isClient(source: StoreSource | undefined): source is MemcachedClient {
  if (typeof source !== 'object' || source === null) return false;
  return ['getMulti', 'with', 'close'].every(
    (name) => typeof (source as unknown as Record<string, unknown>)[name] === 'function',
  );
}

/** A server as an object names a host or a path, and a discovery can look; options never do. */
function isOptions(source: unknown): source is Options {
  if (typeof source !== 'object' || source === null || Array.isArray(source)) return false;
  return !['host', 'path', 'look'].some((name) => name in source);
}
