import { describe, expect, it } from 'vitest';
import { drawValuesChart } from '../../src/values/values-chart.js';
import { withValuesBlock } from '../../src/values/values-markdown.js';
import { VALUES_REPORT, type ValuesReport } from '../../src/values/values-report.js';

const speed = (perSecond: number): { perSecond: number; spread: number } => ({ perSecond, spread: 0 });
const row = { kind: 'codec', payload: 'object' } as const;
const report: ValuesReport = {
  at: '2026-01-02T03:04:05.000Z',
  surroundings: { node: '20.1.2 (linux)', processor: 'a processor' },
  payloads: [{ id: 'object', title: '170 B object', about: 'a session record' }],
  rows: [
    {
      ...row,
      id: 'json',
      title: 'JSON',
      figures: {
        bytes: 170,
        node: '20.1.2',
        speeds: { ours: { encode: speed(1_000_000), decode: speed(250_000) } },
        overBare: { encode: 1, decode: 1.2, both: 1.125 },
      },
    },
    {
      ...row,
      id: 'new',
      title: 'new',
      figures: {
        bytes: 85,
        node: '24.0.0',
        speeds: { ours: { encode: speed(500_000), decode: speed(500_000) } },
      },
    },
    { ...row, id: 'none', title: 'none', reason: 'it needs more' },
  ],
  targets: [{ id: 'json', title: 'JSON', bound: 1.15, measured: 1.125, reached: true }],
};

describe('the figures in docs/values.md', () => {
  const page = withValuesBlock('A\n<!-- bench:values -->\nold\n<!-- /bench:values -->\nB\n', report);

  it('stand between the marks, and nothing else changes', () => {
    expect(page).toMatch(/^A\n<!-- bench:values -->\n!\[.*\]\(values\.svg\)\n/);
    expect(page).toMatch(/\n<!-- \/bench:values -->\nB\n$/);
    expect(page).not.toContain('old');
    expect(withValuesBlock(page, report)).toBe(page);
    expect(() => withValuesBlock('A', report)).toThrow('bench:values');
  });

  it('have a line for what was measured, and say what was not or elsewhere', () => {
    expect(page).toMatch(/\| JSON +\| +170 \| +1\.00 M \| +250 k \| +1\.1\d \| +\|/);
    expect(page).not.toMatch(/\| none/);
    const text = page.replaceAll('\n', ' ');
    expect(text).toContain('none was not measured: it needs more.');
    expect(text).toContain('new was measured on Node 24.0.0.');
    expect(text).not.toContain('JSON was measured on');
    expect(text).toMatch(/at most 1\.15 times .* JSON 1\.1\d \(reached\)\./);
  });

  it('are drawn to scale, speeds as those of encoding and decoding one after the other', () => {
    const chart = drawValuesChart(report);
    const widths = [...chart.matchAll(/<rect x="\d+" y="\d+" width="(\d+)"/g)].map(([, width]) =>
      Number(width),
    );
    expect(widths).toEqual([270, 135, 216, 270]);
    expect(chart).toContain('>200 k<');
    expect(chart).not.toContain('none');
  });

  it('come from reports of their own name', () => {
    const names = ['values-2026-01-02T03-04-05.json', '2026-01-02T03-04-05.json', 'values.json'];
    expect(names.map((name) => VALUES_REPORT.test(name))).toEqual([true, false, false]);
  });
});
