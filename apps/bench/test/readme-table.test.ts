import { describe, expect, it } from 'vitest';
import { drawChart } from '../src/chart.js';
import { type Figures, spoken } from '../src/figures.js';
import { withBenchBlock } from '../src/readme-table.js';

const figures: Figures = {
  at: '2026-01-02T03:04:05.000Z',
  surroundings: { node: '20', memcached: 'memcached 1.6', processor: 'a processor' },
  workloads: [
    {
      id: 'get-64',
      title: '64 gets at once',
      floor: 'merged',
      rows: [
        { id: 'ours', title: '@mc/memcached', operationsPerSecond: 1_500_000, ofFloor: 0.8 },
        { id: 'memjs', title: 'memjs', operationsPerSecond: 150_000 },
      ],
    },
  ],
};

describe('the figures in the README', () => {
  it('stand between the marks, and nothing else changes', () => {
    const before = 'A\n<!-- BENCH-START -->\nold\n<!-- BENCH-END -->\nB\n';
    const after = withBenchBlock(before, figures);
    expect(after).toMatch(/^A\n<!-- BENCH-START -->\n/);
    expect(after).toMatch(/\n<!-- BENCH-END -->\nB\n$/);
    expect(after).not.toContain('old');
    expect(after).toMatch(/\| 64 gets at once +\| +1\.50 M \| 150 k \| +n\/a \| +n\/a \| +n\/a \| +0\.80 \|/);
    expect(withBenchBlock(after, figures)).toBe(after);
  });

  it('need their marks', () => {
    expect(() => withBenchBlock('A', figures)).toThrow('BENCH-START');
  });

  it('are drawn to scale', () => {
    const widths = [...drawChart(figures).matchAll(/<rect x="130" y="\d+" width="(\d+)"/g)].map(([, width]) =>
      Number(width),
    );
    expect(widths).toEqual([430, 43, 0, 0, 0]);
  });

  it('are said as people say them', () => {
    expect([spoken(undefined), spoken(941.4), spoken(9_412), spoken(94_120), spoken(1_234_567)]).toEqual([
      'n/a',
      '941',
      '9,412',
      '94 k',
      '1.23 M',
    ]);
  });
});
