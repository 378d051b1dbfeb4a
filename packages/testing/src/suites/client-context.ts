import type { ClientOptions, MemcachedClient, ServerAddress, Transport } from '@mc/core';
import type { FaultyTransport } from '../faulty-transport.js';

/** Running servers for {@link clientSuite} and how a client is made for them. */
export interface ClientSubject extends AsyncDisposable {
  /** Where the servers are. They are empty, hold at least 1 MiB values, and nobody else uses them: the suite flushes them. */
  readonly servers: readonly ServerAddress[];
  /** How bytes reach them. */
  readonly transport: Transport;
  /** Makes a client. Default: `createClient` of `@mc/core` with `jsonCodec()`. */
  createClient?(options: ClientOptions): MemcachedClient;
}

/** What a test of {@link clientSuite} works with. */
export interface ClientTestContext {
  /** A client with the defaults, shared by all tests of the suite. */
  readonly client: MemcachedClient;
  /** A client that stores and returns `{ data, flags }` just as they stand on the server. */
  readonly raw: MemcachedClient;
  /** Makes a further client, which is closed behind the test. */
  open(options?: Partial<ClientOptions>): MemcachedClient;
  /** A key that no other test uses; the same label gives the same key within a test. */
  key(label?: string): string;
  /** Faults between the clients of this context and the servers. */
  readonly faults: FaultyTransport;
  /** The servers' names. */
  readonly serverNames: readonly string[];
}

/** Tests by name. Each is on its own: it makes its keys with `key()` and leaves no fault behind. */
export type ClientTests = Readonly<Record<string, (context: ClientTestContext) => Promise<void>>>;
