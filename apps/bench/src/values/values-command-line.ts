import { parseArgs } from 'node:util';
import { listOf, roundsOf } from '../option-values.js';
import type { Contestant } from './contestant.js';
import { CONTESTANTS, contestantOf } from './contestants.js';
import { type Payload, payloadOf, payloads } from './payload.js';
import type { ValuesPace } from './timing.js';

/** What the command line asks for. */
export interface ValuesSettings {
  readonly contestants: readonly Contestant[];
  readonly payloads: readonly Payload[];
  readonly pace: ValuesPace;
  readonly jsonPath: string | undefined;
  readonly help: boolean;
}

const FULL: ValuesPace = { rounds: 11, warmUpMs: 100, timedMs: 50 };
const QUICK: ValuesPace = { rounds: 2, warmUpMs: 10, timedMs: 5 };

/** Printed for --help. */
export const VALUES_USAGE: string = `pnpm bench values [options]
  --quick            short rounds: a check that everything runs, not a measurement
  --only a,b         rows: ${CONTESTANTS.map(({ id }) => id).join(', ')}
  --payloads a,b     ${payloads()
    .map(({ id, title }) => `${id} (${title})`)
    .join(', ')}
  --rounds n         interleaved rounds (default ${FULL.rounds}, quick ${QUICK.rounds})
  --json path        where the figures go (default bench-results/values-<time>.json)
`;

/** Reads the command line after the word `values`; throws on anything unknown. */
export function readValuesCommandLine(args: readonly string[]): ValuesSettings {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== '--'),
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      payloads: { type: 'string' },
      rounds: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const pace = values.quick ? QUICK : FULL;
  return {
    contestants: listOf(values.only)?.map(contestantOf) ?? CONTESTANTS,
    payloads: listOf(values.payloads)?.map(payloadOf) ?? payloads(),
    pace: values.rounds === undefined ? pace : { ...pace, rounds: roundsOf(values.rounds) },
    jsonPath: values.json,
    help: values.help,
  };
}
