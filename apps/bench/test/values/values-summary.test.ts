import { describe, expect, it } from 'vitest';
import type { Contestant } from '../../src/values/contestant.js';
import { payloadOf } from '../../src/values/payload.js';
import type { CaseFigures } from '../../src/values/timing.js';
import { emptyRow, judgeCodecs, rowOf } from '../../src/values/values-summary.js';

const codec: Contestant = { id: 'c', title: 'C', kind: 'codec', bareCall: 'call', open: () => undefined };
const figures: CaseFigures = {
  bytes: 100,
  node: '20.0.0',
  others: 0,
  timings: {
    bare: { encode: [100, 200, 300], decode: [300, 600, 900] },
    ours: { encode: [110, 220, 660], decode: [330, 660, 1980] },
    client: { encode: [220, 440, 1320], decode: [330, 660, 1980] },
  },
};

describe('rowOf', () => {
  const row = rowOf(codec, payloadOf('object'), figures);

  it('takes medians of speeds, and of the ratios of each round', () => {
    expect(row.figures?.speeds.bare?.encode.perSecond).toBe(5_000_000);
    expect(row.figures?.overBare?.both).toBeCloseTo(1.1);
    expect(row.figures?.clientOver).toEqual({ encode: 2, decode: 1, both: 1.25 });
  });

  it('has no ratio where there is nothing to hold it against', () => {
    const { ours } = figures.timings;
    const alone = rowOf(codec, payloadOf('object'), {
      ...figures,
      timings: ours === undefined ? {} : { ours },
    });
    expect([alone.figures?.overBare, alone.figures?.clientOver]).toEqual([undefined, undefined]);
  });
});

describe('judgeCodecs', () => {
  it('holds codecs with the small object against the aim, and nothing else', () => {
    const reached = rowOf(codec, payloadOf('object'), figures);
    const missed = rowOf(codec, payloadOf('object'), {
      ...figures,
      timings: { ...figures.timings, ours: { encode: [200, 400, 600], decode: [300, 600, 900] } },
    });
    const others = [
      rowOf(codec, payloadOf('rows'), figures),
      rowOf({ ...codec, kind: 'compressor' }, payloadOf('object'), figures),
      emptyRow(codec, payloadOf('object'), 'why'),
    ];
    const verdicts = judgeCodecs([reached, missed, ...others]);
    expect(verdicts.map((verdict) => verdict.reached)).toEqual([true, false]);
    expect(verdicts[1]?.measured).toBeCloseTo(1.25);
  });
});
