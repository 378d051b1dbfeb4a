import { isDeepStrictEqual } from 'node:util';
import type { ValueFormat } from '@mc/core';
import { MAX_VALUE_BYTES } from '../limits.js';
import { foreignPrototype } from '../prototype-guard.js';
import type { Sample, Target } from '../target.js';
import { bytesOf } from './codec-target.js';

/** What a format's target is made from. */
export interface FormatAttack {
  readonly samples: readonly Sample[];
  readonly bases?: readonly Sample[];
  readonly tokens: readonly Uint8Array[];
  readonly part?: Target['part'];
}

/** A format as a target: it owns the flags, so these are made up too. */
export function formatTarget(
  name: string,
  format: ValueFormat,
  { samples, bases, tokens, part }: FormatAttack,
): Target {
  return {
    name,
    decode: (data, flags) => format.unpack(data, flags, MAX_VALUE_BYTES),
    samples,
    bases: bases ?? [],
    tokens,
    part,
    readsFlags: true,
    ownsInput: true,
    isSame: isDeepStrictEqual,
    complaint: foreignPrototype,
  };
}

/** The value as the format stores it. */
export async function packedSample(format: ValueFormat, value: unknown): Promise<Sample> {
  const { data, flags } = await format.pack(value);
  return { data: bytesOf(data), flags, value };
}
