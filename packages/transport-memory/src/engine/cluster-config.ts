import { MemcachedError } from '@mc/protocol';

/** A server of a managed cluster, as the cluster tells of it. */
export interface ClusterNode {
  /** Host name or address, as clients are to call it. */
  readonly host: string;
  /** Its IP address. Default none: the field is then empty, as it is while a node is being made. */
  readonly ip?: string;
  /** Default 11211. */
  readonly port?: number;
}

/** What the servers answer to `config get cluster`, as those of a managed cluster do. */
export interface ClusterConfig {
  /** Number of this list of nodes, 0 or more; a real cluster counts it up at each change. */
  readonly version: number | bigint;
  readonly nodes: readonly ClusterNode[];
  /**
   * True to speak as engines before 1.4.14 did: `config` is an unknown command, and the list is the value of the key
   * `AmazonElastiCache:cluster`. Default false.
   */
  readonly legacy?: boolean;
}

/** A {@link ClusterConfig} ready to be sent. */
export interface EncodedCluster {
  readonly body: Uint8Array;
  readonly legacy: boolean;
}

/** What the servers of a transport are to say of their cluster; they share it, and it may be changed at any time. */
export interface ClusterHolder {
  /** `undefined` for plain servers. */
  current: EncodedCluster | undefined;
}

const DEFAULT_PORT = 11211;
const MAX_PORT = 65_535;
/** Printable ASCII but the bar and the space, which are between fields and nodes. */
const HOST = /^[!-{}~]+$/;
const IP = /^[\w.:]*$/;

/** @throws MemcachedError `MC_CONFIGURATION` for what the format cannot hold */
export function encodeCluster({ version, nodes, legacy = false }: ClusterConfig): EncodedCluster {
  const isVersion = typeof version === 'bigint' || Number.isSafeInteger(version);
  if (!isVersion || version < 0) throw wrong('the version of cluster must be an integer of at least 0');
  if (!Array.isArray(nodes)) throw wrong('the nodes of cluster must be an array of { host, ip, port }');
  const text = `${version}\n${nodes.map(nodeText).join(' ')}\n`;
  return { body: Uint8Array.from(text, (character) => character.charCodeAt(0)), legacy };
}

function nodeText({ host, ip = '', port = DEFAULT_PORT }: ClusterNode): string {
  if (typeof host !== 'string' || !HOST.test(host))
    throw wrong('the host of a node must be a name or an address');
  if (typeof ip !== 'string' || !IP.test(ip)) throw wrong('the ip of a node must be an address');
  if (!Number.isInteger(port) || port < 1 || port > MAX_PORT) {
    throw wrong(`the port of a node must be an integer from 1 to ${MAX_PORT}`);
  }
  return `${host}|${ip}|${port}`;
}

function wrong(message: string): MemcachedError {
  return new MemcachedError('MC_CONFIGURATION', message);
}
