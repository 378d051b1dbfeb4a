/** memcached's port, where none is named. */
export const DEFAULT_PORT = 11211;
const MAX_PORT = 65_535;

/** True for a TCP port that a server can listen on. */
export function isPort(port: unknown): port is number {
  return typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= MAX_PORT;
}
