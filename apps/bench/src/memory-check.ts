import type { Driver } from './driver.js';

/** Bytes the heap may be larger after a million gets than before them. */
export const HEAP_GROWTH_BOUND: number = 1024 * 1024;
/** Bytes of resident memory that the process may ever reach with 10,000 gets at once. */
export const RSS_BOUND: number = 300 * 1024 * 1024;

const WARM_UP_GETS = 50_000;
const SEQUENTIAL_GETS = 1_000_000;
const LOOKS = 10;
const CONCURRENT_GETS = 10_000;
const BURSTS = 20;
const MEBIBYTE = 1024 * 1024;

/** One check: does its work, prints what it saw, and says whether it stayed within its bound. */
export interface MemoryCheck {
  readonly id: string;
  run(driver: Driver, keys: readonly string[], values: readonly string[], print: Print): Promise<boolean>;
}

type Print = (line: string) => void;

/** The checks, each run in a process of its own. */
export const MEMORY_CHECKS: readonly MemoryCheck[] = [
  { id: 'sequential', run: checkSequential },
  { id: 'concurrent', run: checkConcurrent },
];

/** A leak of one small object a call would show as tens of megabytes here. */
async function checkSequential(
  driver: Driver,
  keys: readonly string[],
  values: readonly string[],
  print: Print,
): Promise<boolean> {
  await getInTurn(driver, keys, values, WARM_UP_GETS);
  const before = heapAfterCollection();
  print(
    `sequential gets: heap ${inMebibytes(before)} after ${WARM_UP_GETS.toLocaleString('en-US')} to warm up`,
  );
  let after = before;
  for (let look = 1; look <= LOOKS; look += 1) {
    await getInTurn(driver, keys, values, SEQUENTIAL_GETS / LOOKS);
    after = heapAfterCollection();
    print(
      `  ${((SEQUENTIAL_GETS / LOOKS) * look).toLocaleString('en-US').padStart(9)} gets: ${inMebibytes(after)}`,
    );
  }
  const within = after - before <= HEAP_GROWTH_BOUND;
  print(
    `  grew by ${inMebibytes(after - before)}, bound ${inMebibytes(HEAP_GROWTH_BOUND)}: ${verdict(within)}`,
  );
  return within;
}

/** The highest resident memory of the process's life counts, not what is left when the gets are done. */
async function checkConcurrent(
  driver: Driver,
  keys: readonly string[],
  values: readonly string[],
  print: Print,
): Promise<boolean> {
  const start = process.memoryUsage.rss();
  for (let burst = 0; burst < BURSTS; burst += 1) {
    const gets = Array.from({ length: CONCURRENT_GETS }, (_, index) =>
      driver.get(keys[index % keys.length] as string),
    );
    const replies = await Promise.all(gets);
    for (const [index, reply] of replies.entries())
      expectValue(driver.textOf(reply), values[index % keys.length]);
  }
  const highest = process.resourceUsage().maxRSS * 1024;
  const within = highest <= RSS_BOUND;
  print(
    `${CONCURRENT_GETS.toLocaleString('en-US')} gets at once, ${BURSTS} times: RSS ${inMebibytes(start)} before`,
  );
  print(`  highest ${inMebibytes(highest)}, bound ${inMebibytes(RSS_BOUND)}: ${verdict(within)}`);
  return within;
}

async function getInTurn(
  driver: Driver,
  keys: readonly string[],
  values: readonly string[],
  count: number,
): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const at = index % keys.length;
    expectValue(driver.textOf(await driver.get(keys[at] as string)), values[at]);
  }
}

function expectValue(text: unknown, value: string | undefined): void {
  if (text !== value) throw new Error('A value did not come back as it was stored.');
}

/** Twice, because finalizers of the first collection free more. */
function heapAfterCollection(): number {
  if (globalThis.gc === undefined) throw new Error('This needs node --expose-gc.');
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

function inMebibytes(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(2)} MiB`;
}

function verdict(within: boolean): string {
  return within ? 'held' : 'EXCEEDED';
}
