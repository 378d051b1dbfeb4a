import { type MemcachedOptions, startMemcached } from '@mc/testing';
import type { ClientSubject } from '@mc/testing/suites';
import { memoryTransport } from '@mc/transport-memory';
import { tcpTransport } from '@mc/transport-tcp';

/** Real servers over sockets. */
export async function realSubject(count: number, options: MemcachedOptions = {}): Promise<ClientSubject> {
  const servers = await Promise.all(Array.from({ length: count }, () => startMemcached(options)));
  return {
    servers: servers.map((server) => server.address),
    transport: tcpTransport(),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

/** Servers in this process. */
export async function embeddedSubject(count: number): Promise<ClientSubject> {
  return {
    servers: Array.from({ length: count }, (_, index) => ({ host: 'embedded', port: 11211 + index })),
    transport: memoryTransport(),
    [Symbol.asyncDispose]: async () => {},
  };
}
