import { median } from './quantile.js';
import type { Entry } from './rounds.js';
import { bestPeer, cpuOf, ratioOf, type Summary } from './summary.js';

/** One aim: this project's client in a workload, against a floor or another client. */
export interface Target {
  readonly workload: string;
  /** A client's id, or `best-peer`. */
  readonly against: string;
  /** `speed`: at least `bound` times as fast. `cpu`: at most `bound` times the processor time an operation. */
  readonly measure: 'speed' | 'cpu';
  readonly bound: number;
}

/** A target and what was measured; `measured` is undefined when one of the two sides did not run. */
export interface Verdict {
  readonly target: Target;
  readonly measured: number | undefined;
  readonly reached: boolean | undefined;
}

const speed = (workload: string, against: string, bound: number): Target => {
  return { workload, against, measure: 'speed', bound };
};

/** What the project aims at. */
export const TARGETS: readonly Target[] = [
  speed('get-1', 'bare', 0.95),
  speed('get-64', 'best-peer', 2),
  speed('get-64', 'merged', 0.75),
  { workload: 'get-64', against: 'best-peer', measure: 'cpu', bound: 1 / 3 },
  speed('get-512', 'best-peer', 4),
  speed('get-512', 'merged', 0.5),
  speed('get-512', 'redis', 1.8),
  speed('set-64', 'best-peer', 2),
  speed('mix-64', 'best-peer', 2.5),
  speed('multi-100x8', 'best-peer', 3),
  speed('multi-100x8', 'bare', 0.5),
  speed('multi-100x8', 'redis', 1),
  speed('get-100k', 'bare', 0.8),
  speed('get-100k', 'best-peer', 1.5),
  speed('get-1m', 'bare', 0.75),
  speed('get-1m', 'best-peer', 1.5),
  speed('set-100k', 'bare', 0.9),
  speed('get-512-4s', 'best-peer', 4),
];

/** Holds the targets of the workloads that ran against what was measured. */
export function judge(summaries: readonly Summary[], targets: readonly Target[] = TARGETS): Verdict[] {
  return targets.flatMap((target) => {
    const summary = summaries.find((each) => each.workload.id === target.workload);
    if (summary === undefined) return [];
    const measured = measureTarget(target, summary.entries);
    return [{ target, measured, reached: measured === undefined ? undefined : isReached(target, measured) }];
  });
}

function isReached(target: Target, measured: number): boolean {
  return target.measure === 'cpu' ? measured <= target.bound : measured >= target.bound;
}

function measureTarget(target: Target, entries: readonly Entry[]): number | undefined {
  const ours = entries.find((entry) => entry.client.kind === 'ours' && !entry.failed);
  if (target.measure === 'cpu') return cpuRatio(ours, entries);
  const base =
    target.against === 'best-peer' ? bestPeer(entries) : entries.find((e) => e.client.id === target.against);
  return ratioOf(ours, base);
}

/** Against the peer that spends the least processor time, which need not be the fastest. */
function cpuRatio(ours: Entry | undefined, entries: readonly Entry[]): number | undefined {
  const cpu = (entry: Entry): number => median(entry.slices.map(cpuOf));
  const peers = entries.filter((entry) => entry.client.kind === 'memcached' && entry.slices.length > 0);
  if (ours === undefined || ours.slices.length === 0 || peers.length === 0) return undefined;
  return cpu(ours) / Math.min(...peers.map(cpu));
}
