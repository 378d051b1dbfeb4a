import type { Server } from '../contract.js';
import { encodeUtf8 } from '../runtime.js';

/**
 * The servers in libmemcached's order where its hosts are sorted (MEMCACHED_BEHAVIOR_SORT_HOSTS): by the bytes of host
 * or socket path, then by port.
 */
export function sortHosts(servers: readonly Server[]): Server[] {
  return servers
    .map((server) => ({ server, host: encodeUtf8(server.path ?? server.host ?? '') }))
    .sort((a, b) => compareBytes(a.host, b.host) || a.server.port - b.server.port)
    .map(({ server }) => server);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  let at = 0;
  while (at < shared && a[at] === b[at]) at += 1;
  return at < shared ? (a[at] as number) - (b[at] as number) : a.length - b.length;
}
