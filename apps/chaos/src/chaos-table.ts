import type { FaultOutcome } from './run-fault.js';
import type { ScalingOutcome } from './run-scaling.js';
import { medianSlowdown } from './verdict.js';

const HEAD = [
  'fault',
  'run',
  'others: calls',
  'failed',
  'p99 control',
  'noise',
  'p99 fault',
  'ratio',
  'down after',
  'refused',
  'slowest',
  'back after',
  'allowed',
];

/** One line for each run of each fault, and one with the median of their ratios. */
export function formatFaults(runs: ReadonlyArray<readonly FaultOutcome[]>): string {
  const rows = runs.flatMap((outcomes) => [
    ...outcomes.map((outcome, at) => rowOf(outcome, at + 1)),
    ['', 'median', '', '', '', '', '', medianSlowdown(outcomes).toFixed(2), '', '', '', '', ''],
  ]);
  return formatTable([HEAD, ...rows]);
}

function rowOf(outcome: FaultOutcome, run: number): string[] {
  const { controlP99Ms, faultP99Ms } = outcome;
  return [
    outcome.fault,
    String(run),
    count(outcome.otherCalls),
    outcome.otherFailures.join(', ') || '0',
    milliseconds(controlP99Ms, 2),
    outcome.noise.toFixed(2),
    milliseconds(faultP99Ms, 2),
    (faultP99Ms / controlP99Ms).toFixed(2),
    milliseconds(outcome.downAfterMs),
    count(outcome.refusals),
    milliseconds(outcome.slowestRefusalMs, 2),
    milliseconds(outcome.backAfterMs),
    milliseconds(outcome.allowedMs),
  ];
}

/** The lines on a fleet that grew and shrank. */
export function formatScaling({ calls, failures, connections }: ScalingOutcome): string {
  return formatTable([
    ['scaling', '3 servers', '5 servers', '2 servers', 'failed', 'connections of those that stayed'],
    ['calls', ...calls.map(count), String(failures.length), connections.join(' and ')],
  ]);
}

function count(number: number): string {
  return number.toLocaleString('en');
}

function milliseconds(ms: number, digits = 0): string {
  return `${ms.toFixed(digits)} ms`;
}

function formatTable(rows: ReadonlyArray<readonly string[]>): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows
    .map((row) =>
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))),
    )
    .map((cells) => cells.join('  ').trimEnd())
    .join('\n');
}
