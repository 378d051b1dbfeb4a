import { readFileSync } from 'node:fs';
import * as zlib from 'node:zlib';
import { jsonCodec } from '@mc/codec-json';
import { msgpackCodec } from '@mc/codec-msgpack';
import { pylibmcCodec } from '@mc/codec-pylibmc';
import { zlibCompressor, zstdCompressor } from '@mc/compression-zlib';
import type { MigrationOptions, ValueFormat } from '@mc/core';
import {
  dalliFormat,
  memcacheClientFormat,
  memjsFormat,
  phpMemcachedFormat,
  pymemcacheFormat,
  thirdEdenFormat,
} from '@mc/migration';
import { randomFrom } from '@mc/testing';
import { MAX_VALUE_BYTES } from '../limits.js';
import { PLAIN, randomValue } from '../random-value.js';
import { oneByteTokens, type Sample, type Target } from '../target.js';
import { formatTarget, packedSample } from './format-target.js';

/** Values that the real client has stored, recorded beside the tests of `@mc/migration`. */
interface FixtureFile {
  readonly fixtures: ReadonlyArray<{ readonly flags: number; readonly payload: string }>;
}

const FIXTURES = new URL('../../../../packages/migration/test/fixtures/', import.meta.url);
/** Longer ones would make for fewer inputs, not for other ones. */
const MAX_FIXTURE_BYTES = 4096;
/** Values of our own, which a client that moves writes among the others. */
const OWN_SAMPLES = 32;

const tokensOf = (texts: readonly string[]): Uint8Array[] =>
  texts.map((text) => new TextEncoder().encode(text));
const JSON_TOKENS = tokensOf([
  '{',
  '[',
  '"',
  '":',
  ',',
  '{"type":"Buffer","data":[',
  'null',
  '\\ud800',
  '"__proto__":',
]);
const PHP_TOKENS = tokensOf([
  ...[
    'N;',
    'b:1;',
    'i:',
    'd:',
    's:',
    'a:1:{',
    'O:8:"stdClass":1:{',
    'C:',
    'r:1;',
    'R:1;',
    'E:',
    '}',
    ';',
    '"',
    'INF;',
  ],
  ...['i:0;a:1:{', 's:9:"__proto__";', 'a:2147483647:{', 's:4294967295:"'],
]);
const RUBY_TOKENS = [
  ...oneByteTokens([...'0TFiloulf"/:;[{}@IecmMS'].map((letter) => letter.charCodeAt(0))),
  Uint8Array.of(4, 8),
  Uint8Array.of(0x5b, 6),
  Uint8Array.of(0x7b, 6),
  Uint8Array.of(4, 0xff, 0xff, 0xff, 0x7f),
  Uint8Array.of(0x40, 6),
];
const PYTHON_TOKENS = oneByteTokens(
  [...'(.0NKMJI]}ahqr\x80\x95\x94\x8c\x85\x93RbsuteXcq'].map((letter) => letter.charCodeAt(0)),
);

type Preset = (options: MigrationOptions) => ValueFormat;

const PRESETS: Readonly<Record<string, readonly [preset: Preset, tokens: readonly Uint8Array[]]>> = {
  'third-eden': [thirdEdenFormat, JSON_TOKENS],
  'memcache-client': [memcacheClientFormat, JSON_TOKENS],
  memjs: [memjsFormat, JSON_TOKENS],
  'php-memcached': [phpMemcachedFormat, PHP_TOKENS],
  dalli: [dalliFormat, RUBY_TOKENS],
  pymemcache: [pymemcacheFormat, PYTHON_TOKENS],
};

/** A format of `@mc/migration`, by the name of its fixtures, with every codec and compressor to read with. */
export async function migrationTarget(name: string, seed: number): Promise<Target> {
  const [preset, tokens] = PRESETS[name] ?? [];
  if (preset === undefined || tokens === undefined) throw new Error(`No format is called ${name}.`);
  const format = preset({
    codec: jsonCodec(),
    readCodecs: [msgpackCodec(), pylibmcCodec()],
    readCompressors: 'zstdCompressSync' in zlib ? [zlibCompressor(), zstdCompressor()] : [zlibCompressor()],
    maxValueBytes: MAX_VALUE_BYTES,
  });
  const random = randomFrom(seed);
  const samples: Sample[] = [];
  const bases: Sample[] = [];
  for (const base of fixturesOf(name)) {
    const value = await readValue(format, base);
    if (value === undefined) bases.push(base);
    else samples.push({ ...base, value });
  }
  for (let count = 0; count < OWN_SAMPLES; count += 1) {
    samples.push(await packedSample(format, randomValue(random, PLAIN)));
  }
  return formatTarget(name, format, { samples, bases, tokens });
}

function fixturesOf(name: string): Sample[] {
  const { fixtures } = JSON.parse(readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8')) as FixtureFile;
  return fixtures
    .map(({ flags, payload }) => ({
      flags,
      data: new Uint8Array(Buffer.from(payload, 'base64')),
      value: undefined,
    }))
    .filter(({ data }) => data.length <= MAX_FIXTURE_BYTES);
}

/** What the format reads; that it is right is tested where the fixtures are. `undefined` for what it refuses. */
async function readValue(format: ValueFormat, { data, flags }: Sample): Promise<unknown> {
  try {
    return await format.unpack(data.slice(), flags);
  } catch {
    return undefined;
  }
}
