import type { Server, ServerAddress, ServerInput } from './contract.js';
import { ConfigurationError } from './errors.js';
import { checkOptionTypes } from './option-checks.js';

const DEFAULT_PORT = 11211;
const MAX_PORT = 65_535;
const MAX_WEIGHT = 65_535;

/** The servers of the client's configuration, checked. @throws ConfigurationError */
export function parseServers(input: ServerInput | readonly ServerInput[]): Server[] {
  const inputs: readonly ServerInput[] = Array.isArray(input) ? input : [input as ServerInput];
  if (inputs.length === 0) throw new ConfigurationError('servers must name at least one server');
  // Array.from also visits holes.
  const servers = Array.from(inputs, parseServer);
  checkDistinct(servers);
  return servers;
}

/** @throws ConfigurationError where a server is named twice */
export function checkDistinct(servers: readonly Server[]): void {
  const names = new Set<string>();
  for (const { name } of servers) {
    if (names.has(name)) throw new ConfigurationError(`servers names ${name} twice`);
    names.add(name);
  }
}

/** @throws ConfigurationError */
export function parseServer(input: ServerInput): Server {
  if (typeof input === 'string') return makeServer(parseText(input.trim()));
  if (typeof input !== 'object' || input === null)
    throw new ConfigurationError('a server must be a string or an object');
  // A server that the client has told of has a name, and more.
  if (!('name' in input)) checkOptionTypes('a server', input, { host: '', port: '', path: '', weight: '' });
  return makeServer(input);
}

function makeServer({ host, port, path, weight = 1 }: ServerAddress): Server {
  if (!Number.isInteger(weight) || weight < 1 || weight > MAX_WEIGHT) {
    throw new ConfigurationError(`the weight of a server must be an integer from 1 to ${MAX_WEIGHT}`);
  }
  if (path !== undefined) {
    if (host !== undefined || port !== undefined)
      throw new ConfigurationError('a server has either a path or a host and port');
    if (typeof path !== 'string' || path === '')
      throw new ConfigurationError('the path of a server must be a non-empty string');
    return { name: path, host: undefined, port: 0, path, weight };
  }
  if (typeof host !== 'string' || !/^[^\s/[\]@?#]+$/.test(host)) {
    throw new ConfigurationError(
      'the host of a server must be a name or an address, without brackets or spaces',
    );
  }
  const checkedPort = port ?? DEFAULT_PORT;
  if (!Number.isInteger(checkedPort) || checkedPort < 1 || checkedPort > MAX_PORT) {
    throw new ConfigurationError(`the port of a server must be an integer from 1 to ${MAX_PORT}`);
  }
  const name = host.includes(':') ? `[${host}]:${checkedPort}` : `${host}:${checkedPort}`;
  return { name, host, port: checkedPort, path: undefined, weight };
}

function parseText(text: string): ServerAddress {
  if (text.startsWith('/')) return { path: text };
  if (/^\w+:\/\//.test(text)) return parseUrl(text);
  const match = /^(?:\[(?<v6>[^\]]+)\]|(?<host>[^:[\]]+))(?::(?<port>\d+))?(?::(?<weight>\d+))?$/.exec(text);
  if (match?.groups === undefined) {
    throw new ConfigurationError(
      'a server must be host, host:port, host:port:weight, [v6]:port, /path.sock or memcached://host:port (an IPv6 address needs brackets)',
    );
  }
  const { v6, host, port, weight } = match.groups;
  return addressOf((v6 ?? host) as string, port, weight);
}

/** `memcached://host:port?weight=2`, by hand: the URL class would lower-case the host, which changes the ring. */
function parseUrl(text: string): ServerAddress {
  const match = /^(?<scheme>\w+):\/\/(?<rest>[^?#]*)(?:\?(?<query>[^#]*))?$/.exec(text);
  const { scheme, rest = '', query } = match?.groups ?? {};
  if (scheme === 'memcacheds') throw new ConfigurationError('TLS (memcacheds://) is not supported');
  if (scheme !== 'memcached') throw new ConfigurationError('the scheme of a server must be memcached://');
  if (rest.includes('@')) throw new ConfigurationError('credentials in a server are not supported');
  const weight = weightOf(query);
  const authority = rest.endsWith('/') ? rest.slice(0, -1) : rest;
  if (authority.startsWith('/'))
    return weight === undefined ? { path: authority } : { path: authority, weight };
  const address = parseText(authority);
  if (address.weight !== undefined || address.path !== undefined) {
    throw new ConfigurationError('the weight of a memcached:// server stands in ?weight=');
  }
  return weight === undefined ? address : { ...address, weight };
}

function weightOf(query: string | undefined): number | undefined {
  if (query === undefined || query === '') return undefined;
  const match = /^weight=(\d+)$/.exec(query);
  if (match === null)
    throw new ConfigurationError('a memcached:// server takes the one parameter weight, an integer');
  return Number(match[1]);
}

function addressOf(host: string, port: string | undefined, weight: string | undefined): ServerAddress {
  return {
    host,
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(weight === undefined ? {} : { weight: Number(weight) }),
  };
}
