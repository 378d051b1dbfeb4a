import { readCommandLine, type Settings, USAGE } from './command-line.js';
import type { Outcome } from './outcome.js';
import { formatFailure, formatOutcomes } from './outcome-table.js';
import { runTarget } from './run-target.js';

const REGISTRY = new URL('./targets.ts', import.meta.url).href;
/** Between two lines of progress where there is no terminal, in milliseconds. */
const QUIET_MS = 15_000;

process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  const settings = trySettings(args);
  if (settings === undefined) return 2;
  if (settings.help) {
    print(USAGE);
    return 0;
  }
  const { inputs, seed, first } = settings;
  print(`${inputs.toLocaleString('en')} inputs for each target, seed ${seed}, Node ${process.versions.node}`);
  const outcomes: Outcome[] = [];
  for (const { name: target, unavailable } of settings.targets) {
    const task = { registry: REGISTRY, target, seed, first, inputs };
    if (unavailable !== undefined) print(`${target}: left out, ${unavailable}`);
    else outcomes.push(await runTarget(task, progressOf(target, settings)));
  }
  clearLine();
  print(`\n${formatOutcomes(outcomes)}`);
  const failed = outcomes.filter(({ failure }) => failure !== undefined);
  for (const outcome of failed) print(`\n${formatFailure(outcome, seed)}`);
  if (failed.length === 0) {
    print(
      '\nNo crash, no hang, no memory out of bounds, nothing thrown but errors, and every valid value right.',
    );
  }
  return failed.length === 0 ? 0 : 1;
}

function trySettings(args: readonly string[]): Settings | undefined {
  try {
    return readCommandLine(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return undefined;
  }
}

/** Says how far a target has come: in one line that changes, or now and then where there is no terminal. */
function progressOf(target: string, { inputs, first }: Settings): (index: number) => void {
  const started = performance.now();
  let saidAt = started;
  return (index) => {
    const now = performance.now();
    const done = index - first;
    const speed = Math.round(done / ((now - started) / 1000)).toLocaleString('en');
    const text = `${target}: ${done.toLocaleString('en')} of ${inputs.toLocaleString('en')}, ${speed} a second`;
    if (process.stderr.isTTY) process.stderr.write(`\r${text}\u001b[K`);
    else if (now - saidAt >= QUIET_MS) {
      saidAt = now;
      process.stderr.write(`${text}\n`);
    }
  };
}

function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
