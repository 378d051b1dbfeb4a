import { createClient, type MemcachedClient, type ValueFormat, type ValueOptions } from '@mc/core';
import { type MemcachedServer, startMemcached } from '@mc/testing';
import { tcpTransport } from '@mc/transport-tcp';
import { type PylibmcClient, type PythonPeer, startPeer } from './python-peer.js';

/** A real memcached, with Node on one side and pylibmc on the other. */
export interface SharedCache extends AsyncDisposable {
  readonly peer: PythonPeer;
  /** A pylibmc client with these behaviors. */
  python(behaviors?: Readonly<Record<string, unknown>>): Promise<PylibmcClient>;
  /** A client of ours; it closes with the cache. */
  node(options: ValueOptions & { readonly keyPrefix?: string }): MemcachedClient;
  /** The flags of what a key holds; undefined for a miss. */
  flagsOf(key: string): Promise<number | undefined>;
}

/** Tells the flags instead of the value. */
const flagsFormat: ValueFormat = {
  pack: () => {
    throw new Error('only reads');
  },
  unpack: (_, flags) => flags,
};

export async function openSharedCache(): Promise<SharedCache> {
  const server = await startMemcached();
  const peer = startPeer();
  const clients: MemcachedClient[] = [];
  const node = (options: ValueOptions): MemcachedClient => {
    // Values of many kilobytes by the hundred: what is measured here is not speed.
    const client = createClient({
      servers: server.address,
      transport: tcpTransport(),
      timeoutMs: 50_000,
      connectionTimeoutMs: 50_000,
      ...options,
    });
    clients.push(client);
    return client;
  };
  const flags = node({ format: flagsFormat });
  return {
    peer,
    python: (behaviors = {}) => peer.connect([server.name], behaviors),
    node,
    flagsOf: (key) => flags.get<number>(key),
    [Symbol.asyncDispose]: () => closeAll(clients, peer, server),
  };
}

async function closeAll(
  clients: readonly MemcachedClient[],
  peer: PythonPeer,
  server: MemcachedServer,
): Promise<void> {
  await Promise.all([...clients.map((client) => client.close()), peer.stop()]);
  await server.stop();
}
