import type { CacheFigures, CacheMedians } from './cache-load.js';

/** Both ways to use the adapter: Keyv writes the values as JSON, or the client does. */
const OURS = ['@mc/adapter-keyv', '@mc/adapter-keyv, createKeyv'] as const;
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
  ...OURS.flatMap((of) => [
    faster('get', of, '@keyv/memcache', 2),
    faster('get', of, '@keyv/redis', 1.5),
    faster('getMany', of, '@keyv/memcache', 5),
  ]),
  ...['get', 'set', 'getMany'].map(costs),
];

function faster(load: string, of: string, against: string, limit: number): Aim {
  return { load, of, against, title: `${load}, speed of ${of} by that of ${against}`, limit, ratio: speed };
}

function costs(load: string): Aim {
  const title = `${load}, CPU of the adapter by that of the bare client`;
  return { load, of: STORE, against: '@mc/memcached', title, limit: 1.4, ratio: cpu, atMost: true };
}

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
