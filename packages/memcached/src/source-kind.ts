import type { ClientOptions, MemcachedClient } from '@mc/core';

/** What tells a client, whoever made it: a view, a proxy around one, a test double that has what an adapter needs. */
const CLIENT_METHODS = ['getMulti', 'with'] as const;

/** A server as an object names a host or a path, and a discovery can look; options never do. */
const SERVER_MEMBERS = ['host', 'path', 'look'] as const;

/** True for a client. */
export function isClient(value: unknown): value is MemcachedClient {
  if (typeof value !== 'object' || value === null) return false;
  return CLIENT_METHODS.every((name) => typeof (value as Partial<MemcachedClient>)[name] === 'function');
}

/** True for a server, a list or a discovery, well formed or not. */
export function isServers(value: unknown): value is ClientOptions['servers'] {
  if (typeof value === 'string' || Array.isArray(value)) return true;
  return typeof value === 'object' && value !== null && SERVER_MEMBERS.some((name) => name in value);
}
