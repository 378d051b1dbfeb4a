import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { AbortSignalLike, DiscoveredServers, Discovery } from '@mc/core';
import { addressServers, srvServers } from './dns-answer.js';
import { askBoth, askFor, type DnsResolver } from './dns-question.js';
import { inTime } from './in-time.js';
import { checkInterval, checkOptionNames, checkTimeout, wrongOption } from './option-checks.js';
import { DEFAULT_PORT, isPort } from './port.js';

export type { DnsResolver, DnsSrvRecord } from './dns-question.js';

/** Which records name the servers. */
export type DnsRecord = 'A' | 'AAAA' | 'A+AAAA' | 'SRV';

/** Options of {@link dnsDiscovery}. */
export interface DnsDiscoveryOptions {
  /**
   * `A`, `AAAA` and `A+AAAA`: each address is a server. `SRV`: each record of the lowest priority is one, with its own
   * port and weight. Default `A`.
   */
  readonly record?: DnsRecord;
  /** Port of the servers, 1 to 65535; SRV records have their own. Default 11211. */
  readonly port?: number;
  /** Milliseconds between two looks, 1 to 2^31 - 1. Default 30,000. */
  readonly intervalMs?: number;
  /** A look fails after this many milliseconds, 1 to 10,000. Default 5,000. */
  readonly timeoutMs?: number;
  /** Name servers to ask, `address` or `address:port`. Default: those of the system. */
  readonly nameServers?: readonly string[];
  /** Asks instead, with its own name servers and timeouts; it is not cancelled. Excludes `nameServers`. */
  readonly resolver?: DnsResolver;
}

/** {@link DnsDiscoveryOptions}, checked. */
interface Settings {
  /** The name to ask for. */
  readonly question: string;
  readonly record: DnsRecord;
  readonly port: number;
  readonly timeoutMs: number;
  readonly nameServers: readonly string[] | undefined;
  readonly resolver: DnsResolver | undefined;
}

const OPTION_NAMES = ['record', 'port', 'intervalMs', 'timeoutMs', 'nameServers', 'resolver'];
const RECORDS: readonly string[] = ['A', 'AAAA', 'A+AAAA', 'SRV'] satisfies readonly DnsRecord[];
const DEFAULT_INTERVAL_MS = 30_000;
/** The second try waits twice as long as the first: both fit into the time of a look. */
const TRIES = 2;
const FIRST_TRY_PART = 1 / 3;

/**
 * Finds the servers of a client in DNS, again and again: `createClient({ servers: dnsDiscovery('cache.example.com') })`.
 * The list is sorted, so that clients agree on it. A name without records fails, and the client keeps what it has.
 *
 * @param name fully qualified: search domains and the hosts file are not used. For SRV records, `_memcached._tcp.` is
 * put before it, unless it starts with `_`.
 * @throws MemcachedError `MC_CONFIGURATION`
 */
export function dnsDiscovery(name: string, options: DnsDiscoveryOptions = {}): Discovery {
  const settings = settingsOf(name, options);
  const shown = `DNS ${settings.record} ${settings.question}`;
  return {
    name: shown,
    intervalMs: checkInterval(options.intervalMs ?? DEFAULT_INTERVAL_MS),
    look: (signal) => look(shown, settings, signal),
  };
}

/** @throws MemcachedError `MC_CONFIGURATION` */
function settingsOf(name: string, options: DnsDiscoveryOptions): Settings {
  checkOptionNames(options, OPTION_NAMES, 'dnsDiscovery');
  const { record = 'A', port = DEFAULT_PORT, nameServers, resolver } = options;
  if (typeof name !== 'string' || !/^[^\s/[\]@?#:|]+$/.test(name) || isIP(name) !== 0) {
    throw wrongOption('dnsDiscovery takes a host name such as cache.example.com');
  }
  if (!RECORDS.includes(record)) throw wrongOption(`record must be one of ${RECORDS.join(', ')}`);
  if (!isPort(port)) throw wrongOption('port must be an integer from 1 to 65535');
  if (record === 'SRV' && options.port !== undefined)
    throw wrongOption('SRV records have ports of their own');
  if (nameServers !== undefined && resolver !== undefined) {
    throw wrongOption('nameServers and resolver exclude each other');
  }
  if (resolver !== undefined && !canAsk(resolver)) {
    throw wrongOption('resolver must have resolve4, resolve6 and resolveSrv, as that of node:dns/promises');
  }
  const timeoutMs = checkTimeout(options.timeoutMs);
  if (nameServers !== undefined) makeResolver(timeoutMs, nameServers);
  const question = record === 'SRV' && !name.startsWith('_') ? `_memcached._tcp.${name}` : name;
  return { question, record, port, timeoutMs, nameServers, resolver };
}

function canAsk(resolver: DnsResolver): boolean {
  return [resolver?.resolve4, resolver?.resolve6, resolver?.resolveSrv].every(
    (method) => typeof method === 'function',
  );
}

/** @throws MemcachedError `MC_CONFIGURATION` */
function makeResolver(timeoutMs: number, nameServers: readonly string[] | undefined): Resolver {
  const resolver = new Resolver({
    timeout: Math.max(1, Math.floor(timeoutMs * FIRST_TRY_PART)),
    tries: TRIES,
  });
  if (nameServers === undefined) return resolver;
  try {
    if (nameServers.length === 0) throw new RangeError('none is named');
    resolver.setServers(nameServers);
  } catch (cause) {
    throw wrongOption('nameServers must be a list of address or address:port', cause);
  }
  return resolver;
}

function look(
  name: string,
  settings: Settings,
  signal: AbortSignalLike | undefined,
): Promise<DiscoveredServers> {
  const { timeoutMs, nameServers, resolver } = settings;
  if (resolver !== undefined) {
    return inTime(
      { name, timeoutMs, signal },
      () => ask(name, settings, resolver),
      () => {},
    );
  }
  // One of its own for each look: it reads the system's settings anew, and can be cancelled without harm to others.
  const own = makeResolver(timeoutMs, nameServers);
  return inTime(
    { name, timeoutMs, signal },
    () => ask(name, settings, own),
    () => own.cancel(),
  );
}

async function ask(
  name: string,
  { question, record, port }: Settings,
  resolver: DnsResolver,
): Promise<DiscoveredServers> {
  if (record === 'SRV') return { servers: srvServers(await askFor('SRV', question, resolver, name), name) };
  if (record === 'A+AAAA') {
    const [four, six] = await askBoth(question, resolver, name);
    return { servers: addressServers(four, six, port, name) };
  }
  const addresses = await askFor(record, question, resolver, name);
  return {
    servers:
      record === 'A' ? addressServers(addresses, [], port, name) : addressServers([], addresses, port, name),
  };
}
