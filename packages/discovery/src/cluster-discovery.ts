import type { AbortSignalLike, DiscoveredServers, Discovery, Server, Transport } from '@mc/core';
import { ClusterDialogue } from './cluster-dialogue.js';
import { endpointOf } from './cluster-endpoint.js';
import { readClusterList } from './cluster-list.js';
import { inTime } from './in-time.js';
import { checkInterval, checkOptionNames, checkTimeout, wrongOption } from './option-checks.js';

/** Options of {@link clusterDiscovery}. */
export interface ClusterDiscoveryOptions {
  /** How bytes reach the endpoint: `tcpTransport()`, or another. */
  readonly transport: Transport;
  /** Milliseconds between two looks, 1 to 2^31 - 1. Default 60,000. */
  readonly intervalMs?: number;
  /** A look, with its connection, fails after this many milliseconds, 1 to 10,000. Default 5,000. */
  readonly timeoutMs?: number;
  /**
   * True: servers are known by their IP address, where the cluster tells one. Other clients of the cluster then find
   * keys on other servers, unless they do so too. Default false, by their host name.
   */
  readonly useIp?: boolean;
}

const OPTION_NAMES = ['transport', 'intervalMs', 'timeoutMs', 'useIp'];
const DEFAULT_INTERVAL_MS = 60_000;

/**
 * Asks the endpoint of a managed cluster (Amazon ElastiCache, Google Memorystore) for its servers, again and again, on
 * a connection of its own each time. Engines before 1.4.14 are asked in their own way.
 *
 * @param endpoint `host`, `host:port` or `[v6]:port`; default port 11211
 * @throws MemcachedError `MC_CONFIGURATION`
 */
export function clusterDiscovery(endpoint: string, options: ClusterDiscoveryOptions): Discovery {
  checkOptionNames(options, OPTION_NAMES, 'clusterDiscovery');
  const { transport, useIp = false } = options;
  if (typeof transport?.connect !== 'function') {
    throw wrongOption('clusterDiscovery needs a transport: pass tcpTransport() or memoryTransport()');
  }
  if (typeof useIp !== 'boolean') throw wrongOption('useIp must be true or false');
  const timeoutMs = checkTimeout(options.timeoutMs);
  const server = endpointOf(endpoint);
  return {
    name: `cluster ${server.name}`,
    intervalMs: checkInterval(options.intervalMs ?? DEFAULT_INTERVAL_MS),
    look: (signal) => look(server, transport, timeoutMs, useIp, signal),
  };
}

async function look(
  server: Server,
  transport: Transport,
  timeoutMs: number,
  useIp: boolean,
  signal: AbortSignalLike | undefined,
): Promise<DiscoveredServers> {
  const dialogue = new ClusterDialogue(server);
  const payload = await inTime(
    { name: `cluster ${server.name}`, timeoutMs, signal },
    () => dialogue.run(transport),
    () => dialogue.stop(),
  );
  return readClusterList(payload, useIp, server.name);
}
