/** Writes a report into the README's block and its picture: `pnpm --filter @mc/bench readme [report.json]`. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawChart } from './chart.js';
import type { Figures } from './figures.js';
import { withBenchBlock } from './readme-table.js';

const bench = fileURLToPath(new URL('..', import.meta.url));
const root = join(bench, '..', '..');

function newestReport(): string {
  const folder = join(bench, 'bench-results');
  const newest = readdirSync(folder).sort().at(-1);
  if (newest === undefined) throw new Error('no report yet: run pnpm bench first');
  return join(folder, newest);
}

const figures = JSON.parse(readFileSync(process.argv[2] ?? newestReport(), 'utf8')) as Figures;
const readme = join(root, 'README.md');
writeFileSync(readme, withBenchBlock(readFileSync(readme, 'utf8'), figures));
writeFileSync(join(root, 'docs', 'bench.svg'), drawChart(figures));
