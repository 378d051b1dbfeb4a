/**
 * Writes reports into the pages that show them, and their pictures: `pnpm --filter @mc/bench readme [report.json]`.
 * Without a report, the newest of `pnpm bench` goes into the README and the newest of `pnpm bench values` into
 * docs/values.md.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawChart } from './chart.js';
import type { Figures } from './figures.js';
import { withBenchBlock } from './readme-table.js';
import { drawValuesChart } from './values/values-chart.js';
import { withValuesBlock } from './values/values-markdown.js';
import { VALUES_REPORT, type ValuesReport } from './values/values-report.js';

const bench = fileURLToPath(new URL('..', import.meta.url));
const root = join(bench, '..', '..');
const CLIENT_REPORT = /^\d.*\.json$/;

for (const report of reports()) writeReportPage(JSON.parse(readFileSync(report, 'utf8')) as object);

function reports(): string[] {
  if (process.argv[2] !== undefined) return [process.argv[2]];
  const folder = join(bench, 'bench-results');
  const names = readdirSync(folder).sort();
  const newest = [CLIENT_REPORT, VALUES_REPORT].flatMap(
    (kind) => names.findLast((name) => kind.test(name)) ?? [],
  );
  if (newest.length === 0) throw new Error('no report yet: run pnpm bench first');
  return newest.map((name) => join(folder, name));
}

/** The two kinds of report are told apart by what they hold. */
function writeReportPage(report: object): void {
  if ('workloads' in report) {
    rewrite('README.md', (page) => withBenchBlock(page, report as Figures));
    writeFileSync(join(root, 'docs', 'bench.svg'), drawChart(report as Figures));
  } else {
    rewrite('docs/values.md', (page) => withValuesBlock(page, report as ValuesReport));
    writeFileSync(join(root, 'docs', 'values.svg'), drawValuesChart(report as ValuesReport));
  }
}

function rewrite(path: string, change: (page: string) => string): void {
  const file = join(root, path);
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}
