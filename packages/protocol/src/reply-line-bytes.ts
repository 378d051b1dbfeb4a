/** Reading a reply line's bytes in place. */
import { ProtocolError } from './errors.js';
import { MAX_KEY_BYTES } from './key.js';

/** Longest reply line, in bytes. */
export const MAX_LINE_BYTES = 8192;

const SPACE = 0x20;
const LF = 0x0a;
const ZERO = 0x30;
const NINE = 0x39;
const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;

/** Offset of the next LF within a line's length, or -1. */
export function lineEnd(bytes: Uint8Array, from: number): number {
  const length = bytes.length;
  const limit = length - from > MAX_LINE_BYTES ? from + MAX_LINE_BYTES : length;
  for (let i = from; i < limit; i += 1) {
    if (bytes[i] === LF) return i;
  }
  if (limit < length) throw new ProtocolError('a reply line is longer than 8 kB');
  return -1;
}

/** The `ALUE ` of a line that starts with V. */
export function startsWithValue(bytes: Uint8Array, start: number): boolean {
  return (
    bytes[start + 1] === 0x41 &&
    bytes[start + 2] === 0x4c &&
    bytes[start + 3] === 0x55 &&
    bytes[start + 4] === 0x45 &&
    bytes[start + 5] === SPACE
  );
}

/** True where the ASCII key and a space stand at `from`. */
export function isKeyAt(bytes: Uint8Array, from: number, limit: number, key: string): boolean {
  const end = from + key.length;
  return end < limit && bytes[end] === SPACE && isTextAt(bytes, from, key);
}

/** True where the ASCII text stands at `from`. */
export function isTextAt(bytes: Uint8Array, from: number, text: string): boolean {
  // Keys differ at their ends more often than at their starts.
  for (let i = text.length - 1; i >= 0; i -= 1) {
    if (bytes[from + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

/** Offset of the byte that ends a key, at most `limit`. */
export function keyEnd(bytes: Uint8Array, from: number, limit: number): number {
  let at = from;
  while (at < limit && (bytes[at] as number) > SPACE) at += 1;
  if (at - from > MAX_KEY_BYTES) throw new ProtocolError('a VALUE line has no valid key');
  return at;
}

/** Offset of the first byte that is no digit, at most `limit`. */
export function digitsEnd(bytes: Uint8Array, from: number, limit: number, most: number): number {
  let at = from;
  while (at < limit) {
    const byte = bytes[at] as number;
    if (byte < ZERO || byte > NINE) break;
    at += 1;
  }
  if ((at === from && at < limit) || at - from > most)
    throw new ProtocolError('a VALUE line has a bad number');
  return at;
}

/** The digits `[from, end)` as a number. */
export function decimal(bytes: Uint8Array, from: number, end: number): number {
  let value = 0;
  for (let i = from; i < end; i += 1) value = value * 10 + (bytes[i] as number) - ZERO;
  return value;
}

/** Reply lines are ASCII; other bytes become the characters of the same number. */
export function asciiText(bytes: Uint8Array, from: number, end: number): string {
  let text = '';
  for (let i = from; i < end; i += 1) text += String.fromCharCode(bytes[i] as number);
  return text;
}

/** The digits of a counter reply `[from, end)`. @throws ProtocolError for what is no number of 64 bits */
export function counterText(bytes: Uint8Array, from: number, end: number): string {
  for (let i = from; i < end; i += 1) {
    const byte = bytes[i] as number;
    if (byte < ZERO || byte > NINE) throw new ProtocolError('a counter reply is not a number');
  }
  const digits = asciiText(bytes, from, end);
  if (digits.length > 19 && (digits.length > 20 || BigInt(digits) > MAX_UINT64)) {
    throw new ProtocolError('a counter reply is larger than 64 bits');
  }
  return digits;
}
