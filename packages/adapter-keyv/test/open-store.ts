import { createClient, type MemcachedClient, type Options, type ServerAddress } from '@mc/memcached';
import { type MemcachedServer, startMemcached } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { onTestFinished } from 'vitest';
import { PATIENT } from '../../../test/patience.js';

/** A client on an embedded server of its own, closed with the test. */
export function embeddedClient(options: Options = {}): MemcachedClient {
  return closedWithTest(createClient({ transport: memoryTransport(), ...options }));
}

/** Closes a client, or disconnects a store, when the test is done. */
export function closedWithTest<C extends { close(): Promise<void> } | { disconnect(): Promise<void> }>(
  given: C,
): C {
  onTestFinished(() => ('close' in given ? given.close() : given.disconnect()));
  return given;
}

/** A real memcached, stopped with the test. */
export async function realServer(args: readonly string[] = []): Promise<MemcachedServer> {
  const server = await startMemcached({ args });
  onTestFinished(() => server.stop());
  return server;
}

/** A client on a real server, closed with the test. */
export function realClient(servers: ServerAddress): MemcachedClient {
  return closedWithTest(createClient({ servers, ...PATIENT }));
}
