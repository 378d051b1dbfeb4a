/** The values core packs itself: bytes, text, booleans and integers. */
import { plainBytes } from '@mc/protocol';
import type { Packed } from '../contract.js';
import { DecodeError, EncodeError } from '../errors.js';
import { copyBytes, latin1Text, strictUtf8Text } from '../runtime.js';
import { BOOLEAN, BYTES, INTEGER, TEXT } from './flags.js';

/** Bytes up to this length are copied when the call is made, so that the caller may change them afterwards. */
const MAX_COPIED_BYTES = 65_536;

/**
 * Most digits of an integer, as in Python (`sys.int_info.default_max_str_digits`): turning text into a number and back
 * takes more than linear time.
 */
const MAX_DIGITS = 4300;
const TOO_LARGE = 10n ** BigInt(MAX_DIGITS);

/** Packs a simple value; `undefined` where the value is the codec's. */
export function packSimple(value: unknown): Packed | undefined {
  switch (typeof value) {
    case 'string':
      return packText(value);
    case 'number':
      // -0 is no integer here: its text would read back as 0.
      return Number.isSafeInteger(value) && !Object.is(value, -0)
        ? { data: String(value), flags: INTEGER }
        : undefined;
    case 'bigint':
      return packBigint(value);
    case 'boolean':
      return { data: value ? '1' : '0', flags: BOOLEAN };
    default:
      return value instanceof Uint8Array ? packBytes(value) : undefined;
  }
}

/** Text as it is stored. @throws EncodeError for text with lone surrogates */
export function packText(value: string): Packed {
  if (!value.isWellFormed()) throw new EncodeError('text with lone surrogates has no UTF-8 form');
  return { data: value, flags: TEXT };
}

function packBigint(value: bigint): Packed {
  if (value >= TOO_LARGE || value <= -TOO_LARGE) {
    throw new EncodeError(`the integer has more than ${MAX_DIGITS} digits`);
  }
  return { data: String(value), flags: INTEGER };
}

function packBytes(value: Uint8Array): Packed {
  const bytes = plainBytes(value);
  if (bytes === undefined) throw new EncodeError('the value is no true Uint8Array');
  return { data: captureBytes(bytes), flags: BYTES };
}

/** The caller's bytes, safe from later changes; large ones are not copied and must not change until the call settles. */
export function captureBytes(value: Uint8Array): Uint8Array {
  if (value.length > MAX_COPIED_BYTES) return value;
  try {
    return copyBytes(value, 0, value.length);
  } catch (cause) {
    throw new EncodeError('the bytes of the value cannot be read', { cause });
  }
}

/** Reads a simple value by the type bits of its flags. @throws DecodeError */
export function unpackSimple(
  bytes: Uint8Array,
  start: number,
  end: number,
  type: number,
  owned: boolean,
): unknown {
  switch (type) {
    case TEXT:
      return unpackText(bytes, start, end);
    case BYTES:
      return owned ? bytes.subarray(start, end) : copyBytes(bytes, start, end);
    case INTEGER:
      return unpackInteger(bytes, start, end);
    case BOOLEAN:
      return unpackBoolean(bytes, start, end);
    default:
      throw new DecodeError('the flags of the value mark several types at once');
  }
}

function unpackText(bytes: Uint8Array, start: number, end: number): string {
  try {
    return strictUtf8Text(bytes, start, end);
  } catch {
    throw new DecodeError('the value is marked as text and is not UTF-8');
  }
}

function unpackBoolean(bytes: Uint8Array, start: number, end: number): unknown {
  const byte = bytes[start];
  // pylibmc reads the flag as an integer, and older writers stored any integer under it.
  if (end - start === 1 && (byte === 0x30 || byte === 0x31)) return byte === 0x31;
  return unpackInteger(bytes, start, end);
}

function unpackInteger(bytes: Uint8Array, start: number, end: number): number | bigint {
  // decr pads with spaces.
  const text = latin1Text(bytes, start, end).trim();
  if (text.length > MAX_DIGITS + 1)
    throw new DecodeError('the value is marked as an integer and is too long');
  if (!/^[+-]?\d+$/.test(text)) throw new DecodeError('the value is marked as an integer and is none');
  const value = Number(text);
  return Number.isSafeInteger(value) ? value + 0 : BigInt(text.startsWith('+') ? text.slice(1) : text);
}
