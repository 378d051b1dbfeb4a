import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../src/command-line.js';
import { TARGETS } from '../src/targets.js';

describe('readCommandLine', () => {
  it('attacks everything ten million times unless told otherwise', () => {
    const { targets, inputs, first } = readCommandLine(['values']);
    expect([targets, inputs, first]).toEqual([TARGETS, 10_000_000, 0]);
    const some = readCommandLine(['values', '--only', 'zlib,json', '--inputs', '5_000', '--seed', '7']);
    expect([some.targets.map(({ name }) => name), some.inputs, some.seed]).toEqual([
      ['zlib', 'json'],
      5000,
      7,
    ]);
  });

  const wrong = [
    [],
    ['keys'],
    ['values', '--only', 'zip'],
    ['values', '--inputs', '0'],
    ['values', '--seed', 'x'],
    ['--x'],
  ];
  for (const args of wrong) {
    it(`refuses: ${args.join(' ') || 'nothing'}`, () => expect(() => readCommandLine(args)).toThrow());
  }
});
