import { describe, expect, it } from 'vitest';
import type { Outcome } from '../src/outcome.js';
import { formatFailure, formatOutcomes } from '../src/outcome-table.js';

const sound: Outcome = {
  name: 'json',
  tally: { valid: 10, accepted: 1_000, refused: 2_000_000, slowestMs: 1.234 },
  seconds: 12.34,
  startMib: 90.4,
  peakMib: 120.6,
};
const failed: Outcome = {
  ...sound,
  name: 'zlib',
  failure: { kind: 'hang', reason: 'it hung', index: 7, base64: 'AAEC', flags: 8 },
};

describe('formatOutcomes', () => {
  it('has a line for each target, in columns of one width', () => {
    const [head, first, second] = formatOutcomes([sound, failed]).split('\n');
    expect(head).toMatch(/^target +inputs +valid, right +accepted +refused/);
    expect(first).toMatch(/^json +2,001,010 +10 +1,000 +2,000,000 +1\.23 +90 +121 +12\.3$/);
    expect(first?.length).toBe(head?.length);
    expect(second).toMatch(/12\.3 {2}FAILED: hang$/);
  });
});

describe('formatFailure', () => {
  it('says how to come back to the input', () => {
    expect(formatFailure(failed, 42)).toBe(
      [
        'zlib: hang: it hung',
        '  input (base64): AAEC',
        '  flags: 8',
        '  again: pnpm fuzz values --only zlib --seed 42 --first 7 --inputs 1',
      ].join('\n'),
    );
    expect(formatFailure(sound, 42)).toBe('');
  });
});
