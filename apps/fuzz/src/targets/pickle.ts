import { readFileSync } from 'node:fs';
import { type PickleOptions, pylibmcCodec, pylibmcFormat } from '@mc/codec-pylibmc';
import { zlibCompressor } from '@mc/compression-zlib';
import { type Random, randomFrom } from '@mc/testing';
import {
  type Palette,
  PLAIN,
  randomBigint,
  randomBytes,
  randomDate,
  randomSet,
  randomText,
  randomValue,
} from '../random-value.js';
import type { Sample, Target } from '../target.js';
import { codecTarget } from './codec-target.js';
import { formatTarget, packedSample } from './format-target.js';
import { greedyPart } from './pickle-calls.js';
import { PICKLE_TOKENS } from './pickle-tokens.js';

/** Values that pylibmc has stored, recorded beside the tests of `@mc/codec-pylibmc`. */
interface WireVectors {
  readonly values: ReadonlyArray<{ readonly flags: number; readonly payload_b64: string }>;
}

const VECTORS = new URL('../../../../packages/codec-pylibmc/test/vectors/pylibmc-wire.json', import.meta.url);
const PICKLE_FLAG = 1;
const FORMAT_SAMPLES = 384;
const MAX_VECTOR_BYTES = 4096;

const PYTHON: Palette = {
  leaves: [...PLAIN.leaves, randomBytes, randomDate, (random) => randomBigint(random), oddNumber],
  containers: [...PLAIN.containers, randomDict, randomSet],
};

/** Pickles of `@mc/codec-pylibmc`, in its default protocol. */
export function plainPickleTarget(seed: number): Target {
  return pickleTarget('pickle', seed, {});
}

/** Pickles of protocol 2, which has other opcodes for bytes and sets. */
export function oldPickleTarget(seed: number): Target {
  return pickleTarget('pickle-2', seed, { protocol: 2 });
}

/** Pickles read as Python's own types. */
export function exactPickleTarget(seed: number): Target {
  return pickleTarget('pickle-exact', seed, { exact: true });
}

function pickleTarget(name: string, seed: number, options: PickleOptions): Target {
  const codec = pylibmcCodec(options);
  const bases = wireVectors().filter(({ flags }) => flags === PICKLE_FLAG);
  return codecTarget(name, codec, {
    seed,
    palette: PYTHON,
    tokens: PICKLE_TOKENS,
    part: greedyPart,
    bases,
    // The exact reader gives Python's types back, which are other values than those that were written.
    comesBackAs: options.exact === true ? (data) => codec.decode(data) : undefined,
  });
}

/** pylibmc's format with its flags. */
export async function pylibmcFormatTarget(seed: number): Promise<Target> {
  const compressor = zlibCompressor({ trailingBytes: 'ignore' });
  const format = pylibmcFormat({ compressor, minCompressLen: 200 });
  const random = randomFrom(seed);
  const samples: Sample[] = [];
  while (samples.length < FORMAT_SAMPLES) {
    const value = randomValue(random, PYTHON);
    // pylibmc reads a boolean as 0 or 1.
    if (typeof value !== 'boolean') samples.push(await packedSample(format, value));
  }
  return formatTarget('pylibmc-format', format, {
    samples,
    bases: wireVectors(),
    tokens: PICKLE_TOKENS,
    part: greedyPart,
  });
}

function wireVectors(): Sample[] {
  const { values } = JSON.parse(readFileSync(VECTORS, 'utf8')) as WireVectors;
  return values
    .map(({ flags, payload_b64 }) => {
      return { flags, data: new Uint8Array(Buffer.from(payload_b64, 'base64')), value: undefined };
    })
    .filter(({ data }) => data.length <= MAX_VECTOR_BYTES);
}

/** Numbers that JSON does not have. */
function oddNumber(random: Random): number {
  return random.pick([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0]);
}

/** A map that cannot be taken for an object, for not all of its keys are text. */
function randomDict(random: Random, child: () => unknown): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>([[random.integer(1000), child()]]);
  for (let count = random.integer(4); count > 0; count -= 1) map.set(randomText(random), child());
  return map;
}
