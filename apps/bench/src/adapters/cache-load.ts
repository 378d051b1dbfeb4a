import type { CacheSubject } from './cache-subject.js';

const KEYS = 1_000;
const AT_ONCE = 64;
const MANY = 100;

/** Keys of so many reads a second, and the processor time of each key in microseconds. */
export interface CacheFigures {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

/** Medians by load and subject. */
export type CacheMedians = ReadonlyMap<string, ReadonlyMap<string, CacheFigures>>;

/** What a subject is measured with. */
export interface CacheLoad {
  readonly title: string;
  /** One turn: reads this many keys. */
  readonly keysATurn: number;
  run(subject: CacheSubject, turn: number): Promise<readonly unknown[]>;
}

const keys: readonly string[] = Array.from({ length: KEYS }, (_, index) => `user:${index}`);

/** The loads by name. */
export const CACHE_LOADS: Readonly<Record<string, CacheLoad>> = {
  get: {
    title: `keyv.get, ${AT_ONCE} at once`,
    keysATurn: AT_ONCE,
    run: (subject, turn) => {
      const reads = Array.from({ length: AT_ONCE }, (_, at) => subject.get(keyAt(turn * AT_ONCE + at)));
      return Promise.all(reads);
    },
  },
  set: {
    title: `keyv.set, ${AT_ONCE} at once`,
    keysATurn: AT_ONCE,
    run: async (subject, turn) => {
      const items = Array.from({ length: AT_ONCE }, (_, at) => itemAt(turn * AT_ONCE + at));
      await Promise.all(items.map(([key, value]) => subject.set(key, value)));
      return items.map(([, value]) => value);
    },
  },
  getMany: {
    title: `getMany of ${MANY} keys`,
    keysATurn: MANY,
    run: (subject, turn) => subject.getMany(Array.from({ length: MANY }, (_, at) => keyAt(turn * MANY + at))),
  },
};

function keyAt(index: number): string {
  return keys[index % KEYS] as string;
}

function itemAt(index: number): [string, unknown] {
  const id = index % KEYS;
  return [keyAt(id), { id, name: `user ${id}`, tags: ['a', 'b'], on: true }];
}

/** Stores what is read later: an object of about 100 bytes under each key. */
export async function fill(subject: CacheSubject): Promise<void> {
  await Promise.all(keys.map((_, id) => subject.set(...itemAt(id))));
  checkFirst([await subject.get(keyAt(KEYS - 1))], KEYS - 1);
}

/** A miss would be quick, or slow, and tell nothing. */
function checkFirst(values: readonly unknown[], id: number): void {
  if ((values[0] as { id?: number } | undefined)?.id !== id) throw new Error('what was stored is not there');
}

/** Measures one round of a load. */
export async function measureLoad(
  subject: CacheSubject,
  load: CacheLoad,
  milliseconds: number,
): Promise<CacheFigures> {
  const started = performance.now();
  const cpu = process.cpuUsage();
  let turns = 0;
  while (performance.now() - started < milliseconds) {
    checkFirst(await load.run(subject, turns), (turns * load.keysATurn) % KEYS);
    turns += 1;
  }
  const { user, system } = process.cpuUsage(cpu);
  const count = turns * load.keysATurn;
  return {
    perSecond: (count / (performance.now() - started)) * 1000,
    cpuMicroseconds: (user + system) / count,
  };
}
