import { cacheLoadOf } from './cache-load.js';
import { CACHE_SUBJECTS, CLIENT, KEYV_CLIENT, KEYV_JSON, STORE } from './cache-subject.js';
import { cacheValueOf } from './cache-value.js';

/** A kind of value, what is done with it, and by whom. */
export interface CacheContest {
  readonly value: string;
  readonly loads: readonly string[];
  readonly subjects: readonly string[];
}

/** The value that the speed of an adapter is judged by. */
export const MAIN_VALUE = 'object';

/** The other values: for what the adapter adds to the client, and for the two ways to write values. */
const OURS = [KEYV_JSON, KEYV_CLIENT, STORE, CLIENT];

/** All that is measured, in this order. */
export const CACHE_CONTESTS: readonly CacheContest[] = [
  { value: MAIN_VALUE, loads: ['get', 'set', 'getMany'], subjects: Object.keys(CACHE_SUBJECTS) },
  { value: 'record', loads: ['get', 'set'], subjects: OURS },
  { value: 'text', loads: ['get', 'set'], subjects: OURS },
  { value: 'bytes', loads: ['get', 'set'], subjects: OURS },
];

/** A value and a load together, as the figures are kept. */
export function caseId(value: string, load: string): string {
  return `${value} ${load}`;
}

/** As it is printed. */
export function caseTitle(value: string, load: string): string {
  return `${cacheValueOf(value).title}: ${cacheLoadOf(load).title}`;
}
