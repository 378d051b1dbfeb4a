import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { findMemcached, findRedis } from '../find-program.js';
import { findPinning, pinned } from '../pinning.js';
import { median, relativeSpread } from '../quantile.js';
import { type ServerProcess, startMemcached, startRedis } from '../server-process.js';
import { judgeAdapters } from './adapter-aims.js';
import { CACHE_LOADS, type CacheFigures, type CacheMedians } from './cache-load.js';
import { CACHE_SUBJECTS } from './cache-subject.js';

const PROGRAM = fileURLToPath(new URL('./cache-process.js', import.meta.url));
const REDIS = '@keyv/redis';
const WARM_UP_MILLISECONDS = 500;
const USAGE = `pnpm bench adapters [--quick]
  --quick   few rounds: a check that everything runs, not a measurement
`;

/** `pnpm bench adapters`: Keyv over each adapter, interleaved in one run. Returns the exit code. */
export async function benchAdapters(args: readonly string[]): Promise<number> {
  if (args.length > 1 || !['--quick', undefined].includes(args[0])) {
    process.stderr.write(USAGE);
    return args[0] === '--help' ? 0 : 2;
  }
  const memcached = findMemcached();
  if (memcached === undefined) throw new Error('there is no memcached: set MEMCACHED_BIN');
  const rounds = args[0] === '--quick' ? 3 : 15;
  const { server, client } = findPinning() ?? {};
  const redis = findRedis();
  print(
    `Node ${process.versions.node}; medians of ${rounds} interleaved rounds, a process and a server for each.`,
  );
  if (redis === undefined) print(`${REDIS} is left out: redis-server is not on PATH.`);
  const servers: ServerProcess[] = [];
  const children = new Map<string, ChildProcess>();
  for (const name of Object.keys(CACHE_SUBJECTS)) {
    if (name === REDIS && redis === undefined) continue;
    // A server for each: they use the same keys, and none can read what another one has stored.
    const start = name === REDIS ? startRedis : startMemcached;
    const started = await start(name === REDIS ? (redis as string) : memcached, server);
    servers.push(started);
    children.set(name, await startSubject(name, started.address, client));
  }
  const medians = await measureAll(children, rounds, rounds > 3 ? 300 : 50);
  for (const child of children.values()) child.kill();
  for (const started of servers) started.stop();
  print(`\n${judgeAdapters(medians).join('\n')}`);
  return 0;
}

async function startSubject(name: string, address: string, cpu: number | undefined): Promise<ChildProcess> {
  const [execPath, execArgv] = pinned(cpu, process.execPath, []);
  const child = fork(PROGRAM, [name, address], {
    execPath,
    execArgv,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  process.once('exit', () => void child.kill('SIGKILL'));
  await once(child, 'message');
  return child;
}

async function measureAll(
  children: ReadonlyMap<string, ChildProcess>,
  rounds: number,
  milliseconds: number,
): Promise<CacheMedians> {
  const medians = new Map<string, Map<string, CacheFigures>>();
  for (const [load, { title }] of Object.entries(CACHE_LOADS)) {
    print(
      `\n${title}`.padEnd(33) + ['keys/s', '±', 'CPU µs a key'].map((head) => head.padStart(14)).join(''),
    );
    const figures = new Map([...children.keys()].map((name): [string, CacheFigures[]] => [name, []]));
    for (const child of children.values()) await ask(child, load, WARM_UP_MILLISECONDS);
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, child] of children) figures.get(name)?.push(await ask(child, load, milliseconds));
    }
    medians.set(load, new Map([...figures].map(([name, all]) => [name, report(name, all)])));
  }
  return medians;
}

async function ask(child: ChildProcess, load: string, milliseconds: number): Promise<CacheFigures> {
  child.send({ load, milliseconds });
  const [figures] = (await once(child, 'message')) as [CacheFigures];
  return figures;
}

function report(name: string, all: readonly CacheFigures[]): CacheFigures {
  const speeds = all.map(({ perSecond }) => perSecond);
  const perSecond = median(speeds);
  const cpuMicroseconds = median(all.map((figures) => figures.cpuMicroseconds));
  const cells = [
    Math.round(perSecond).toLocaleString('en'),
    `${(relativeSpread(speeds) * 100).toFixed(1)} %`,
    cpuMicroseconds.toFixed(2),
  ];
  print(`  ${name.padEnd(30)}${cells.map((cell) => cell.padStart(14)).join('')}`);
  return { perSecond, cpuMicroseconds };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
