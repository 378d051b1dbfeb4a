import { setTimeout } from 'node:timers/promises';
import { GROWTH_MIB } from './limits.js';
import type { Failure } from './outcome.js';
import type { Progress } from './progress.js';
import { Stall } from './stall.js';

const MIB = 2 ** 20;
const WATCH_MS = 20;
const REPORT_MS = 500;

/** The memory and the time when the first input was reached. */
export interface Start {
  readonly residentMib: number;
  readonly at: number;
}

/** Watches from the main thread how another one decodes. */
export class Watch {
  readonly #progress: Progress;
  readonly #report: (index: number) => void;
  #start: Start | undefined;

  constructor(progress: Progress, report: (index: number) => void) {
    this.#progress = progress;
    this.#report = report;
  }

  /** Where nothing was reached, now. */
  get start(): Start {
    this.#start ??= { residentMib: residentMib(), at: performance.now() };
    return this.#start;
  }

  /** Resolves to the first hang or excess of memory, or to nothing when `ended` is aborted. */
  async failure(ended: AbortSignal): Promise<Failure | undefined> {
    const stall = new Stall();
    let reportedAt = 0;
    while (!ended.aborted) {
      const { index } = this.#progress;
      const failure = index === undefined ? undefined : (stall.check(index) ?? this.#excess(index));
      if (failure !== undefined) return failure;
      if (index !== undefined && performance.now() - reportedAt >= REPORT_MS) {
        reportedAt = performance.now();
        this.#report(index);
      }
      await setTimeout(WATCH_MS);
    }
    return undefined;
  }

  #excess(index: number): Failure | undefined {
    const grown = residentMib() - this.start.residentMib;
    if (grown <= GROWTH_MIB) return undefined;
    const reason = `the process grew by ${Math.round(grown)} MiB, more than ${GROWTH_MIB}`;
    return { kind: 'memory', reason, index };
  }
}

function residentMib(): number {
  return process.memoryUsage.rss() / MIB;
}
