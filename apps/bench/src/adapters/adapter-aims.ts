import type { CacheFigures, CacheMedians } from './cache-load.js';

const OURS = '@mc/adapter-keyv';
/** What the adapter itself adds: Keyv's own part is the same over every store. */
const STORE = 'adapter, without Keyv';

interface Aim {
  readonly load: string;
  readonly of: string;
  readonly against: string;
  readonly title: string;
  readonly limit: number;
  /** Our figure over the other's; larger is better unless `atMost`. */
  ratio(ours: CacheFigures, other: CacheFigures): number;
  readonly atMost?: true;
}

const speed = (ours: CacheFigures, other: CacheFigures): number => ours.perSecond / other.perSecond;
const cpu = (ours: CacheFigures, other: CacheFigures): number => ours.cpuMicroseconds / other.cpuMicroseconds;

const AIMS: readonly Aim[] = [
  {
    load: 'get',
    of: OURS,
    against: '@keyv/memcache',
    title: 'get, speed of @keyv/memcache',
    limit: 2,
    ratio: speed,
  },
  {
    load: 'get',
    of: OURS,
    against: '@keyv/redis',
    title: 'get, speed of @keyv/redis',
    limit: 1.5,
    ratio: speed,
  },
  {
    load: 'getMany',
    of: OURS,
    against: '@keyv/memcache',
    title: 'getMany, speed of @keyv/memcache',
    limit: 5,
    ratio: speed,
  },
  {
    load: 'get',
    of: STORE,
    against: '@mc/memcached',
    title: 'get, CPU of the bare client',
    limit: 1.4,
    ratio: cpu,
    atMost: true,
  },
];

/** A line for each aim: what was measured, and whether it is reached. */
export function judgeAdapters(medians: CacheMedians): string[] {
  return AIMS.map(({ load, of, against, title, limit, ratio, atMost }) => {
    const ours = medians.get(load)?.get(of);
    const other = medians.get(load)?.get(against);
    const bound = `${atMost === true ? 'at most' : 'at least'} ${limit}`;
    if (ours === undefined || other === undefined) return `not measured  ${title} (${bound})`;
    const measured = ratio(ours, other);
    const isReached = atMost === true ? measured <= limit : measured >= limit;
    return `${isReached ? 'pass' : 'MISS'}  ${title}: ${measured.toFixed(2)} (${bound})`;
  });
}
