import { median, relativeSpread } from '../quantile.js';
import { caseId } from './cache-contest.js';
import type { CacheRounds } from './cache-rounds.js';
import { KEYV_CLIENT, KEYV_JSON } from './cache-subject.js';
import { cacheValueOf } from './cache-value.js';
import type { CacheFigures } from './measure-load.js';

const HEAD = ['keys/s', '±', 'CPU µs a key'];
const TITLE_WIDTH = 36;
const WIDTH = 14;

/** The lines of one case: medians of the rounds, ± half the distance between the quartiles. */
export function formatCase(title: string, subjects: ReadonlyMap<string, readonly CacheFigures[]>): string {
  return [
    row(title, HEAD),
    ...[...subjects].map(([name, rounds]) => {
      const speeds = rounds.map(({ perSecond }) => perSecond);
      return row(`  ${name}`, [
        Math.round(median(speeds)).toLocaleString('en'),
        `${(relativeSpread(speeds) * 100).toFixed(1)} %`,
        medianCpu(rounds).toFixed(2),
      ]);
    }),
  ].join('\n');
}

/** What a call costs where Keyv writes the values and where the client does: the table of the adapter's README. */
export function formatCallCosts(rounds: CacheRounds): string {
  const values = ['record', 'text', 'bytes'];
  const ways = [KEYV_JSON, KEYV_CLIENT].flatMap((of) => ['set', 'get'].map((load) => ({ of, load })));
  const lines = values.map((value) => {
    const cells = ways.map(({ of, load }) => {
      const measured = rounds.get(caseId(value, load))?.get(of);
      return measured === undefined ? '-' : medianCpu(measured).toFixed(1);
    });
    return [cacheValueOf(value).title, ...cells];
  });
  const head = ['value', "Keyv's JSON: set", 'get', 'the client: set', 'get'];
  const widths = head.map((text, at) =>
    Math.max(text.length, ...lines.map((cells) => cells[at]?.length ?? 0)),
  );
  const table = [head, widths.map((width) => '-'.repeat(width)), ...lines];
  return table
    .map((cells) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] as number)).join(' | ')} |`)
    .join('\n');
}

function medianCpu(rounds: readonly CacheFigures[]): number {
  return median(rounds.map(({ cpuMicroseconds }) => cpuMicroseconds));
}

function row(title: string, cells: readonly string[]): string {
  return title.padEnd(TITLE_WIDTH) + cells.map((cell) => cell.padStart(WIDTH)).join('');
}
