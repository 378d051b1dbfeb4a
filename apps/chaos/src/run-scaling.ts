import { setTimeout as wait } from 'node:timers/promises';
import { jsonCodec } from '@mc/codec-json';
import { createClient, type MemcachedClient } from '@mc/core';
import { type MemcachedServer, type Random, startMemcached } from '@mc/testing';
import { tcpTransport } from '@mc/transport-tcp';
import { Load } from './load.js';
import type { ChaosSettings } from './settings.js';

/** What was seen of a fleet that grew and shrank. */
export interface ScalingOutcome {
  /** Good calls while there were three servers, then five, then two. */
  readonly calls: readonly number[];
  /** Whatever went wrong with any call, on servers that stayed or went. */
  readonly failures: readonly string[];
  /** Connections that each server that stayed has had of the client. */
  readonly connections: readonly number[];
}

/** Load on three servers, then on five, then on two of the first three. */
export async function runScaling(settings: ChaosSettings, random: Random): Promise<ScalingOutcome> {
  const servers: MemcachedServer[] = [];
  for (let count = 0; count < 5; count += 1) servers.push(await startMemcached());
  const addresses = servers.map(({ address }) => address);
  const client = createClient({
    servers: addresses.slice(0, 3),
    transport: tcpTransport(),
    codec: jsonCodec(),
    ...settings.client,
  });
  try {
    const stay = servers.slice(0, 2);
    const before = await connectionsOf(client, stay);
    const load = new Load(client, random, 'mixed');
    await load.start();
    const calls: number[] = [];
    for (const list of [addresses.slice(0, 3), addresses, addresses.slice(0, 2)]) {
      const changed = client.setServers(list);
      const fromMs = performance.now();
      await wait(settings.controlMs);
      const period = { fromMs, toMs: performance.now() };
      calls.push(load.all().reduce((sum, server) => sum + server.count(period), 0));
      // The last calls of the servers that went have settled long ago.
      await changed;
    }
    await load.stop();
    const after = await connectionsOf(client, stay);
    return {
      calls,
      failures: load.all().flatMap(({ failed }) => failed.map(({ code }) => code)),
      connections: after.map((count, at) => count - (before[at] as number) + 1),
    };
  } finally {
    await client.close();
    await Promise.all(servers.map((server) => server.stop()));
  }
}

async function connectionsOf(
  client: MemcachedClient,
  servers: readonly MemcachedServer[],
): Promise<number[]> {
  const stats = await client.stats();
  return servers.map(({ name }) => Number(stats.get(name)?.get('total_connections')));
}
