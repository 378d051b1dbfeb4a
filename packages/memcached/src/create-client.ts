import { jsonCodec } from '@mc/codec-json';
import {
  type ClientOptions,
  type Codec,
  ConfigurationError,
  createClient as createCoreClient,
  type Discovery,
  type MemcachedClient,
  type ServerInput,
} from '@mc/core';
import { tcpTransport } from '@mc/transport-tcp';
import { isClient, isServers } from './source-kind.js';

/** Options of {@link createClient}: those of `@mc/core`, with defaults for the servers, the transport and the codec. */
export type Options = Partial<ClientOptions>;

const DEFAULT_SERVER = 'localhost:11211';

/**
 * Makes a client over TCP that stores what is not text, bytes, booleans or integers as JSON. It connects when it is
 * first used.
 *
 * @param servers a server, a list of them, where to find them, or options. Default `localhost:11211`
 * @throws ConfigurationError
 */
export function createClient<V = unknown>(
  servers:
    | ServerInput
    | readonly ServerInput[]
    | Discovery
    | (Options & { readonly codec?: Codec<V> }) = DEFAULT_SERVER,
): MemcachedClient<V> {
  const options: Options = isServers(servers) ? { servers } : servers;
  // A client has no options to see: it would pass for none, and be one of localhost.
  if (typeof options !== 'object' || options === null || isClient(options)) {
    throw new ConfigurationError('createClient takes a server, a list of servers, or an object of options');
  }
  return createCoreClient<unknown>({
    ...options,
    servers: options.servers === undefined ? DEFAULT_SERVER : options.servers,
    transport: options.transport ?? tcpTransport(),
    ...(options.format === undefined && { codec: options.codec ?? jsonCodec() }),
  }) as MemcachedClient<V>;
}
