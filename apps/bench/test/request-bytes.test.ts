import { describe, expect, it } from 'vitest';
import { exchangesOf } from '../src/floor/request-bytes.js';
import { type Plan, planOf } from '../src/plan.js';
import { workloadOf } from '../src/workload.js';

function linesOf(plan: Plan, style: 'line-each' | 'merged-lines', step = 0): string[][] {
  return exchangesOf(plan, plan.steps[step] as (typeof plan.steps)[number], style).map((exchange) =>
    exchange.request.toString('latin1').split('\r\n').slice(0, -1),
  );
}

describe('exchangesOf', () => {
  it('writes a line for every get, or one line for all', () => {
    const plan = planOf(workloadOf('get-64'), 'tst');
    expect(linesOf(plan, 'line-each')[0]).toEqual(plan.keys.slice(0, 64).map((key) => `get ${key}`));
    expect(linesOf(plan, 'merged-lines')).toEqual([[`get ${plan.keys.slice(0, 64).join(' ')}`]]);
  });

  it('never merges reads over a write', () => {
    const plan = planOf(workloadOf('mix-64'), 'tst');
    const heads = linesOf(plan, 'merged-lines')[0]?.filter((line) => /^[gs]et /.test(line)) ?? [];
    expect(heads[0]).toBe(`get ${plan.keys.slice(0, 9).join(' ')}`);
    expect(heads[1]).toBe(`set ${plan.keys[9]} 0 0 100`);
    expect(heads[2]).toBe(`get ${plan.keys.slice(10, 19).join(' ')}`);
  });

  it('writes one line for each call of many keys', () => {
    const plan = planOf(workloadOf('multi-100x8'), 'tst');
    const lines = linesOf(plan, 'line-each')[0] ?? [];
    expect(lines).toHaveLength(8);
    expect(lines.map((line) => line.split(' ').length - 1)).toEqual(Array.from({ length: 8 }, () => 100));
  });

  it('spreads a step over all servers and counts the bytes that come back', () => {
    const plan = planOf(workloadOf('get-512-4s'), 'tst');
    const exchanges = exchangesOf(plan, plan.steps[0] as (typeof plan.steps)[number], 'merged-lines');
    expect(exchanges.map((exchange) => exchange.server)).toEqual([0, 1, 2, 3]);
    const valueLine = 'VALUE tst-key-00000 0 100\r\n'.length + 100 + 2;
    for (const exchange of exchanges) expect(exchange.replyBytes).toBe(128 * valueLine + 'END\r\n'.length);
  });
});
