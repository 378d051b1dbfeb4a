import { describe, expect, it } from 'vitest';
import { judgeTimings } from '../src/routing/aims.js';
import { makeKeys } from '../src/routing/fleet.js';
import { EVEN, measureSpreads, WEIGHTED } from '../src/routing/shares.js';
import { drawSpread } from '../src/routing/spread-chart.js';
import { makeSubjects } from '../src/routing/subjects.js';
import { timeSubjects } from '../src/routing/timing.js';

describe('the benchmark of routing', () => {
  it('takes different keys of 40 bytes', () => {
    const keys = makeKeys(3000);
    expect(new Set(keys).size).toBe(3000);
    expect(keys.every((key) => Buffer.byteLength(key) === 40)).toBe(true);
  });

  it('times all that it compares', () => {
    const timings = timeSubjects(
      makeSubjects(20).map((subject) => ({ ...subject, times: 1 })),
      2,
    );
    const outcomes = judgeTimings(timings);
    expect(outcomes).toHaveLength(3);
    for (const { ratio } of outcomes) expect(ratio).toBeGreaterThan(0);
  });

  it('compares round by round', () => {
    const timing = (id: string, rounds: number[]) => ({
      subject: { id, title: id, times: 1, run: () => {} },
      rounds,
      nanoseconds: 0,
      spread: 0,
    });
    const [lookup, digest, rebuild] = judgeTimings([
      timing('ketama-few', [10, 20, 30]),
      timing('ketama-many', [20, 38, 66]),
      timing('createhash', [400, 400, 400]),
      timing('rebuild', [3, 3, 3]),
      timing('rebuild-hashring', [12, 12, 12]),
    ]);
    expect(lookup).toMatchObject({ ratio: 2, reached: true });
    expect(digest).toMatchObject({ ratio: 0.095, reached: true });
    expect(rebuild).toMatchObject({ ratio: 0.25, reached: false });
  });
});

describe('the spread of keys', () => {
  const spreads = measureSpreads(5000);

  it('counts each key once, for every distribution', () => {
    for (const { even, weighted } of spreads) {
      expect(even).toHaveLength(EVEN.length);
      expect(even.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      if (weighted !== undefined) {
        expect(weighted).toHaveLength(WEIGHTED.length);
        expect(weighted.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      }
    }
    expect(spreads.filter(({ weighted }) => weighted === undefined).map(({ title }) => title)).toEqual([
      'jumpHash() with md5',
    ]);
  });

  it('is drawn with a row a distribution and a bar a server', () => {
    const svg = drawSpread(spreads, 5000);
    for (const { title } of spreads) expect(svg).toContain(title);
    const bars = spreads.reduce((sum, { even, weighted = [] }) => sum + even.length + weighted.length, 0);
    expect(svg.match(/<rect [^>]*#0a7d5a/g)).toHaveLength(bars);
    expect(svg).not.toContain('NaN');
  });
});
