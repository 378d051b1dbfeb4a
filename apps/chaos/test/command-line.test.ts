import { testSeed } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { readCommandLine, USAGE } from '../src/command-line.js';
import { FAULTS } from '../src/fault.js';

describe('readCommandLine', () => {
  it('runs everything three times unless told otherwise', () => {
    expect(readCommandLine([])).toStrictEqual({
      faults: FAULTS,
      scales: true,
      callers: 'own',
      runs: 3,
      seed: testSeed(),
      help: false,
    });
    const some = readCommandLine(['--', '--only', 'hang, kill', '--runs', '1', '--seed', '7']);
    expect(some.faults.map(({ name }) => name)).toStrictEqual(['kill', 'hang']);
    expect([some.scales, some.runs, some.seed]).toStrictEqual([false, 1, 7]);
    expect(USAGE).toContain('black-hole, scaling');
  });

  const wrong = [
    ['--only', 'fire'],
    ['--only', ''],
    ['--callers', 'all'],
    ['--runs', '0'],
    ['--runs', '1.5'],
    ['--runs', ' '],
    ['--seed', 'x'],
    ['kill'],
    ['--x'],
  ];
  for (const args of wrong) {
    it(`refuses: ${args.join(' ')}`, () => expect(() => readCommandLine(args)).toThrow());
  }
});
