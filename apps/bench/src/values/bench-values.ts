import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { findNode } from '../find-program.js';
import { findPinning } from '../pinning.js';
import type { Surroundings } from '../report.js';
import type { Contestant } from './contestant.js';
import type { Payload } from './payload.js';
import { runCase } from './run-case.js';
import { readValuesCommandLine, VALUES_USAGE, type ValuesSettings } from './values-command-line.js';
import { writeValuesReport } from './values-report.js';
import { emptyRow, judgeCodecs, rowOf, type ValuesRow } from './values-summary.js';
import { formatBareCalls, formatCodecVerdicts, formatPayload, VALUES_LEGEND } from './values-table.js';

/** `pnpm bench values`: what codecs and compressors cost. Returns the exit code. */
export async function benchValues(args: readonly string[]): Promise<number> {
  const settings = trySettings(args);
  if (settings === undefined) return 2;
  if (settings.help) {
    print(VALUES_USAGE);
    return 0;
  }
  const cpu = findPinning()?.client;
  const surroundings = describe(settings, cpu);
  for (const [name, text] of Object.entries(surroundings)) print(`${`${name}:`.padEnd(12)} ${text}`);
  print(`\n${VALUES_LEGEND}\n`);
  const rows: ValuesRow[] = [];
  const failures: string[] = [];
  for (const payload of settings.payloads) {
    const measured: ValuesRow[] = [];
    for (const contestant of settings.contestants) {
      const row = await measureRow(contestant, payload, settings, cpu, failures);
      if (row !== undefined) measured.push(row);
    }
    print(formatPayload(payload, measured));
    rows.push(...measured);
  }
  const targets = judgeCodecs(rows);
  print(`${formatBareCalls(settings.contestants)}\n`);
  if (targets.length > 0) print(`${formatCodecVerdicts(targets)}\n`);
  const payloads = settings.payloads.map(({ id, title, about }) => ({ id, title, about }));
  print(`All figures: ${writeValuesReport(settings.jsonPath, { surroundings, payloads, rows, targets })}`);
  for (const failure of failures) print(`FAILED ${failure}`);
  return failures.length === 0 ? 0 : 1;
}

function trySettings(args: readonly string[]): ValuesSettings | undefined {
  try {
    return readValuesCommandLine(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${VALUES_USAGE}`);
    return undefined;
  }
}

async function measureRow(
  contestant: Contestant,
  payload: Payload,
  { pace }: ValuesSettings,
  cpu: number | undefined,
  failures: string[],
): Promise<ValuesRow | undefined> {
  const node = findNode(contestant.needsNode);
  if (node === undefined)
    return emptyRow(contestant, payload, `it needs Node ${contestant.needsNode?.join('.')}`);
  try {
    const figures = await runCase({ contestant: contestant.id, payload: payload.id, pace }, node, cpu);
    return figures === undefined ? undefined : rowOf(contestant, payload, figures);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    failures.push(`${contestant.id}, ${payload.id}: ${reason}`);
    return emptyRow(contestant, payload, reason);
  }
}

function describe({ pace }: ValuesSettings, cpu: number | undefined): Surroundings {
  return {
    node: `${process.versions.node} (${process.platform} ${process.arch}, ${availableParallelism()} processors)`,
    processor: cpus()[0]?.model ?? 'unknown',
    processors: cpu === undefined ? 'not bound (needs taskset and two cores)' : `bound to ${cpu} (taskset)`,
    load: `${loadavg()
      .map((load) => load.toFixed(2))
      .join(' ')} before the run; figures mean little on a busy machine`,
    libraries: ['msgpackr', 'lz4-wasm-nodejs'].map((name) => `${name} ${versionOf(name)}`).join(', '),
    pace: `${pace.rounds} rounds of ${pace.timedMs} ms for each figure, after ${2 * pace.warmUpMs} ms of warm-up`,
  };
}

/** From the manifest as a file: not every package lets it be imported. */
function versionOf(name: string): string {
  const manifest = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
