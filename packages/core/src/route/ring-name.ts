import type { Server } from '../contract.js';
import { encodeUtf8, utf8Length } from '../runtime.js';

const DEFAULT_PORT = 11211;

/**
 * Names of a server's points as libmemcached hashes them, by number: `host-0`, `host:port-0`, `path:0-0`. The port is
 * left out where it is the default. Spymemcached's form is `/host:port-0`, always with the port.
 */
export function pointNamer(server: Server, spy: boolean): (number: number) => Uint8Array | string {
  const name = spy ? spyName(server) : libmemcachedName(server);
  // A hash takes text for ASCII.
  if (utf8Length(name) === name.length) return (number) => `${name}-${number}`;
  return (number) => encodeUtf8(`${name}-${number}`);
}

function libmemcachedName({ path, host, port }: Server): string {
  if (path !== undefined) return `${path}:0`;
  return port === DEFAULT_PORT ? `${host}` : `${host}:${port}`;
}

function spyName({ path, host, port }: Server): string {
  return path === undefined ? `/${host}:${port}` : `/${path}:0`;
}
