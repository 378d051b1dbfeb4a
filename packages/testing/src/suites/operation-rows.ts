import type { CallOptions, Key, MemcachedClient } from '@mc/core';

/** One operation that takes a key, for tests that say the same of each of them. */
export interface OperationRow {
  readonly name: string;
  /** Calls it on one key. */
  call(client: MemcachedClient, key: Key, options?: CallOptions): Promise<unknown>;
  /** What becomes of it under `onServerFailure: 'miss'` when its server cannot be reached; absent: not fixed. */
  readonly unreachable?: { readonly resolvesTo: unknown } | 'rejects';
  /** True where it changes something. */
  readonly writes: boolean;
}

const NO_KEYS: ReadonlyMap<never, never> = new Map<never, never>();
const AS_MISS = { resolvesTo: undefined };
const AS_FALSE = { resolvesTo: false };
const HOUR = 3600;

/** Every operation that takes a key. */
export const OPERATION_ROWS: readonly OperationRow[] = [
  {
    name: 'get',
    writes: false,
    unreachable: AS_MISS,
    call: (client, key, options) => client.get(key, options),
  },
  {
    name: 'gets',
    writes: false,
    unreachable: AS_MISS,
    call: (client, key, options) => client.gets(key, options),
  },
  {
    name: 'getMulti',
    writes: false,
    unreachable: { resolvesTo: NO_KEYS },
    call: (client, key, options) => client.getMulti([key], options),
  },
  { name: 'getsMulti', writes: false, call: (client, key, options) => client.getsMulti([key], options) },
  {
    name: 'getAndTouch',
    writes: true,
    unreachable: AS_MISS,
    call: (client, key, options) => client.getAndTouch(key, HOUR, options),
  },
  {
    name: 'touch',
    writes: true,
    unreachable: AS_FALSE,
    call: (client, key, options) => client.touch(key, HOUR, options),
  },
  {
    name: 'set',
    writes: true,
    unreachable: AS_FALSE,
    call: (client, key, options) => client.set(key, 'v', options),
  },
  {
    name: 'add',
    writes: true,
    unreachable: 'rejects',
    call: (client, key, options) => client.add(key, 'v', options),
  },
  {
    name: 'replace',
    writes: true,
    unreachable: AS_FALSE,
    call: (client, key, options) => client.replace(key, 'v', options),
  },
  {
    name: 'cas',
    writes: true,
    unreachable: 'rejects',
    call: (client, key, options) => client.cas(key, 'v', 1n, options),
  },
  {
    name: 'append',
    writes: true,
    unreachable: AS_FALSE,
    call: (client, key, options) => client.append(key, 'v', options),
  },
  {
    name: 'prepend',
    writes: true,
    unreachable: AS_FALSE,
    call: (client, key, options) => client.prepend(key, 'v', options),
  },
  {
    name: 'delete',
    writes: true,
    unreachable: AS_FALSE,
    call: (client, key, options) => client.delete(key, options),
  },
  {
    name: 'incr',
    writes: true,
    unreachable: 'rejects',
    call: (client, key, options) => client.incr(key, 1, options),
  },
  {
    name: 'decr',
    writes: true,
    unreachable: 'rejects',
    call: (client, key, options) => client.decr(key, 1, options),
  },
  { name: 'setMulti', writes: true, call: (client, key, options) => client.setMulti([[key, 'v']], options) },
  { name: 'addMulti', writes: true, call: (client, key, options) => client.addMulti([[key, 'v']], options) },
  {
    name: 'deleteMulti',
    writes: true,
    unreachable: AS_FALSE,
    call: (client, key, options) => client.deleteMulti([key], options),
  },
  { name: 'incrMulti', writes: true, call: (client, key, options) => client.incrMulti([key], options) },
];
