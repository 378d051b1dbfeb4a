import type { Compressor } from '@mc/core';
import { expect } from 'vitest';

/** Tests by name. */
export type CompressorTests = Readonly<Record<string, (compressor: Compressor) => Promise<void>>>;

/** More than any value of the suite. */
export const ROOMY: number = 64 * 1024 * 1024;

/** What became of a call: bytes, or an error; nothing else may come of it, thrown or rejected. */
export async function attempt(call: () => unknown): Promise<Uint8Array | Error> {
  const outcome: unknown = await (async () => call())().catch((error: unknown) => {
    expect(error, 'what is thrown is an Error').toBeInstanceOf(Error);
    return error;
  });
  if (outcome instanceof Error) return outcome;
  expect(outcome).toBeInstanceOf(Uint8Array);
  return outcome as Uint8Array;
}

/** What `decompress` makes of the bytes when they stand amid others, as in a connection's buffer. */
export async function attemptAmid(
  compressor: Compressor,
  stored: Uint8Array,
  maxBytes: number,
): Promise<Uint8Array | Error> {
  const chunk = new Uint8Array(stored.length + 24).fill(0xee);
  chunk.set(stored, 11);
  const outcome = await attempt(() =>
    compressor.decompress(chunk.subarray(11, 11 + stored.length), maxBytes),
  );
  chunk.fill(0xdd);
  return outcome;
}

/** Fails where the bytes differ; says where, and does not print them all. */
export function expectBytes(actual: Uint8Array | Error, expected: Uint8Array, what: string): void {
  if (actual instanceof Error) throw new Error(`${what}: refused`, { cause: actual });
  expect(actual.length, `${what}: length`).toBe(expected.length);
  if (Buffer.compare(actual, expected) === 0) return;
  expect(
    actual.findIndex((byte, index) => byte !== expected[index]),
    `${what}: first byte that differs`,
  ).toBe(-1);
}

/** Compresses a value and reads it back, with just enough room. */
export async function expectRoundTrip(
  compressor: Compressor,
  value: Uint8Array,
  what: string,
): Promise<void> {
  const stored = await compressor.compress(value);
  expect(stored, what).toBeInstanceOf(Uint8Array);
  expectBytes(await attemptAmid(compressor, stored, value.length), value, what);
}

/** Fails where the bytes are read. */
export async function expectRefused(compressor: Compressor, stored: Uint8Array, what: string): Promise<void> {
  const outcome = await attemptAmid(compressor, stored, ROOMY);
  if (!(outcome instanceof Error)) throw new Error(`${what}: read as ${outcome.length} bytes`);
}
