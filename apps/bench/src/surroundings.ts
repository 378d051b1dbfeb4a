import { availableParallelism, cpus, loadavg } from 'node:os';
import type { Pace } from './command-line.js';
import { versionOf } from './find-program.js';
import type { Pinning } from './pinning.js';
import type { Surroundings } from './report.js';
import type { Client } from './roster.js';
import { versionLine } from './server-process.js';

/** What was run on what, for the head of the table and the JSON. */
export function describeSurroundings(
  clients: readonly Client[],
  pace: Pace,
  pinning: Pinning | undefined,
  programs: { memcached: string; redis: string | undefined },
): Surroundings {
  return {
    node: `${process.versions.node} (${process.platform} ${process.arch}, ${availableParallelism()} processors)`,
    processor: cpus()[0]?.model ?? 'unknown',
    memcached: `${versionLine(programs.memcached, '-V')}, one worker thread (-t 1), TCP on 127.0.0.1`,
    redis:
      programs.redis === undefined ? 'not on PATH: its rows are left out' : versionLine(programs.redis, '-v'),
    processors:
      pinning === undefined
        ? 'not bound (needs taskset and two cores): figures are noisier'
        : `servers on ${pinning.server}, the measured client on ${pinning.client} (taskset)`,
    load: `${loadavg()
      .map((load) => load.toFixed(2))
      .join(' ')} before the run; figures mean little on a busy machine`,
    clients: clients
      .flatMap(({ packageName }) => (packageName ? [`${packageName} ${versionOf(packageName)}`] : []))
      .join(', '),
    pace: `${pace.rounds} rounds of ${pace.timedMs} ms each, after ${pace.warmUpMs} ms of warm-up`,
  };
}
