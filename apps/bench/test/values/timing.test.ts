import { describe, expect, it } from 'vitest';
import { findNode } from '../../src/find-program.js';
import { CONTESTANTS } from '../../src/values/contestants.js';
import { payloads } from '../../src/values/payload.js';
import { measureContest, measureContestant } from '../../src/values/timing.js';

const PACE = { rounds: 3, warmUpMs: 1, timedMs: 1 };
const asBytes = (value: unknown): Uint8Array => Buffer.from(String(value));

describe('measureContest', () => {
  it('times every way in every round, and takes the size from ours', async () => {
    const ours = { encode: (value: unknown) => asBytes(`${String(value)} `), decode: () => 'value' };
    const bare = { encode: asBytes, decode: async () => 'value' };
    const { bytes, timings, node } = await measureContest(
      { input: 'value', ways: { bare, ours } },
      'test',
      PACE,
    );
    expect([bytes, node]).toEqual([6, process.versions.node]);
    for (const side of [timings.ours, timings.bare]) {
      expect([side?.encode.length, side?.decode.length]).toEqual([3, 3]);
      expect([...(side?.encode ?? []), ...(side?.decode ?? [])].every((ns) => ns > 0)).toBe(true);
    }
  });

  it('refuses to time what does not bring the value back', async () => {
    const wrong = { encode: asBytes, decode: () => 'another' };
    await expect(measureContest({ input: 'value', ways: { ours: wrong } }, 'test', PACE)).rejects.toThrow(
      /come back/,
    );
  });
});

describe('contestants', () => {
  for (const contestant of CONTESTANTS.filter(({ needsNode }) => findNode(needsNode) === process.execPath)) {
    it(`${contestant.id} brings every payload back, beside the bare library`, async () => {
      for (const { id, value } of payloads()) {
        const figures = await measureContestant(contestant, value, { rounds: 1, warmUpMs: 0, timedMs: 0.1 });
        expect(figures === undefined).toBe(contestant.id === 'core' && id !== 'text');
        if (figures === undefined) continue;
        expect(figures.bytes).toBeGreaterThan(100);
        expect('bare' in figures.timings).toBe(contestant.bareCall !== undefined);
      }
    });
  }
});
