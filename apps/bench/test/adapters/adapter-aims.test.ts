import { describe, expect, it } from 'vitest';
import { judgeAdapters } from '../../src/adapters/adapter-aims.js';
import { formatCallCosts } from '../../src/adapters/adapters-table.js';
import {
  CLIENT,
  KEYV_CLIENT,
  KEYV_JSON,
  KEYV_MEMCACHE,
  KEYV_REDIS,
  STORE,
} from '../../src/adapters/cache-subject.js';
import type { CacheFigures } from '../../src/adapters/measure-load.js';

/** Rounds in which a key took so many microseconds, of the clock and of the processor. */
function rounds(...microseconds: number[]): CacheFigures[] {
  return microseconds.map((each) => ({ perSecond: 1e6 / each, cpuMicroseconds: each }));
}

describe('the aims of the adapters', () => {
  const lines = judgeAdapters(
    new Map([
      [
        'object get',
        new Map([
          [KEYV_CLIENT, rounds(2, 10, 4)],
          [KEYV_MEMCACHE, rounds(4, 20, 40)],
        ]),
      ],
      [
        'object set',
        new Map([
          [STORE, rounds(14, 28, 3)],
          [CLIENT, rounds(10, 20, 2)],
        ]),
      ],
      [
        'bytes set',
        new Map([
          [STORE, rounds(15, 30, 2)],
          [CLIENT, rounds(10, 20, 2)],
        ]),
      ],
    ]),
  );
  const lineOf = (...parts: string[]): string | undefined =>
    lines.find((line) => parts.every((part) => line.includes(part)));

  it('takes the ratios of each round, not of the medians', () => {
    expect(lineOf(': get', 'createKeyv', KEYV_MEMCACHE)).toMatch(/^pass .*: 2\.00 ± .* \(at least 2\)$/);
    expect(lineOf('50 B: set', 'CPU')).toMatch(/^pass .*: 1\.40 ± 3\.6 % \(at most 1\.4\)$/);
    expect(lineOf('bytes', 'set')).toMatch(/^MISS .*: 1\.50 ± .* \(at most 1\.4\)$/);
  });

  it('says what was not measured', () => {
    expect(lineOf(KEYV_REDIS, 'createKeyv')).toMatch(/^not measured /);
    expect(lines.filter((line) => !line.startsWith('not measured'))).toHaveLength(3);
  });
});

describe('the table of what a call costs', () => {
  it('has the medians of both ways', () => {
    const text = new Map([
      [KEYV_JSON, rounds(3, 9, 5)],
      [KEYV_CLIENT, rounds(1, 2)],
    ]);
    const table = formatCallCosts(new Map([['text set', text]]));
    expect(table.split('\n')[3]).toMatch(/^\| text, 1 kB +\| 5\.0 +\| - +\| 1\.5 +\| - +\|$/);
    expect(new Set(table.split('\n').map((line) => line.length)).size).toBe(1);
  });
});
