import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';

/** Own members named `constructor` and `__proto__`, and the sign of 0, count here. */
export function expectSame(actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  expect(actual).toStrictEqual(expected);
  throw new Error('the values look alike, but are not the same');
}

/** Bytes of base64. */
export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'base64'));
}

/** Base64 of bytes: quicker to compare than the bytes, and short where they differ. */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** A decompressor may give a Buffer, which is a Uint8Array. */
export function withoutBuffer(value: unknown): unknown {
  return Buffer.isBuffer(value) ? Uint8Array.from(value) : value;
}
