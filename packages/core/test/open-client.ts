import { jsonCodec } from '@mc/codec-json';
import { type ClientOptions, createClient, type MemcachedClient, type ServerAddress } from '@mc/core';
import {
  type ConnectionScript,
  type MemcachedOptions,
  type MemcachedServer,
  type ScriptedServer,
  type ScriptedServerOptions,
  scriptedServer,
  startMemcached,
} from '@mc/testing';
import { tcpTransport } from '@mc/transport-tcp';
import { onTestFinished } from 'vitest';

/** A client over TCP that is closed behind the test. */
export function openClient(
  servers: ServerAddress | readonly ServerAddress[],
  options: Partial<ClientOptions> = {},
): MemcachedClient {
  const client = createClient({ servers, transport: tcpTransport(), codec: jsonCodec(), ...options });
  onTestFinished(() => client.close());
  return client;
}

/** A scripted server that ends behind the test. */
export async function startScripted(
  script: ConnectionScript,
  options?: ScriptedServerOptions,
): Promise<ScriptedServer> {
  const server = await scriptedServer(script, options);
  onTestFinished(() => server.close());
  return server;
}

/** A real memcached that ends behind the test. */
export async function startReal(options?: MemcachedOptions): Promise<MemcachedServer> {
  const server = await startMemcached(options);
  onTestFinished(() => server.stop());
  return server;
}

/** What became of a call: its value, or the code of its error. */
export async function outcome(call: Promise<unknown>): Promise<unknown> {
  return call.catch((error: { code?: unknown }) => error.code ?? error);
}
