import { isDeepStrictEqual } from 'node:util';
import type { Codec } from '@mc/core';
import { randomFrom } from '@mc/testing';
import { foreignPrototype } from '../prototype-guard.js';
import { type Palette, randomValue } from '../random-value.js';
import type { Sample, Target } from '../target.js';

const SAMPLES = 384;
/** Longer values would make for fewer inputs, not for other ones. */
const MAX_SAMPLE_BYTES = 2048;

/** What a codec's target is made from. */
export interface CodecAttack {
  readonly seed: number;
  readonly palette: Palette;
  readonly tokens: readonly Uint8Array[];
  readonly bases?: readonly Sample[];
  readonly part?: Target['part'];
  /** What the stored bytes are read as, where it is not the value that was written. */
  readonly comesBackAs?: ((data: Uint8Array) => unknown) | undefined;
}

/** A codec as a target, with values that it wrote itself. */
export function codecTarget(name: string, codec: Codec, options: CodecAttack): Target {
  const { comesBackAs, palette, seed, tokens, part, bases = [] } = options;
  const sampleOf = (value: unknown): Sample => {
    const data = bytesOf(codec.encode(value));
    return { data, flags: 0, value: comesBackAs === undefined ? value : comesBackAs(data) };
  };
  return {
    name,
    decode: (data) => codec.decode(data),
    samples: samplesOf(seed, palette, sampleOf),
    bases,
    tokens,
    part,
    readsFlags: false,
    ownsInput: false,
    isSame: isDeepStrictEqual,
    complaint: foreignPrototype,
  };
}

/** Values from a seed as `pack` stores them; what gets too long is left out. */
export function samplesOf(seed: number, palette: Palette, pack: (value: unknown) => Sample): Sample[] {
  const random = randomFrom(seed);
  const samples: Sample[] = [];
  while (samples.length < SAMPLES) {
    const sample = pack(randomValue(random, palette));
    if (sample.data.length <= MAX_SAMPLE_BYTES) samples.push(sample);
  }
  return samples;
}

/** What a codec wrote, as bytes. */
export function bytesOf(encoded: Uint8Array | string): Uint8Array {
  // A codec may use its memory again.
  return typeof encoded === 'string' ? new TextEncoder().encode(encoded) : Uint8Array.from(encoded);
}
