import { beyondLimit, damaged } from '../pickle-error.js';

/** As Python: above it, reading decimal text takes too long. */
const MAX_DIGITS = 4300;
/** Longest integer that is read, in bytes: 157,826 digits. */
export const MAX_INTEGER_BYTES = 65_536;

const INTEGER = /^[+-]?[0-9]+$/;

/** The integer of decimal text: a number where it is safe, else a bigint. @throws PickleError */
export function decimalInteger(text: string): number | bigint {
  if (!INTEGER.test(text)) throw damaged('an integer in it is none');
  if (text.length > MAX_DIGITS + 1)
    throw beyondLimit(`an integer in the pickle has more than ${MAX_DIGITS} digits`);
  const value = Number(text);
  // 0 for -0: an integer has no such thing.
  return Number.isSafeInteger(value) ? value + 0 : BigInt(text.startsWith('+') ? text.slice(1) : text);
}

/** The integer of two's complement, lowest byte first. @throws PickleError */
export function binaryInteger(data: Uint8Array, start: number, length: number): number | bigint {
  if (length === 0) return 0;
  if (length > MAX_INTEGER_BYTES) {
    throw beyondLimit(`an integer in the pickle has more than ${MAX_INTEGER_BYTES} bytes`);
  }
  const end = start + length;
  if (length <= 6) return smallInteger(data, start, end);
  let hex = '0x';
  for (let at = end - 1; at >= start; at -= 1) hex += (data[at] as number).toString(16).padStart(2, '0');
  const value = BigInt.asIntN(length * 8, BigInt(hex));
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : value;
}

function smallInteger(data: Uint8Array, start: number, end: number): number {
  // The highest byte has the sign.
  let value = ((data[end - 1] as number) << 24) >> 24;
  for (let at = end - 2; at >= start; at -= 1) value = value * 256 + (data[at] as number);
  return value;
}
