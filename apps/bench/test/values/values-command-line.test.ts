import { describe, expect, it } from 'vitest';
import { CONTESTANTS } from '../../src/values/contestants.js';
import { readValuesCommandLine } from '../../src/values/values-command-line.js';

describe('readValuesCommandLine', () => {
  it('measures everything unless told otherwise', () => {
    const all = readValuesCommandLine([]);
    expect(all.contestants).toEqual(CONTESTANTS);
    expect(all.payloads).toHaveLength(3);
    const some = readValuesCommandLine([
      '--quick',
      '--only',
      'json,lz4',
      '--payloads',
      'rows',
      '--rounds',
      '3',
    ]);
    expect(some.contestants.map(({ id }) => id)).toEqual(['json', 'lz4']);
    expect([some.payloads.map(({ id }) => id), some.pace.rounds]).toEqual([['rows'], 3]);
    expect(some.pace.timedMs).toBeLessThan(all.pace.timedMs);
  });

  for (const args of [['--only', 'xml'], ['--payloads', 'huge'], ['--rounds', '0'], ['--what']]) {
    it(`refuses ${args.join(' ')}`, () => expect(() => readValuesCommandLine(args)).toThrow());
  }
});
