import {
  type Contest,
  type Contestant,
  DIRECTIONS,
  type Direction,
  type Side,
  type Way,
} from './contestant.js';

/** How long things are measured. Times in milliseconds. */
export interface ValuesPace {
  readonly rounds: number;
  /** Before the first round, for each way and direction. */
  readonly warmUpMs: number;
  readonly timedMs: number;
}

/** Nanoseconds an operation, one figure a round. */
export type Timings = Readonly<Record<Direction, readonly number[]>>;

/** What was measured of one contestant with one payload. */
export interface CaseFigures {
  /** Length of what is stored. */
  readonly bytes: number;
  /** The Node it ran on. */
  readonly node: string;
  /** Share of the time that other programs took, 0 to 1; `undefined` where work goes on in other threads. */
  readonly others: number | undefined;
  readonly timings: Readonly<Partial<Record<Side, Timings>>>;
}

interface Runner {
  readonly side: Side;
  readonly direction: Direction;
  readonly call: () => unknown;
  /** Operations between two looks at the clock: about a millisecond of them. */
  repeats: number;
  readonly rounds: number[];
  isAsync: boolean;
  /** Of all rounds, in milliseconds. */
  elapsedMs: number;
  cpuMs: number;
}

const CHUNK_MS = 1;

/** Measures every way of a contest in interleaved rounds, after having seen that each brings the value back. */
export async function measureContest(
  { input, ways }: Contest,
  title: string,
  pace: ValuesPace,
): Promise<CaseFigures> {
  const runners: Runner[] = [];
  let bytes = 0;
  for (const [side, way] of Object.entries(ways) as [Side, Way][]) {
    const encoded = (await way.encode(input)) as Uint8Array;
    if (side !== 'bare') bytes = encoded.length;
    await checkRoundTrip(way, input, encoded, `${title}, ${side}`);
    for (const direction of DIRECTIONS) {
      const call = direction === 'encode' ? () => way.encode(input) : () => way.decode(encoded);
      runners.push({ side, direction, call, repeats: 1, rounds: [], isAsync: false, elapsedMs: 0, cpuMs: 0 });
    }
  }
  for (const runner of runners) await warmUp(runner, pace.warmUpMs);
  for (let round = 0; round < pace.rounds; round += 1) {
    const first = round % runners.length;
    for (const runner of [...runners.slice(first), ...runners.slice(0, first)]) {
      await timeRound(runner, pace.timedMs);
    }
  }
  const { node } = process.versions;
  return { bytes, node, others: othersOf(runners), timings: collect(runners) };
}

/** Measures a contestant with a value; `undefined` where it is not for such. */
export async function measureContestant(
  contestant: Contestant,
  value: unknown,
  pace: ValuesPace,
): Promise<CaseFigures | undefined> {
  const contest = await contestant.open(value);
  return contest === undefined ? undefined : measureContest(contest, contestant.title, pace);
}

async function checkRoundTrip(way: Way, input: unknown, encoded: Uint8Array, title: string): Promise<void> {
  const decoded = await way.decode(encoded);
  const plain = (value: unknown): string =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : JSON.stringify(value);
  if (plain(decoded) !== plain(input)) throw new Error(`${title}: the value did not come back as it was.`);
}

async function warmUp(runner: Runner, milliseconds: number): Promise<void> {
  const first = runner.call();
  runner.isAsync = first instanceof Promise;
  await first;
  const done = await repeatFor(runner, milliseconds);
  runner.repeats = Math.max(1, Math.round((CHUNK_MS * done) / milliseconds));
  await repeatFor(runner, milliseconds);
}

async function timeRound(runner: Runner, milliseconds: number): Promise<void> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const done = await repeatFor(runner, milliseconds);
  const { user, system } = process.cpuUsage(cpu);
  const elapsedMs = performance.now() - started;
  const cpuMs = (user + system) / 1000;
  runner.elapsedMs += elapsedMs;
  runner.cpuMs += cpuMs;
  // Bound to one processor, the time that is not ours is that of other programs. Work in the pool is waited for.
  runner.rounds.push(((runner.isAsync ? elapsedMs : cpuMs) * 1e6) / done);
}

/** What of the time this process had no processor. */
function othersOf(runners: readonly Runner[]): number | undefined {
  if (runners.some(({ isAsync }) => isAsync)) return undefined;
  const sum = (figure: 'elapsedMs' | 'cpuMs'): number =>
    runners.reduce((total, runner) => total + runner[figure], 0);
  return Math.max(0, 1 - sum('cpuMs') / sum('elapsedMs'));
}

/** Repeats the operation for at least so many milliseconds; returns how often. */
async function repeatFor(runner: Runner, milliseconds: number): Promise<number> {
  const { call, repeats, isAsync } = runner;
  const started = performance.now();
  let done = 0;
  while (performance.now() - started < milliseconds) {
    if (isAsync) for (let count = 0; count < repeats; count += 1) await call();
    else repeat(call, repeats);
    done += repeats;
  }
  return done;
}

function repeat(call: () => unknown, times: number): void {
  for (let count = 0; count < times; count += 1) call();
}

function collect(runners: readonly Runner[]): CaseFigures['timings'] {
  const roundsOf = (side: Side, direction: Direction): readonly number[] =>
    runners.find((runner) => runner.side === side && runner.direction === direction)?.rounds ?? [];
  const sides = [...new Set(runners.map((runner) => runner.side))];
  return Object.fromEntries(
    sides.map((side) => [side, { encode: roundsOf(side, 'encode'), decode: roundsOf(side, 'decode') }]),
  );
}
