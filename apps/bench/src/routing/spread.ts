import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { measureSpreads } from './shares.js';
import { drawSpread } from './spread-chart.js';

const KEYS = 100_000;

/** Draws the picture of the docs. Returns its path. */
export function writeSpread(): string {
  const path = fileURLToPath(new URL('../../../../docs/key-spread.svg', import.meta.url));
  writeFileSync(path, drawSpread(measureSpreads(KEYS), KEYS));
  return path;
}
