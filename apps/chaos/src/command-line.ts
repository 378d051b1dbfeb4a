import { parseArgs } from 'node:util';
import { testSeed } from '@mc/testing';
import { FAULTS, type Fault } from './fault.js';
import type { Callers } from './load.js';

/** What the command line asks for. */
export interface CommandLine {
  readonly faults: readonly Fault[];
  readonly scales: boolean;
  readonly callers: Callers;
  /** Of each fault. */
  readonly runs: number;
  readonly seed: number;
  readonly help: boolean;
}

const SCALING = 'scaling';
const NAMES: readonly string[] = [...FAULTS.map(({ name }) => name), SCALING];
const MOST_RUNS = 99;

/** Printed for --help. */
export const USAGE: string = [
  'pnpm chaos [options]',
  `  --only a,b     of ${NAMES.join(', ')} (default: all)`,
  '  --callers c    own: each calls the keys of one server; mixed: of all (default own)',
  '  --runs n       runs of each fault; the median counts (default 3)',
  '  --seed n       an integer; the same seed calls the same keys (default: that of the tests)',
  '',
].join('\n');

/** Reads the command line; throws on anything unknown. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== '--'),
    options: {
      only: { type: 'string' },
      callers: { type: 'string', default: 'own' },
      runs: { type: 'string', default: '3' },
      seed: { type: 'string', default: String(testSeed()) },
      help: { type: 'boolean', default: false },
    },
  });
  const names = values.only?.split(',').map((name) => name.trim()) ?? NAMES;
  const unknown = names.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw new Error(`There is no ${unknown}, but ${NAMES.join(', ')}.`);
  return {
    faults: FAULTS.filter(({ name }) => names.includes(name)),
    scales: names.includes(SCALING),
    callers: callersOf(values.callers),
    runs: integerOf('runs', values.runs, 1, MOST_RUNS),
    seed: integerOf('seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    help: values.help,
  };
}

function callersOf(text: string): Callers {
  if (text === 'own' || text === 'mixed') return text;
  throw new Error('--callers takes own or mixed.');
}

function integerOf(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < least || value > most) {
    throw new Error(`--${name} takes a whole number from ${least} to ${most}.`);
  }
  return value;
}
