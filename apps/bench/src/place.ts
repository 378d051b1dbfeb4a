import { findNode } from './find-program.js';
import type { Client } from './roster.js';
import type { Place } from './rounds.js';
import type { ServerProcess } from './server-process.js';

/** The servers of a run. */
export interface Servers {
  readonly memcached: readonly ServerProcess[];
  readonly redis: ServerProcess | undefined;
}

/** Where a client runs, or why it cannot run here. */
export function placeOf(
  client: Client,
  servers: Servers,
  cpu: number | undefined,
  nodePath: string | undefined,
): Place | string {
  const node = nodePath ?? findNode(client.needsNode);
  if (node === undefined) {
    const needed = client.needsNode?.join('.') ?? '';
    return `it needs Node ${needed}; no node-${process.platform}-${process.arch} package is installed`;
  }
  if (client.kind !== 'redis')
    return { node, cpu, servers: servers.memcached.map((server) => server.address) };
  if (servers.redis === undefined) return 'redis-server is not on PATH';
  return { node, cpu, servers: [servers.redis.address] };
}

/** Empties all servers, so that one workload's values do not weigh on the next. */
export async function flushAll(servers: Servers): Promise<void> {
  const all = servers.redis === undefined ? servers.memcached : [...servers.memcached, servers.redis];
  await Promise.all(all.map((server) => server.flush()));
}
