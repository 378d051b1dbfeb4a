import { randomBytes } from 'node:crypto';
import { ConfigurationError, createClient, type MemcachedClient } from '@mc/memcached';
import type { Chapter, Stage } from './chapter.js';
import { batches } from './chapters/batches.js';
import { casRace } from './chapters/cas-race.js';
import { conditionalWrites } from './chapters/conditional-writes.js';
import { counters } from './chapters/counters.js';
import { expiry } from './chapters/expiry.js';
import { keySpread } from './chapters/key-spread.js';
import { mapView } from './chapters/map-view.js';
import { refusals } from './chapters/refusals.js';
import { storing } from './chapters/storing.js';
import { valueKinds } from './chapters/value-kinds.js';
import { failureLines } from './failure-lines.js';
import { Page } from './page.js';
import { paletteFor, type Screen } from './palette.js';
import { type TourServers, tourServers } from './tour-servers.js';

const CHAPTERS: readonly Chapter[] = [
  storing,
  valueKinds,
  conditionalWrites,
  batches,
  counters,
  casRace,
  expiry,
  mapView,
  refusals,
  keySpread,
];

/** Where the tour is shown. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly output: Screen & { write(text: string): unknown };
  readonly errors: { write(text: string): unknown };
}

/** Shows the tour. Returns the exit code: 0, or 1 where the servers cannot be used. */
export async function runTour({ environment, output, errors }: Surroundings): Promise<number> {
  const page = new Page((text) => output.write(text), paletteFor(output, environment));
  const clients: MemcachedClient[] = [];
  try {
    const servers = tourServers(environment);
    // A prefix of its own, so that on a server in use nothing but the tour's own items is touched.
    const keyPrefix = `tour-${randomBytes(3).toString('hex')}:`;
    const open: Stage['open'] = (options) => {
      // A guest of a busy server waits rather than gives up.
      const client = createClient({ timeoutMs: 5000, ...servers.options, keyPrefix, ...options });
      clients.push(client);
      return client;
    };
    await showChapters(page, servers, keyPrefix, open);
    return 0;
  } catch (error) {
    const lines = failureLines(error).map((line) => `  ${line}\n`);
    errors.write(`\nThe tour cannot go on.\n${lines.join('')}`);
    if (!(error instanceof ConfigurationError)) errors.write(ADVICE);
    return 1;
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

const ADVICE =
  'Is a memcached running there? Without MEMCACHED_SERVERS the tour brings its own: unset it and run npm start.\n';

async function showChapters(
  page: Page,
  servers: TourServers,
  keyPrefix: string,
  open: Stage['open'],
): Promise<void> {
  const startMs = performance.now();
  const cache = open({});
  const versions = await cache.version();
  page.heading('@mc, a memcached client for TypeScript, at work', [
    `On ${servers.description}; every key starts with ${keyPrefix}`,
    ...[...versions].map(([name, version]) => `  ${name}  memcached ${version}`),
  ]);
  const deleteKeys = () => cache.deleteMulti(CHAPTERS.flatMap(({ keys }) => keys));
  try {
    for (const chapter of CHAPTERS) {
      page.chapter(chapter.title, chapter.about);
      await chapter.show({ cache, page, keyPrefix, open, serverNames: [...versions.keys()] });
    }
  } catch (error) {
    // What stopped the tour is to be told, not that its keys could not be deleted either.
    await deleteKeys().catch(() => {});
    throw error;
  }
  await deleteKeys();
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  page.closing(`Done: ${page.steps} steps in ${seconds} s; the keys of the tour are deleted again.`, [
    'On servers of yours:  MEMCACHED_SERVERS=host:port,host:port npm start',
    'Read on:              README.md, then docs/data-way.md',
  ]);
}
