import type { CacheItems } from './cache-items.js';
import type { CacheLoad } from './cache-load.js';
import type { CacheSubject } from './cache-subject.js';

/** Keys of so many reads or writes a second, and the processor time of each key in microseconds. */
export interface CacheFigures {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

/** The process was idle while the others ran, so it first runs for so long without being timed. */
const LEAD_MILLISECONDS = 30;

/** Measures one round of a load. */
export async function measureLoad(
  subject: CacheSubject,
  items: CacheItems,
  load: CacheLoad,
  milliseconds: number,
): Promise<CacheFigures> {
  await runFor(subject, items, load, LEAD_MILLISECONDS);
  const cpu = process.cpuUsage();
  const { keys, elapsed } = await runFor(subject, items, load, milliseconds);
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: (keys / elapsed) * 1000, cpuMicroseconds: (user + system) / keys };
}

async function runFor(
  subject: CacheSubject,
  items: CacheItems,
  load: CacheLoad,
  milliseconds: number,
): Promise<{ keys: number; elapsed: number }> {
  const started = performance.now();
  for (let turns = 0; ; ) {
    await load.turn(subject, items, turns);
    turns += 1;
    const elapsed = performance.now() - started;
    if (elapsed >= milliseconds) return { keys: turns * load.keysATurn, elapsed };
  }
}
