import { type Options, tcpTransport } from '@mc/memcached';
import { memoryTransport } from '@mc/transport-memory';

/** The servers the tour runs on. */
export interface TourServers {
  readonly options: Options;
  /** What they are, in words. */
  readonly description: string;
}

const EMBEDDED_SERVERS = ['cache-1:11211', 'cache-2:11211', 'cache-3:11211', 'cache-4:11211'] as const;

/** The servers that MEMCACHED_SERVERS names (`host:port,host:port`), else four embedded ones. */
export function tourServers(environment: NodeJS.ProcessEnv): TourServers {
  const named = (environment.MEMCACHED_SERVERS ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (named.length === 0) {
    return {
      options: { servers: EMBEDDED_SERVERS, transport: memoryTransport() },
      description: `${EMBEDDED_SERVERS.length} memcached servers embedded in this process`,
    };
  }
  return {
    options: { servers: named, transport: tcpTransport() },
    description: `${named.length} real memcached server${named.length === 1 ? '' : 's'} (MEMCACHED_SERVERS)`,
  };
}
