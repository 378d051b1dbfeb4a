import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Summary } from './summary.js';
import type { Verdict } from './target.js';

/** The machine and the programs of a run, printed and kept with the figures. */
export type Surroundings = Readonly<Record<string, string>>;

/** Writes every figure and every round's slices as JSON; returns the file's path. */
export function writeReport(
  path: string | undefined,
  surroundings: Surroundings,
  summaries: readonly Summary[],
  verdicts: readonly Verdict[],
): string {
  const file = path === undefined ? defaultPath() : resolve(process.env.INIT_CWD ?? process.cwd(), path);
  mkdirSync(dirname(file), { recursive: true });
  const report = {
    at: new Date().toISOString(),
    surroundings,
    workloads: summaries.map(({ workload, rows, others, entries }) => ({
      ...workload,
      others,
      rows: rows.map(({ client, figures, failed, reason }, index) => ({
        id: client.id,
        title: client.title,
        kind: client.kind,
        ...(entries[index]?.node === undefined ? {} : { node: entries[index]?.node }),
        ...(reason === undefined ? {} : { reason, failed }),
        ...figures,
        slices: entries[index]?.slices ?? [],
      })),
    })),
    targets: verdicts.map(({ target, measured, reached }) => ({ ...target, measured, reached })),
  };
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
  return file;
}

function defaultPath(): string {
  const name = new Date().toISOString().replaceAll(':', '-').slice(0, 19);
  return fileURLToPath(new URL(`../bench-results/${name}.json`, import.meta.url));
}
