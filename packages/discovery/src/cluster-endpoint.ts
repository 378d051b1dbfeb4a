import type { Server } from '@mc/core';
import { wrongOption } from './option-checks.js';
import { DEFAULT_PORT, isPort } from './port.js';

/** The endpoint as a server to connect to. @throws MemcachedError `MC_CONFIGURATION` */
export function endpointOf(text: string): Server {
  const match =
    typeof text === 'string'
      ? /^(?:\[(?<v6>[^\s/[\]@?#]+)\]|(?<host>[^\s/[\]@?#:]+))(?::(?<port>\d+))?$/.exec(text)
      : null;
  if (match?.groups === undefined) {
    throw wrongOption('clusterDiscovery takes host, host:port or [v6]:port');
  }
  const { v6, host } = match.groups;
  const port = Number(match.groups.port ?? DEFAULT_PORT);
  if (!isPort(port)) throw wrongOption('the port of a cluster endpoint must be an integer from 1 to 65535');
  const name = v6 === undefined ? `${host}:${port}` : `[${v6}]:${port}`;
  return { name, host: v6 ?? host, port, path: undefined, weight: 1 };
}
