import { loadavg } from 'node:os';
import { randomFrom } from '@mc/testing';
import { formatFaults, formatScaling } from './chaos-table.js';
import { type CommandLine, readCommandLine, USAGE } from './command-line.js';
import { type FaultOutcome, runFault } from './run-fault.js';
import { runScaling } from './run-scaling.js';
import { LONG } from './settings.js';
import { faultsOf, scalingFaultsOf, slownessOf } from './verdict.js';

// An exit ends the servers too.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  const asked = tryCommandLine(args);
  if (asked === undefined) return 2;
  if (asked.help) {
    print(USAGE);
    return 0;
  }
  print(
    `seed ${asked.seed}, callers: ${asked.callers}, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}`,
  );
  const wrong = [...(await breakServers(asked)), ...(await scale(asked))];
  print(wrong.length === 0 ? '\nAll is as it should be.' : `\nWrong:\n  ${wrong.join('\n  ')}`);
  return wrong.length === 0 ? 0 : 1;
}

/** Runs the faults and prints their table; gives back what is wrong. */
async function breakServers({ faults, callers, runs, seed }: CommandLine): Promise<string[]> {
  const all: FaultOutcome[][] = [];
  for (const fault of faults) {
    const outcomes: FaultOutcome[] = [];
    for (let run = 1; run <= runs; run += 1) {
      process.stderr.write(`${fault.name}: run ${run} of ${runs}\n`);
      outcomes.push(await runFault(fault, { ...LONG, callers }, randomFrom(seed + run)));
    }
    all.push(outcomes);
  }
  if (all.length > 0) print(`\n${formatFaults(all)}`);
  return all.flatMap((outcomes) => [...outcomes.flatMap(faultsOf), ...slownessOf(outcomes)]);
}

async function scale({ scales, seed }: CommandLine): Promise<string[]> {
  if (!scales) return [];
  process.stderr.write('scaling\n');
  const outcome = await runScaling(LONG, randomFrom(seed));
  print(`\n${formatScaling(outcome)}`);
  return scalingFaultsOf(outcome);
}

function tryCommandLine(args: readonly string[]): CommandLine | undefined {
  try {
    return readCommandLine(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return undefined;
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
