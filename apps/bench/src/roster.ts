import type { OpenDriver } from './driver.js';
import type { Workload } from './workload.js';

/** What a row of the table is: a floor, this project's client, another memcached client, or a Redis client. */
export type ClientKind = 'floor' | 'ours' | 'memcached' | 'redis';

/** One row of every workload. */
export interface Client {
  readonly id: string;
  readonly title: string;
  readonly kind: ClientKind;
  /** Three ASCII letters that begin its keys. */
  readonly tag: string;
  /** The npm package whose version is printed. */
  readonly packageName?: string;
  /** The lowest Node it supports, where that is newer than this project's. */
  readonly needsNode?: readonly [major: number, minor: number];
  /** Why it cannot do a workload; undefined when it can. */
  cannot(workload: Workload): string | undefined;
  /** Whether the workload has a row for it at all. */
  hasRow(workload: Workload): boolean;
  readonly load?: () => Promise<{ open: OpenDriver }>;
}

const can = (): undefined => undefined;
const always = (): boolean => true;
const oneServerOnly =
  (reason: string) =>
  (workload: Workload): string | undefined =>
    workload.servers > 1 ? reason : undefined;

/** Every client, floors first. */
export const ROSTER: readonly Client[] = [
  { id: 'bare', title: 'bare socket', kind: 'floor', tag: 'flr', cannot: can, hasRow: always },
  {
    id: 'bare-events',
    title: 'bare socket, data events',
    kind: 'floor',
    tag: 'evt',
    cannot: can,
    hasRow: (workload) => workload.kind === 'get' && workload.valueBytes > 65_536,
  },
  {
    id: 'merged',
    title: 'merged lines',
    kind: 'floor',
    tag: 'mrg',
    cannot: can,
    hasRow: (workload) => workload.floor === 'merged',
  },
  {
    id: 'ours',
    title: '@mc/memcached',
    kind: 'ours',
    tag: 'our',
    packageName: '@mc/memcached',
    cannot: can,
    hasRow: always,
    load: () => import('./drivers/ours.js'),
  },
  {
    id: 'memjs',
    title: 'memjs',
    kind: 'memcached',
    tag: 'mjs',
    packageName: 'memjs',
    cannot: (workload) => (workload.kind === 'multi' ? 'it has no call for many keys' : undefined),
    hasRow: always,
    load: () => import('./drivers/memjs.js'),
  },
  {
    id: 'memcached',
    title: 'memcached',
    kind: 'memcached',
    tag: 'mcd',
    packageName: 'memcached',
    cannot: can,
    hasRow: always,
    load: () => import('./drivers/memcached.js'),
  },
  {
    id: 'memcache-client',
    title: 'memcache-client',
    kind: 'memcached',
    tag: 'mcc',
    packageName: 'memcache-client',
    cannot: oneServerOnly('it takes several servers as copies and asks a random one'),
    hasRow: always,
    load: () => import('./drivers/memcache-client.js'),
  },
  {
    id: 'memcache',
    title: 'memcache',
    kind: 'memcached',
    tag: 'mch',
    packageName: 'memcache',
    needsNode: [22, 19],
    cannot: can,
    hasRow: always,
    load: () => import('./drivers/memcache.js'),
  },
  {
    id: 'ioredis',
    title: 'ioredis on Redis',
    kind: 'redis',
    tag: 'ior',
    packageName: 'ioredis',
    cannot: oneServerOnly('it does not spread keys over single servers'),
    hasRow: always,
    load: () => import('./drivers/ioredis.js'),
  },
  {
    id: 'redis',
    title: 'node-redis on Redis',
    kind: 'redis',
    tag: 'red',
    packageName: 'redis',
    cannot: oneServerOnly('it does not spread keys over single servers'),
    hasRow: always,
    load: () => import('./drivers/redis.js'),
  },
];

/** The client of this id; throws when there is none. */
export function clientOf(id: string): Client {
  const found = ROSTER.find((client) => client.id === id);
  if (found === undefined) {
    throw new Error(`No client is called ${id}; there are ${ROSTER.map((client) => client.id).join(', ')}.`);
  }
  return found;
}
