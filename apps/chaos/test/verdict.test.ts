import { describe, expect, it } from 'vitest';
import { formatFaults, formatScaling } from '../src/chaos-table.js';
import type { FaultOutcome } from '../src/run-fault.js';
import { ServerCalls } from '../src/server-calls.js';
import { faultsOf, medianSlowdown, scalingFaultsOf, slownessOf } from '../src/verdict.js';

const GOOD: FaultOutcome = {
  fault: 'kill',
  otherCalls: 12_345,
  otherFailures: [],
  controlP99Ms: 2,
  noise: 1.1,
  faultP99Ms: 3,
  downAfterMs: 500,
  refusals: 100,
  refusalCodes: ['100 MC_SERVER_DOWN'],
  slowestRefusalMs: 1,
  backAfterMs: 900,
  allowedMs: 2500,
  failuresWhenWell: [],
  wronglyDown: [],
};

describe('the verdict on a fault', () => {
  it('is good where all is', () => expect(faultsOf(GOOD)).toStrictEqual([]));

  const BAD: ReadonlyArray<Partial<FaultOutcome>> = [
    { otherFailures: ['1 MC_TIMEOUT'] },
    { otherCalls: 0 },
    { wronglyDown: ['127.0.0.1:1'] },
    { failuresWhenWell: ['2 MC_SERVER_DOWN'] },
    { refusals: 0 },
    { refusalCodes: ['99 MC_SERVER_DOWN', '1 MC_TIMEOUT'] },
    { slowestRefusalMs: 500 },
    { backAfterMs: 2501 },
    { backAfterMs: Number.POSITIVE_INFINITY },
    { backAfterMs: Number.NaN },
  ];
  for (const bad of BAD) {
    it(`is not with ${JSON.stringify(bad)}`, () => expect(faultsOf({ ...GOOD, ...bad }).length).toBe(1));
  }

  it('takes the middle of the runs for the times', () => {
    const runs = [9, 4, 3].map((faultP99Ms) => ({ ...GOOD, faultP99Ms }));
    expect([medianSlowdown(runs), slownessOf(runs)]).toStrictEqual([2, []]);
    expect(slownessOf(runs.slice(0, 2)).length).toBe(1);
    expect(slownessOf([{ ...GOOD, faultP99Ms: Number.NaN }]).length).toBe(1);
  });
});

describe('the verdict on scaling', () => {
  it('is good only where no call failed, all were made, and connections were kept', () => {
    const good = { calls: [10, 20, 30], failures: [], connections: [1, 1] };
    expect(scalingFaultsOf(good)).toStrictEqual([]);
    for (const bad of [{ failures: ['MC_CLOSED'] }, { calls: [10, 0, 30] }, { connections: [1, 2] }]) {
      expect(scalingFaultsOf({ ...good, ...bad }).length).toBe(1);
    }
  });
});

describe('calls of a server', () => {
  it('are counted and judged by when they began', () => {
    const calls = new ServerCalls();
    for (let number = 1; number <= 200; number += 1) calls.succeeded(number, number);
    calls.failed.push({ startMs: 50, tookMs: 1, code: 'MC_TIMEOUT' });
    const period = { fromMs: 1, toMs: 101 };
    expect([calls.count(period), ServerCalls.p99([calls], period)]).toStrictEqual([100, 99]);
    expect(ServerCalls.p99([calls, calls], { fromMs: 1, toMs: 201 })).toBe(198);
    expect(ServerCalls.p99([calls], { fromMs: 300, toMs: 400 })).toBeNaN();
    expect([calls.firstSuccessMs(100), calls.firstSuccessMs(201)]).toStrictEqual([
      200,
      Number.POSITIVE_INFINITY,
    ]);
    expect(calls.failedIn(period).length).toBe(1);
    expect(calls.failedIn({ fromMs: 51, toMs: 60 }).length).toBe(0);
  });
});

describe('the tables', () => {
  it('have a line for each run, and the median', () => {
    const lines = formatFaults([[GOOD, { ...GOOD, otherFailures: ['3 MC_TIMEOUT'] }]]).split('\n');
    expect(lines.length).toBe(4);
    expect(lines[1]).toMatch(/^kill +1 +12,345 +0 +2\.00 ms +1\.10 +3\.00 ms +1\.50 +500 ms/);
    expect(lines[2]).toContain('3 MC_TIMEOUT');
    expect(lines[3]).toMatch(/median +1\.50$/);
    expect(formatScaling({ calls: [1, 2, 3], failures: [], connections: [1, 1] })).toContain('1 and 1');
  });
});
