import { arch, cpus } from 'node:os';
import { judgeTimings, type Outcome } from './aims.js';
import { writeSpread } from './spread.js';
import { makeSubjects } from './subjects.js';
import { type Timing, timeSubjects } from './timing.js';

const SERVERS = 1_000;
const ROUNDS = 21;
const QUICK_ROUNDS = 3;
const TITLE_WIDTH = 58;
const FIGURE_WIDTH = 12;
const USAGE = `pnpm bench routing [--quick | spread]
  --quick   few rounds: a check that everything runs, not a measurement
  spread    draws docs/key-spread.svg instead
`;

/** `pnpm bench routing`: times rings and lookups, or draws the spread of keys. Returns the exit code. */
export async function benchRouting(args: readonly string[]): Promise<number> {
  const [word = ''] = args;
  if (args.length > 1 || !['', '--quick', '--help', 'spread'].includes(word)) {
    process.stderr.write(USAGE);
    return 2;
  }
  if (word === '--help') {
    print(USAGE);
    return 0;
  }
  if (word === 'spread') {
    print(`Drawn: ${writeSpread()}`);
    return 0;
  }
  const rounds = word === '--quick' ? QUICK_ROUNDS : ROUNDS;
  print(
    `Node ${process.versions.node}, ${arch()}, ${cpus()[0]?.model.trim()}; medians of ${rounds} rounds.\n`,
  );
  const timings = timeSubjects(makeSubjects(SERVERS), rounds);
  for (const timing of timings) print(formatTiming(timing));
  const outcomes = judgeTimings(timings);
  print(`\n${outcomes.map(formatOutcome).join('\n')}`);
  return 0;
}

function formatTiming({ subject, nanoseconds, spread }: Timing): string {
  const time = nanoseconds > 1e5 ? `${(nanoseconds / 1e6).toFixed(1)} ms` : `${nanoseconds.toFixed(0)} ns`;
  const range = `± ${(spread * 100).toFixed(1)} %`;
  return `${subject.title.padEnd(TITLE_WIDTH)}${time.padStart(FIGURE_WIDTH)}${range.padStart(FIGURE_WIDTH)}`;
}

function formatOutcome({ aim, ratio, reached }: Outcome): string {
  return `${reached ? 'pass' : 'MISS'}  ${aim.title}: ${ratio.toFixed(3)} (limit ${aim.atMost})`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
