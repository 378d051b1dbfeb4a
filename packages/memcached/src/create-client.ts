import { jsonCodec } from '@mc/codec-json';
import {
  type ClientOptions,
  ConfigurationError,
  createClient as createCoreClient,
  type MemcachedClient,
  type ServerInput,
} from '@mc/core';
import { tcpTransport } from '@mc/transport-tcp';

/** Options of {@link createClient}: those of `@mc/core`, with defaults for the servers, the transport and the codec. */
export type Options = Partial<ClientOptions>;

const DEFAULT_SERVER = 'localhost:11211';

/**
 * Makes a client over TCP that stores what is not text, bytes, booleans or integers as JSON. It connects when it is
 * first used.
 *
 * @param servers a server, a list of them, or options. Default `localhost:11211`
 * @throws ConfigurationError
 */
export function createClient(
  servers: ServerInput | readonly ServerInput[] | Options = DEFAULT_SERVER,
): MemcachedClient {
  const options: Options = isServers(servers) ? { servers } : servers;
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError('createClient takes a server, a list of servers, or an object of options');
  }
  return createCoreClient({
    ...options,
    servers: options.servers === undefined ? DEFAULT_SERVER : options.servers,
    transport: options.transport ?? tcpTransport(),
    ...(options.format === undefined && { codec: options.codec ?? jsonCodec() }),
  });
}

/** A server as an object names a host or a path; options never do. */
function isServers(
  value: ServerInput | readonly ServerInput[] | Options,
): value is ServerInput | readonly ServerInput[] {
  if (typeof value === 'string' || Array.isArray(value)) return true;
  return typeof value === 'object' && value !== null && ('host' in value || 'path' in value);
}
