import { COLUMNS, type Figures, speedOf, spoken, type WorkloadFigures } from './figures.js';

const START = '<!-- BENCH-START -->';
const END = '<!-- BENCH-END -->';

/** The README with the block between its marks made anew. */
export function withBenchBlock(readme: string, figures: Figures): string {
  const start = readme.indexOf(START);
  const end = readme.indexOf(END);
  if (start < 0 || end < start) throw new Error(`the README has no ${START} … ${END}`);
  return `${readme.slice(0, start + START.length)}\n${block(figures)}\n${readme.slice(end)}`;
}

function block(figures: Figures): string {
  const { memcached, node, processor } = figures.surroundings;
  const facts = `${figures.at.slice(0, 10)}, Node ${node}, ${processor}, ${memcached}`;
  return [
    '![Keys a second of each client](docs/bench.svg)',
    '',
    'Keys a second: medians of interleaved rounds, one process a client. The last column is our share of the bare socket (of',
    'merged lines where gets are made at once). Made by `pnpm bench`; the ratios say more than the speeds. Measured on',
    `${facts}.`,
    '',
    ...markdownTable([heading(), ...figures.workloads.map(line)]),
  ].join('\n');
}

function heading(): string[] {
  return ['100-byte values unless said', '@mc/memcached', ...COLUMNS.slice(1), 'of the floor'];
}

function line(workload: WorkloadFigures): string[] {
  const share = workload.rows.find((row) => row.id === 'ours')?.ofFloor;
  const cells = COLUMNS.map((id) => spoken(speedOf(workload, id)));
  return [workload.title, ...cells, share === undefined ? 'n/a' : share.toFixed(2)];
}

/** The rows as a Markdown table, the first being the heading, in columns of one width each. */
export function markdownTable(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  const cells = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [cells(head), rule, ...body.map(cells)];
}
