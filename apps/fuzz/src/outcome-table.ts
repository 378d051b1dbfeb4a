import type { Outcome } from './outcome.js';

const HEAD = [
  'target',
  'inputs',
  'valid, right',
  'accepted',
  'refused',
  'slowest ms',
  'MiB at start',
  'peak MiB',
  'seconds',
];
/** Bytes of an input that are shown; `--first` makes all of them again. */
const SHOWN_BASE64 = 4096;

/** The outcomes as a table of plain text, the longest name and figure deciding the widths. */
export function formatOutcomes(outcomes: readonly Outcome[]): string {
  const rows = [HEAD, ...outcomes.map(cellsOf)];
  const widths = HEAD.map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cellsOf({ name, tally, seconds, startMib, peakMib, failure }: Outcome): string[] {
  const { valid, accepted, refused, slowestMs } = tally;
  return [
    name,
    count(valid + accepted + refused),
    count(valid),
    count(accepted),
    count(refused),
    slowestMs.toFixed(2),
    startMib.toFixed(0),
    peakMib.toFixed(0),
    seconds.toFixed(1),
    ...(failure === undefined ? [] : [`FAILED: ${failure.kind}`]),
  ];
}

/** What is to be known to mend a failure. */
export function formatFailure({ name, failure }: Outcome, seed: number): string {
  if (failure === undefined) return '';
  const { kind, reason, index, base64, flags } = failure;
  const lines = [`${name}: ${kind}: ${reason}`];
  if (base64 !== undefined) lines.push(`  input (base64): ${shortened(base64)}`);
  if (flags !== undefined) lines.push(`  flags: ${flags}`);
  if (index !== undefined) {
    lines.push(`  again: pnpm fuzz values --only ${name} --seed ${seed} --first ${index} --inputs 1`);
  }
  return lines.join('\n');
}

function shortened(base64: string): string {
  return base64.length <= SHOWN_BASE64
    ? base64
    : `${base64.slice(0, SHOWN_BASE64)}… (${base64.length} characters)`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}
