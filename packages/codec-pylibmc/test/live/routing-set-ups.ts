import type { PylibmcBehaviors, PylibmcDistributionName, PylibmcHashName } from '@mc/core';
import type { Random } from '@mc/testing';

/** A list of servers and the behaviors of a client for it, by pylibmc's names. */
export interface RoutingSetUp {
  readonly servers: readonly string[];
  readonly behaviors: PylibmcBehaviors;
  /** What is set when the client is made already. */
  readonly later: readonly PylibmcBehaviors[];
}

/** All but hsieh, which Debian's libmemcached is built without. */
export const HASHES: readonly PylibmcHashName[] = [
  ...(['default', 'md5', 'crc', 'fnv1_64', 'fnv1a_64', 'fnv1_32', 'fnv1a_32', 'murmur', 'jenkins'] as const),
];

/** All but random. */
export const DISTRIBUTIONS: readonly PylibmcDistributionName[] = [
  ...(['modula', 'consistent', 'consistent ketama', 'consistent ketama spy'] as const),
  ...(['consistent weighted', 'virtual bucket'] as const),
];

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const PUNCTUATION = ':_-./#{}|~!';
const OTHER_SCRIPTS = 'äéñßøžłçÿжяλ日本語한العربית😀🚀';
const PORTS = [11211, 11212, 112, 65_535, 1, 21_210];

function textOf(random: Random, characters: string, longest: number): string {
  const all = [...characters];
  return Array.from({ length: 1 + random.integer(longest) }, () => random.pick(all)).join('');
}

function hostOf(random: Random): string {
  const byte = () => random.integer(256);
  switch (random.integer(5)) {
    case 0:
      return `[2001:db8::${(1 + random.integer(0xffff)).toString(16)}]`;
    case 1:
      return `Cache-${textOf(random, LETTERS, 8)}.Example.com`;
    case 2:
      return `${textOf(random, `${LETTERS}ü`, 12)}.internal`;
    default:
      return `${10 + random.integer(200)}.${byte()}.${byte()}.${byte()}`;
  }
}

/** The largest weight of a list: often so small that the list is hardly a weighted one. */
const LARGEST_WEIGHTS = [1, 2, 2, 6, 6, 100, 5000];

/** One list: pylibmc takes no unix socket beside a TCP server. */
function serversOf(random: Random): string[] {
  const count = 1 + random.integer(8);
  if (random.chance(0.15)) {
    return Array.from({ length: count }, (_, at) => `/run/${textOf(random, LETTERS, 10)}/${at}.sock`);
  }
  const largest = random.chance(0.5) ? random.pick(LARGEST_WEIGHTS) : 0;
  const hosts = Array.from({ length: count }, () => hostOf(random));
  // A second server on a host of the list, at a port that no other has.
  if (count > 2 && random.chance(0.4)) hosts[count - 1] = hosts[0] as string;
  return hosts.map((host, at) => {
    const port = at === count - 1 ? 30_000 + random.integer(9) : random.pick(PORTS);
    if (largest > 0) return `${host}:${port}:${1 + random.integer(largest)}`;
    return port === 11211 && random.chance(0.5) ? host : `${host}:${port}`;
  });
}

function truth(random: Random): number | boolean {
  return random.pick([true, false, 1, 0, true]);
}

/** Behaviors that have a part in the routing, or must have none, in an order of chance. */
function behaviorsOf(random: Random): PylibmcBehaviors {
  const all: ReadonlyArray<readonly [number, () => PylibmcBehaviors]> = [
    [0.6, () => ({ hash: random.pick(HASHES) })],
    [0.3, () => ({ ketama: truth(random) })],
    [0.3, () => ({ ketama_weighted: truth(random) })],
    [0.45, () => ({ distribution: random.pick(DISTRIBUTIONS) })],
    [0.15, () => ({ ketama_hash: random.pick(HASHES) })],
    [0.25, () => ({ _sort_hosts: truth(random) })],
    [0.35, () => ({ namespace: textOf(random, LETTERS + PUNCTUATION, random.pick([3, 20, 60])) })],
    [0.35, () => ({ _hash_with_prefix_key: truth(random) })],
    [0.2, () => ({ cas: true, no_block: true, tcp_nodelay: true, verify_keys: truth(random) })],
    [0.2, () => ({ remove_failed: truth(random), dead_timeout: 30, retry_timeout: 1, failure_limit: 2 })],
  ];
  const chosen = all.filter(([probability]) => random.chance(probability)).map(([, make]) => make());
  const parts = random.chance(0.5) ? chosen : chosen.reverse();
  return Object.assign({}, ...parts);
}

/** A set-up by chance; a third of them are changed when the client is made. */
export function makeSetUp(random: Random): RoutingSetUp {
  const servers = serversOf(random);
  const behaviors = behaviorsOf(random);
  const changes = random.chance(1 / 3) ? 1 + random.integer(3) : 0;
  return { servers, behaviors, later: Array.from({ length: changes }, () => behaviorsOf(random)) };
}

/** Keys of every length and script, as text and as bytes. */
export function makeKeys(random: Random, count: number): Array<string | Uint8Array> {
  return Array.from({ length: count }, () => {
    const isAscii = random.chance(0.7);
    const text = textOf(random, LETTERS + PUNCTUATION + (isAscii ? '' : OTHER_SCRIPTS.repeat(4)), 30);
    if (random.chance(0.8)) return text;
    if (random.chance(0.5)) return new TextEncoder().encode(text);
    return Uint8Array.from({ length: 1 + random.integer(40) }, () => 0x80 + random.integer(0x80));
  });
}
