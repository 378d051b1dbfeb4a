import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Surroundings } from '../report.js';
import type { CodecVerdict, ValuesRow } from './values-summary.js';

/** What a report on disk holds. */
export interface ValuesReport {
  readonly at: string;
  readonly surroundings: Surroundings;
  readonly payloads: readonly { readonly id: string; readonly title: string; readonly about: string }[];
  readonly rows: readonly ValuesRow[];
  readonly targets: readonly CodecVerdict[];
}

/** Names of reports of this kind, of which the last one in order of names is the newest. */
export const VALUES_REPORT: RegExp = /^values-\d.*\.json$/;

/** Writes every figure as JSON; returns the file's path. */
export function writeValuesReport(path: string | undefined, report: Omit<ValuesReport, 'at'>): string {
  const at = new Date().toISOString();
  const file = path === undefined ? defaultPath(at) : resolve(process.env.INIT_CWD ?? process.cwd(), path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ at, ...report }, undefined, 2)}\n`);
  return file;
}

function defaultPath(at: string): string {
  const name = `values-${at.replaceAll(':', '-').slice(0, 19)}.json`;
  return fileURLToPath(new URL(`../../bench-results/${name}`, import.meta.url));
}
