import type { Codec } from '@mc/core';
import { msgpackCodec } from '../src/index.js';

/** The codec in each of its forms, by a name for tests. */
export const FORMS: Readonly<Record<string, Codec>> = {
  plain: msgpackCodec(),
  structured: msgpackCodec({ structured: true }),
  'structured, without records': msgpackCodec({ structured: true, records: false }),
};

/** The forms that hold what the language has. */
export const STRUCTURED: Readonly<Record<string, Codec>> = Object.fromEntries(
  Object.entries(FORMS).filter(([name]) => name !== 'plain'),
);

export function encode(codec: Codec, value: unknown): Uint8Array {
  const encoded = codec.encode(value);
  if (typeof encoded === 'string') throw new Error('MessagePack is bytes');
  return encoded;
}

export function roundTrip(codec: Codec, value: unknown): unknown {
  return codec.decode(Uint8Array.from(encode(codec, value)));
}

export function hexOf(codec: Codec, value: unknown): string {
  return Buffer.from(encode(codec, value)).toString('hex');
}

/** What the call throws. */
export function thrownBy(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

export function refusalOf(codec: Codec, value: unknown): Error {
  return thrownBy(() => codec.encode(value));
}

/** Reads bytes given as hex; spaces are for the eye. */
export function decodeHex(codec: Codec, hex: string): unknown {
  return codec.decode(Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex')));
}

/** A value that has this many levels. */
export function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { inner: value };
  return value;
}
