import { benchAdapters } from './adapters/bench-adapters.js';
import { readCommandLine, type Settings, USAGE } from './command-line.js';
import { findMemcached, findRedis } from './find-program.js';
import { findPinning, type Pinning } from './pinning.js';
import { flushAll, placeOf, type Servers } from './place.js';
import { writeReport } from './report.js';
import { runWorkload } from './rounds.js';
import { benchRouting } from './routing/bench-routing.js';
import { startMemcached, startRedis } from './server-process.js';
import { type Summary, summarize } from './summary.js';
import { describeSurroundings } from './surroundings.js';
import { formatSummary, formatVerdicts, headLine, LEGEND } from './table.js';
import { judge } from './target.js';
import { benchValues } from './values/bench-values.js';

const MEMCACHED_SERVERS = 4;
/** Benchmarks that have a word of their own: `pnpm bench routing`. */
const BENCHES: ReadonlyMap<string, (args: readonly string[]) => Promise<number>> = new Map([
  ['adapters', benchAdapters],
  ['routing', benchRouting],
  ['values', benchValues],
]);
/** Every server and client process adds one `exit` listener that ends it. */
const EXIT_LISTENERS = 64;

process.setMaxListeners(EXIT_LISTENERS);
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
process.exit(await start(process.argv.slice(2).filter((argument) => argument !== '--')));

async function start(args: readonly string[]): Promise<number> {
  const bench = BENCHES.get(args[0] ?? '');
  return bench === undefined ? main(args) : bench(args.slice(1));
}

async function main(args: readonly string[]): Promise<number> {
  const settings = trySettings(args);
  if (settings === undefined) return 2;
  if (settings.help) {
    print(USAGE);
    return 0;
  }
  const memcached = findMemcached();
  if (memcached === undefined) {
    print(
      'No memcached found: set MEMCACHED_BIN, put one on PATH, or run `npm test` once, which brings one.',
    );
    return 1;
  }
  const pinning = findPinning();
  const redis = settings.clients.some((client) => client.kind === 'redis') ? findRedis() : undefined;
  const surroundings = describeSurroundings(settings.clients, settings.pace, pinning, { memcached, redis });
  for (const [name, text] of Object.entries(surroundings)) print(`${`${name}:`.padEnd(12)} ${text}`);
  print(`\n${LEGEND}\n\n${headLine()}`);
  const servers = await startServers(memcached, redis, pinning);
  const summaries = await runAll(settings, servers, pinning);
  const verdicts = judge(summaries);
  if (verdicts.length > 0) print(formatVerdicts(verdicts));
  print(`\nMeasured ${sourceOfOurs(summaries)}`);
  print(`All figures: ${writeReport(settings.jsonPath, surroundings, summaries, verdicts)}`);
  return summaries.some(({ rows }) => rows.some((row) => row.failed)) ? 1 : 0;
}

function trySettings(args: readonly string[]): Settings | undefined {
  try {
    return readCommandLine(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return undefined;
  }
}

async function startServers(
  memcached: string,
  redis: string | undefined,
  pinning: Pinning | undefined,
): Promise<Servers> {
  const starts = Array.from({ length: MEMCACHED_SERVERS }, () => startMemcached(memcached, pinning?.server));
  return {
    memcached: await Promise.all(starts),
    redis: redis === undefined ? undefined : await startRedis(redis, pinning?.server),
  };
}

async function runAll(
  settings: Settings,
  servers: Servers,
  pinning: Pinning | undefined,
): Promise<Summary[]> {
  const summaries: Summary[] = [];
  for (const workload of settings.workloads) {
    const clients = settings.clients.filter((client) => client.hasRow(workload));
    const place = (client: (typeof clients)[number]): ReturnType<typeof placeOf> =>
      placeOf(client, servers, pinning?.client, settings.nodePath);
    const summary = summarize(workload, await runWorkload(workload, clients, place, settings.pace));
    print(formatSummary(summary));
    summaries.push(summary);
    await flushAll(servers);
  }
  return summaries;
}

/** Which file of ours ran, and on which Node each client did. */
function sourceOfOurs(summaries: readonly Summary[]): string {
  const entries = summaries.flatMap((summary) => summary.entries).filter((entry) => entry.node !== undefined);
  const nodes = new Map(entries.map((entry) => [entry.client.id, entry.node]));
  const others = [...nodes].filter(([, node]) => node !== process.versions.node);
  const ours = entries.find((entry) => entry.client.kind === 'ours')?.source ?? 'without @mc/memcached';
  const elsewhere = others.map(([id, node]) => `${id} on Node ${node}`).join(', ');
  return `${ours} on Node ${process.versions.node}${elsewhere === '' ? '' : `; ${elsewhere}`}.`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
