import { bestPeer, type Figures, type Row, type Summary } from './summary.js';
import type { Verdict } from './target.js';
import { workloadOf } from './workload.js';

const HEAD = ['client', 'ops/s', '±', 'CPU µs/op', 'p50 ms', 'p99 ms', 'of floor', 'of best peer'];
const WIDTHS = [26, 11, 9, 11, 9, 9, 10, 14];

/** Share of the measured core, taken by other programs, from which the figures are marked. */
const TOO_BUSY = 0.03;

/** Printed above the table. */
export const LEGEND: string = [
  'Medians over the rounds. ops/s counts keys where a call has many. ± is half the distance between the quartiles.',
  'CPU is the user and system time of the client process. p50 and p99 run from the first call of a step (all the calls',
  'made at once) to its last reply. Floor: merged lines where a workload has that row, else the bare socket.',
  'The best peer is the fastest of the other memcached clients. Ratios are medians of the ratios of each round.',
].join('\n');

/** The head of the columns. */
export function headLine(): string {
  return `${formatCells(HEAD)}\n${'-'.repeat(WIDTHS.reduce((sum, width) => sum + width, 0))}`;
}

/** The block of one workload. */
export function formatSummary(summary: Summary): string {
  const best = bestPeer(summary.entries)?.client;
  const lines = summary.rows.map((row) => formatRow(row, row.client === best));
  const { workload, others = 0 } = summary;
  const warning =
    others > TOO_BUSY ? `   !! other programs took ${(others * 100).toFixed(0)} % of the measured core` : '';
  return [`${workload.title}  [${workload.id}]${warning}`, ...lines, ''].join('\n');
}

function formatRow(row: Row, isBest: boolean): string {
  const title = `  ${row.client.title}${isBest ? ' *' : ''}`;
  if (row.figures === undefined) {
    return `${title.padEnd(WIDTHS[0] as number)}${row.failed ? 'FAILED' : '   n/a'}: ${row.reason ?? ''}`;
  }
  return formatCells([title, ...cellsOf(row.figures)]);
}

function cellsOf(figures: Figures): string[] {
  return [
    Math.round(figures.operationsPerSecond).toLocaleString('en-US'),
    `${(figures.spread * 100).toFixed(1)} %`,
    figures.cpuMicrosPerOperation.toFixed(2),
    figures.p50.toFixed(3),
    figures.p99.toFixed(3),
    formatRatio(figures.ofFloor),
    formatRatio(figures.ofBestPeer),
  ];
}

/** The table of the targets and what was measured. */
export function formatVerdicts(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map(({ target, measured, reached }) => {
    const sign = target.measure === 'cpu' ? '<=' : '>=';
    const what =
      target.measure === 'cpu' ? 'CPU an op, of the thriftiest peer' : `of ${describe(target.against)}`;
    const outcome = reached === undefined ? 'not measured' : reached ? 'reached' : 'NOT reached';
    return [
      workloadOf(target.workload).title.padEnd(36),
      what.padEnd(36),
      `${sign} ${target.bound.toFixed(2)}`.padEnd(9),
      formatRatio(measured).padStart(7),
      `   ${outcome}`,
    ].join('');
  });
  return ['Targets', ...lines.map((line) => `  ${line}`)].join('\n');
}

function describe(against: string): string {
  const names: Record<string, string> = {
    'best-peer': 'the best memcached peer',
    bare: 'the bare socket',
    merged: 'the merged floor',
    redis: 'node-redis on Redis',
  };
  return names[against] ?? against;
}

function formatRatio(ratio: number | undefined): string {
  return ratio === undefined ? '-' : ratio.toFixed(2);
}

function formatCells(cells: readonly string[]): string {
  return cells
    .map((cell, column) => {
      const width = WIDTHS[column] as number;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    })
    .join('')
    .trimEnd();
}
