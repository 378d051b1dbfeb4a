import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { TargetEntry } from './target.js';
import { TARGETS } from './targets.js';

/** What the command line asks for. */
export interface Settings {
  readonly targets: readonly TargetEntry[];
  /** For each target. */
  readonly inputs: number;
  readonly seed: number;
  /** Index of the first input, to come back to one that failed. */
  readonly first: number;
  readonly help: boolean;
}

const DEFAULT_INPUTS = 10_000_000;
const MAX_INPUTS = 2 ** 31 - 1;

/** Printed for --help. */
export const USAGE: string = [
  'pnpm fuzz values [options]',
  `  --inputs n     inputs for each target (default ${DEFAULT_INPUTS.toLocaleString('en')})`,
  '  --seed n       an integer; the same seed makes the same inputs (default: another each time)',
  `  --only a,b     targets: ${TARGETS.map(({ name }) => name).join(', ')}`,
  '  --first n      the first input, to come back to one that failed (default 0)',
  '',
].join('\n');

/** Reads the command line; throws on anything unknown. */
export function readCommandLine(args: readonly string[]): Settings {
  const { values, positionals } = parseArgs({
    args: args.filter((argument) => argument !== '--'),
    allowPositionals: true,
    options: {
      inputs: { type: 'string' },
      seed: { type: 'string' },
      only: { type: 'string' },
      first: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (!values.help && positionals.join() !== 'values')
    throw new Error('What is to be attacked? There is: values.');
  const inputs = integerOf('inputs', values.inputs, DEFAULT_INPUTS, 1);
  const first = integerOf('first', values.first, 0, 0);
  if (first + inputs > MAX_INPUTS) throw new Error(`--first and --inputs go up to ${MAX_INPUTS} together.`);
  return {
    targets: targetsOf(values.only),
    inputs,
    first,
    seed: integerOf('seed', values.seed, randomInt(2 ** 31), 0),
    help: values.help,
  };
}

function targetsOf(only: string | undefined): readonly TargetEntry[] {
  const names = only
    ?.split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  return names?.map(targetOf) ?? TARGETS;
}

function targetOf(asked: string): TargetEntry {
  const found = TARGETS.find(({ name }) => name === asked);
  if (found !== undefined) return found;
  throw new Error(`No target is called ${asked}; there are ${TARGETS.map(({ name }) => name).join(', ')}.`);
}

function integerOf(name: string, text: string | undefined, absent: number, least: number): number {
  if (text === undefined) return absent;
  const value = Number(text.replaceAll('_', ''));
  if (text === '' || !Number.isSafeInteger(value) || value < least || value > MAX_INPUTS) {
    throw new Error(`--${name} takes a whole number from ${least} to ${MAX_INPUTS}.`);
  }
  return value;
}
