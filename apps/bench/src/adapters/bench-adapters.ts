import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findMemcached, findRedis } from '../find-program.js';
import { findPinning, pinned } from '../pinning.js';
import { type ServerProcess, startMemcached, startRedis } from '../server-process.js';
import { judgeAdapters } from './adapter-aims.js';
import { formatCallCosts, formatCase } from './adapters-table.js';
import { CACHE_CONTESTS, type CacheContest, caseId, caseTitle } from './cache-contest.js';
import { type CacheHandle, startCacheProcess } from './cache-handle.js';
import { type CachePace, type CacheRounds, runRounds } from './cache-rounds.js';
import { CACHE_SUBJECTS, KEYV_REDIS } from './cache-subject.js';
import type { CacheFigures } from './measure-load.js';

const PROGRAM = fileURLToPath(new URL('./cache-process.js', import.meta.url));
const PACE: CachePace = { rounds: 15, milliseconds: 300, warmUpMilliseconds: 500 };
const QUICK: CachePace = { rounds: 3, milliseconds: 50, warmUpMilliseconds: 500 };
const USAGE = `pnpm bench adapters [--quick]
  --quick   few rounds: a check that everything runs, not a measurement
`;

/**
 * `pnpm bench adapters`: Keyv over each adapter, interleaved in one run. Returns the exit code: 1 where a subject or a
 * server failed.
 */
export async function benchAdapters(args: readonly string[]): Promise<number> {
  if (args.length > 1 || !['--quick', undefined].includes(args[0])) {
    process.stderr.write(USAGE);
    return args[0] === '--help' ? 0 : 2;
  }
  const servers = new Map<string, ServerProcess>();
  try {
    await startServers(servers);
    await compare(servers, args[0] === '--quick' ? QUICK : PACE);
    return 0;
  } catch (error) {
    process.stderr.write(
      `The bench of the adapters failed. ${error instanceof Error ? error.message : error}\n`,
    );
    return 1;
  } finally {
    for (const server of servers.values()) server.stop();
  }
}

/** A server for each: they use the same keys, and none can read what another one has stored. */
async function startServers(servers: Map<string, ServerProcess>): Promise<void> {
  const memcached = findMemcached();
  if (memcached === undefined) throw new Error('There is no memcached: set MEMCACHED_BIN.');
  const redis = findRedis();
  if (redis === undefined) print(`${KEYV_REDIS} is left out: redis-server is not on PATH.`);
  const cpu = findPinning()?.server;
  for (const name of Object.keys(CACHE_SUBJECTS)) {
    if (name !== KEYV_REDIS) servers.set(name, await startMemcached(memcached, cpu));
    else if (redis !== undefined) servers.set(name, await startRedis(redis, cpu));
  }
}

async function compare(servers: ReadonlyMap<string, ServerProcess>, pace: CachePace): Promise<void> {
  const versions = `Keyv ${keyvVersion()} on Node ${process.versions.node}`;
  print(
    `${versions}; medians of ${pace.rounds} interleaved rounds, a server ` +
      'for each, and a process for each and kind of value.',
  );
  const rounds = new Map<string, ReadonlyMap<string, readonly CacheFigures[]>>();
  for (const contest of CACHE_CONTESTS) {
    for (const [id, figures] of await runContest(contest, servers, pace)) rounds.set(id, figures);
  }
  print(`\nRatios are medians of the ratios of each round.\n${judgeAdapters(rounds).join('\n')}`);
  print(`\nCPU µs a call, 64 at once, ${versions}`);
  print(formatCallCosts(rounds));
  if (pace === QUICK) print('\nThis was a quick run: its figures say nothing.');
}

/** A fresh process for each kind of value: code that has seen one shape is faster than code that has seen many. */
async function runContest(
  { value, loads, subjects }: CacheContest,
  servers: ReadonlyMap<string, ServerProcess>,
  pace: CachePace,
): Promise<CacheRounds> {
  const cpu = findPinning()?.client;
  const handles = new Map<string, CacheHandle>();
  try {
    for (const name of subjects) {
      const server = servers.get(name);
      if (server !== undefined) handles.set(name, await startSubject(name, server.address, value, cpu));
    }
    const rounds = new Map<string, ReadonlyMap<string, readonly CacheFigures[]>>();
    for (const load of loads) {
      const figures = await runRounds(handles, load, pace);
      print(`\n${formatCase(caseTitle(value, load), figures)}`);
      rounds.set(caseId(value, load), figures);
    }
    return rounds;
  } finally {
    for (const handle of handles.values()) handle.stop();
  }
}

function startSubject(
  name: string,
  address: string,
  value: string,
  cpu: number | undefined,
): Promise<CacheHandle> {
  const [execPath, execArgv] = pinned(cpu, process.execPath, []);
  return startCacheProcess({
    title: name,
    program: PROGRAM,
    args: [name, address, value],
    execPath,
    execArgv,
  });
}

/** Keyv does not export its manifest. */
function keyvVersion(): string {
  const manifest = new URL('../package.json', import.meta.resolve('keyv'));
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
