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
import { PATIENT } from '../../../test/patience.js';

/** Far more than it takes to end at once, or at a short deadline, and far less than to hang. */
export const SOON_MS = 10_000;

/** A client over TCP that is closed behind the test; it is patient unless the test says otherwise. */
export function openClient(
  servers: ServerAddress | readonly ServerAddress[],
  options: Partial<ClientOptions> = {},
): MemcachedClient {
  const defaults = { transport: tcpTransport(), codec: jsonCodec(), ...PATIENT, connectTimeoutMs: 20_000 };
  const client = createClient({ servers, ...defaults, ...options });
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
