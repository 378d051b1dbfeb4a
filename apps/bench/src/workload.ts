/** What a step of a workload asks for: reads, writes, nine reads to one write, or reads of many keys a call. */
export type WorkloadKind = 'get' | 'set' | 'mix' | 'multi';

/** One workload: the same calls in the same order for every client and every floor. */
export interface Workload {
  readonly id: string;
  readonly title: string;
  readonly kind: WorkloadKind;
  /** Calls made before the first is awaited. */
  readonly atOnce: number;
  /** Keys of one call; more than 1 only for `multi`. */
  readonly keysPerCall: number;
  /** Bytes of every value (ASCII, so also characters). */
  readonly valueBytes: number;
  readonly keyCount: number;
  readonly servers: number;
  /** The floor that the ratio column is taken against. */
  readonly floor: 'bare' | 'merged';
}

const SMALL = { keysPerCall: 1, valueBytes: 100, keyCount: 1024, servers: 1 } as const;

/** Every workload of the table, in the order printed. */
export const WORKLOADS: readonly Workload[] = [
  { ...SMALL, id: 'get-1', title: 'one get at a time', kind: 'get', atOnce: 1, floor: 'bare' },
  { ...SMALL, id: 'get-64', title: '64 gets at once', kind: 'get', atOnce: 64, floor: 'merged' },
  { ...SMALL, id: 'get-512', title: '512 gets at once', kind: 'get', atOnce: 512, floor: 'merged' },
  { ...SMALL, id: 'set-64', title: '64 sets at once', kind: 'set', atOnce: 64, floor: 'bare' },
  {
    ...SMALL,
    id: 'mix-64',
    title: '90 % gets, 10 % sets, 64 at once',
    kind: 'mix',
    atOnce: 64,
    floor: 'merged',
  },
  {
    ...SMALL,
    id: 'multi-100x8',
    title: 'getMulti of 100 keys, 8 at once',
    kind: 'multi',
    atOnce: 8,
    keysPerCall: 100,
    floor: 'bare',
  },
  {
    ...SMALL,
    id: 'get-100k',
    title: '100 kB gets, one at a time',
    kind: 'get',
    atOnce: 1,
    valueBytes: 100_000,
    keyCount: 64,
    floor: 'bare',
  },
  {
    ...SMALL,
    id: 'get-1m',
    title: '1 MB gets, one at a time',
    kind: 'get',
    atOnce: 1,
    valueBytes: 1_000_000,
    keyCount: 16,
    floor: 'bare',
  },
  {
    ...SMALL,
    id: 'set-100k',
    title: '100 kB sets, one at a time',
    kind: 'set',
    atOnce: 1,
    valueBytes: 100_000,
    keyCount: 64,
    floor: 'bare',
  },
  {
    ...SMALL,
    id: 'get-512-4s',
    title: '4 servers, 512 gets at once',
    kind: 'get',
    atOnce: 512,
    servers: 4,
    floor: 'merged',
  },
];

/** The workload of this id; throws when there is none. */
export function workloadOf(id: string): Workload {
  const found = WORKLOADS.find((workload) => workload.id === id);
  if (found === undefined) {
    const known = WORKLOADS.map((workload) => workload.id).join(', ');
    throw new Error(`No workload is called ${id}; there are ${known}.`);
  }
  return found;
}

/** Operations (keys, for `multi`) done by one step. */
export function operationsPerStep(workload: Workload): number {
  return workload.atOnce * workload.keysPerCall;
}
