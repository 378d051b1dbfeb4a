import { describe, expect, it } from 'vitest';
import { clientOf } from '../src/roster.js';
import type { Entry } from '../src/rounds.js';
import { bestPeer, summarize } from '../src/summary.js';
import { judge, type Target } from '../src/target.js';
import { workloadOf } from '../src/workload.js';

/** A client that did so many operations in each of its one-second rounds, at so many microseconds of CPU each. */
function entry(id: string, speeds: number[], cpu = 1): Entry {
  const slices = speeds.map((speed) => {
    return { operations: speed, seconds: 1, cpuMicros: speed * cpu, p50: 1, p99: 2, others: 0.25 };
  });
  return { client: clientOf(id), slices, failed: false };
}

const entries: Entry[] = [
  entry('merged', [100, 50, 100]),
  entry('ours', [80, 40, 90], 1),
  entry('memjs', [20, 10, 20], 5),
  entry('memcache', [30, 15, 10], 4),
];

describe('summarize', () => {
  const { rows } = summarize(workloadOf('get-64'), entries);

  it('takes medians, and ratios round by round', () => {
    const ours = rows.find((row) => row.client.id === 'ours')?.figures;
    expect(ours?.operationsPerSecond).toBe(80);
    expect(ours?.ofFloor).toBe(0.8);
    expect(ours?.ofBestPeer).toBe(4);
  });

  it('says how much of the core other programs took', () => {
    expect(summarize(workloadOf('get-64'), entries).others).toBe(0.25);
    expect(summarize(workloadOf('get-64'), []).others).toBeUndefined();
  });

  it('calls the memcached client with the highest median the best peer', () => {
    expect(bestPeer(entries)?.client.id).toBe('memjs');
  });

  it('keeps the reason of a client that did not run, and no figures', () => {
    const failed: Entry = { client: clientOf('memcached'), slices: [], failed: true, reason: 'it hung' };
    const row = summarize(workloadOf('get-64'), [...entries, failed]).rows.at(-1);
    expect(row).toEqual({ client: clientOf('memcached'), failed: true, reason: 'it hung' });
  });
});

describe('judge', () => {
  const verdictOf = (target: Target): unknown => {
    const [verdict] = judge([summarize(workloadOf('get-64'), entries)], [target]);
    return [verdict?.measured, verdict?.reached];
  };

  it('reaches a speed from its bound on', () => {
    expect(verdictOf({ workload: 'get-64', against: 'merged', measure: 'speed', bound: 0.8 })).toEqual([
      0.8,
      true,
    ]);
    expect(verdictOf({ workload: 'get-64', against: 'merged', measure: 'speed', bound: 0.81 })).toEqual([
      0.8,
      false,
    ]);
  });

  it('holds processor time against the thriftiest peer, not the fastest', () => {
    expect(verdictOf({ workload: 'get-64', against: 'best-peer', measure: 'cpu', bound: 1 / 3 })).toEqual([
      0.25,
      true,
    ]);
    expect(verdictOf({ workload: 'get-64', against: 'best-peer', measure: 'cpu', bound: 0.2 })).toEqual([
      0.25,
      false,
    ]);
  });

  it('says that nothing was measured where the other side did not run', () => {
    expect(verdictOf({ workload: 'get-64', against: 'redis', measure: 'speed', bound: 1 })).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('leaves out targets of workloads that did not run', () => {
    const target: Target = { workload: 'set-64', against: 'bare', measure: 'speed', bound: 1 };
    expect(judge([summarize(workloadOf('get-64'), entries)], [target])).toEqual([]);
  });
});
