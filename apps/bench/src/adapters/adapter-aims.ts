import { CACHE_CONTESTS, caseTitle, MAIN_VALUE } from './cache-contest.js';
import { type CacheRounds, pairedRatio } from './cache-rounds.js';
import { CLIENT, KEYV_CLIENT, KEYV_JSON, KEYV_MEMCACHE, KEYV_REDIS, STORE } from './cache-subject.js';
import type { CacheFigures } from './measure-load.js';

/** What the adapter itself may add to the processor time of the client; Keyv's own part is the same over every store. */
const MOST_CPU = 1.4;

interface Aim {
  readonly value: string;
  readonly load: string;
  readonly of: string;
  readonly against: string;
  readonly limit: number;
  /** Speed is to be more than the limit, processor time less. */
  readonly figure: keyof CacheFigures;
}

const AIMS: readonly Aim[] = [
  ...[KEYV_JSON, KEYV_CLIENT].flatMap((of) => [
    faster('get', of, KEYV_MEMCACHE, 2),
    faster('get', of, KEYV_REDIS, 1.5),
    faster('getMany', of, KEYV_MEMCACHE, 5),
  ]),
  ...CACHE_CONTESTS.flatMap(({ value, loads }) => loads.map((load) => costs(value, load))),
];

function faster(load: string, of: string, against: string, limit: number): Aim {
  return { value: MAIN_VALUE, load, of, against, limit, figure: 'perSecond' };
}

function costs(value: string, load: string): Aim {
  return { value, load, of: STORE, against: CLIENT, limit: MOST_CPU, figure: 'cpuMicroseconds' };
}

/** A line for each aim: what was measured, and whether it is reached. */
export function judgeAdapters(rounds: CacheRounds): string[] {
  return AIMS.map((aim) => {
    const { value, load, of, against, limit, figure } = aim;
    const isSpeed = figure === 'perSecond';
    const title = `${caseTitle(value, load)}: ${isSpeed ? 'speed' : 'CPU'} of ${of} by that of ${against}`;
    const bound = `${isSpeed ? 'at least' : 'at most'} ${limit}`;
    const measured = pairedRatio(rounds, aim, figure);
    if (measured === undefined) return `not measured  ${title} (${bound})`;
    const isReached = isSpeed ? measured.ratio >= limit : measured.ratio <= limit;
    const figures = `${measured.ratio.toFixed(2)} ± ${(measured.spread * 100).toFixed(1)} %`;
    return `${isReached ? 'pass' : 'MISS'}  ${title}: ${figures} (${bound})`;
  });
}
