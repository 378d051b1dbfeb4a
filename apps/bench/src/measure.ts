import { cpus } from 'node:os';
import type { Slice } from './message.js';
import { quantileOfSorted } from './quantile.js';
import type { Subject } from './subject.js';

/** Steps whose latency is kept; a slice that does more ends early rather than grow memory while timed. */
const MAX_STEPS = 1 << 17;

/**
 * Runs steps for `leadMs` without timing them, then for `timedMs` with. Rejects on the first wrong reply. `core` is the
 * processor this process is bound to.
 */
export async function measure(
  subject: Subject,
  operationsPerStep: number,
  leadMs: number,
  timedMs: number,
  core: number | undefined,
): Promise<Slice> {
  const latencies = new Float64Array(MAX_STEPS);
  if (leadMs > 0) await runFor(subject, leadMs, latencies);
  const coreBefore = busyMs(core);
  const cpuBefore = process.cpuUsage();
  const { steps, elapsedMs } = await runFor(subject, timedMs, latencies);
  const cpu = process.cpuUsage(cpuBefore);
  const coreMs = busyMs(core) - coreBefore;
  const sorted = latencies.subarray(0, steps).sort();
  return {
    operations: steps * operationsPerStep,
    seconds: elapsedMs / 1000,
    cpuMicros: cpu.user + cpu.system,
    p50: quantileOfSorted(sorted, 0.5),
    p99: quantileOfSorted(sorted, 0.99),
    others: core === undefined ? undefined : shareOfOthers(coreMs, cpu, elapsedMs),
  };
}

/** How long a core was busy so far, whoever kept it busy. */
function busyMs(core: number | undefined): number {
  const times = core === undefined ? undefined : cpus()[core]?.times;
  return times === undefined ? 0 : times.user + times.nice + times.sys;
}

function shareOfOthers(coreMs: number, own: NodeJS.CpuUsage, elapsedMs: number): number {
  return (coreMs - (own.user + own.system) / 1000) / elapsedMs;
}

async function runFor(
  subject: Subject,
  milliseconds: number,
  latencies: Float64Array,
): Promise<{ steps: number; elapsedMs: number }> {
  const start = performance.now();
  let before = start;
  let steps = 0;
  while (steps < latencies.length) {
    const outcome = await subject.step();
    if (!subject.isRight(outcome)) throw new Error('A reply was wrong while it was timed.');
    const now = performance.now();
    latencies[steps] = now - before;
    steps += 1;
    before = now;
    if (now - start >= milliseconds) break;
  }
  return { steps, elapsedMs: before - start };
}
