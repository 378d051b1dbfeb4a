import type { Compressor } from '@mc/core';
import { type Random, randomFrom } from '@mc/testing';
import { MAX_VALUE_BYTES } from '../limits.js';
import { randomBytes, randomText } from '../random-value.js';
import type { Sample, Target } from '../target.js';

const SAMPLES = 192;
/** A bomb inflates to this many times what is allowed. */
const BOMB_FACTOR = 8;

/** A compressor as a target, with streams that it made itself. */
export async function compressorTarget(
  name: string,
  compressor: Compressor,
  seed: number,
  tokens: readonly Uint8Array[],
): Promise<Target> {
  const random = randomFrom(seed);
  const samples: Sample[] = [];
  for (let count = 0; count < SAMPLES; count += 1) {
    const value = randomInput(random);
    samples.push({ data: await streamOf(compressor, value), flags: 0, value });
  }
  const bomb = await streamOf(compressor, new Uint8Array(BOMB_FACTOR * MAX_VALUE_BYTES));
  return {
    name,
    decode: (data) => compressor.decompress(data, MAX_VALUE_BYTES),
    samples,
    bases: [{ data: bomb, flags: 0, value: undefined }],
    tokens,
    readsFlags: false,
    // It is given a copy: a thread of its own may still look at it.
    ownsInput: true,
    isSame: isSameBytes,
    complaint: complaintOf,
  };
}

async function streamOf(compressor: Compressor, data: Uint8Array): Promise<Uint8Array> {
  return Uint8Array.from(await compressor.compress(data));
}

/** Text, bytes and runs, from one byte to some thousands. */
function randomInput(random: Random): Uint8Array {
  if (random.chance(0.15)) return Uint8Array.of(random.integer(256), ...randomBytes(random));
  const words = Array.from({ length: 1 + random.integer(12) }, () => `${randomText(random)} `);
  const length = 1 + random.integer(random.chance(0.9) ? 40 : 400);
  return new TextEncoder().encode(Array.from({ length }, () => random.pick(words)).join(''));
}

/** Bytes are bytes, whether a `Buffer` or not. */
export function isSameBytes(value: unknown, expected: unknown): boolean {
  return (
    value instanceof Uint8Array && expected instanceof Uint8Array && Buffer.compare(value, expected) === 0
  );
}

function complaintOf(value: unknown): string | undefined {
  if (!(value instanceof Uint8Array)) return 'what was decompressed is no Uint8Array';
  return value.length > MAX_VALUE_BYTES ? 'more bytes were made than are allowed' : undefined;
}
