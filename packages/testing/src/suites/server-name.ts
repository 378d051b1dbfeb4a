import type { ServerAddress } from '@mc/core';

const DEFAULT_PORT = 11211;

/** The name a server has in a client's errors, events and result maps. */
export function serverName({ host, port = DEFAULT_PORT, path }: ServerAddress): string {
  if (path !== undefined) return path;
  return host?.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
