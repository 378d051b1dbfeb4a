import { jsonCodec } from '@mc/codec-json';
import { PLAIN } from '../random-value.js';
import type { Target } from '../target.js';
import { codecTarget } from './codec-target.js';

const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  '\\',
  '\\u',
  '\\ud800',
  'null',
  'true',
  '1e999',
  '-0',
  '"__proto__":',
  '\ufeff',
];

/** `@mc/codec-json`. */
export function jsonTarget(seed: number): Target {
  const tokens = TOKENS.map((token) => new TextEncoder().encode(token));
  return codecTarget('json', jsonCodec(), { seed, palette: PLAIN, tokens });
}
