import { parseArgs } from 'node:util';
import { listOf, roundsOf } from './option-values.js';
import { type Client, clientOf, ROSTER } from './roster.js';
import { WORKLOADS, type Workload, workloadOf } from './workload.js';

/** How long things are measured. Times in milliseconds. */
export interface Pace {
  readonly rounds: number;
  /** Before the first round, so that the code is compiled. */
  readonly warmUpMs: number;
  /** Untimed, at the start of every slice, so that caches and connections are awake. */
  readonly leadMs: number;
  readonly timedMs: number;
}

/** What the command line asks for. */
export interface Settings {
  readonly workloads: readonly Workload[];
  readonly clients: readonly Client[];
  readonly pace: Pace;
  readonly jsonPath: string | undefined;
  /** A Node to run every client with, instead of the one each would get. */
  readonly nodePath: string | undefined;
  readonly help: boolean;
}

const FULL: Pace = { rounds: 11, warmUpMs: 500, leadMs: 30, timedMs: 170 };
const QUICK: Pace = { rounds: 2, warmUpMs: 60, leadMs: 5, timedMs: 50 };

/** Printed for --help. */
export const USAGE: string = `pnpm bench [-- options]
  --quick            short rounds: a check that everything runs, not a measurement
  --only a,b         workloads: ${WORKLOADS.map((workload) => workload.id).join(', ')}
  --clients a,b      rows: ${ROSTER.map((client) => client.id).join(', ')}
  --rounds n         interleaved rounds (default ${FULL.rounds}, quick ${QUICK.rounds})
  --json path        where the figures go (default bench-results/<time>.json)
  --node path        run every client on this Node

pnpm bench values --help: what codecs and compressors cost
pnpm bench routing --help: what rings and lookups cost
pnpm bench adapters --help: what Keyv costs over each store
`;

/** Reads the command line; throws on anything unknown. */
export function readCommandLine(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== '--'),
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      clients: { type: 'string' },
      rounds: { type: 'string' },
      json: { type: 'string' },
      node: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const pace = values.quick ? QUICK : FULL;
  return {
    workloads: listOf(values.only)?.map(workloadOf) ?? WORKLOADS,
    clients: listOf(values.clients)?.map(clientOf) ?? ROSTER,
    pace: values.rounds === undefined ? pace : { ...pace, rounds: roundsOf(values.rounds) },
    jsonPath: values.json,
    nodePath: values.node,
    help: values.help,
  };
}
