import type { PickleBuffer } from './pickle-buffer.js';
import { tooMuch } from './unwritable.js';

/** Longest integer that is written, in bytes: what this package reads again. */
const MAX_INTEGER_BYTES = 65_536;

/** A safe integer, in as few bytes as Python takes. */
export function writeInteger(buffer: PickleBuffer, value: number): void {
  if (value !== (value | 0)) buffer.long(value | 0, Math.floor(value / 2 ** 32));
  else if (value >>> 16 !== 0) buffer.int32(0x4a, value);
  else if (value > 0xff) buffer.uint16(0x4d, value);
  else buffer.uint8(0x4b, value);
}

/** @throws RangeError for more than 524,287 bits */
export function writeBigInteger(buffer: PickleBuffer, value: bigint): void {
  const digits = (value < 0n ? -value : value).toString(16).length;
  // A byte more than the digits need, for the sign.
  const length = (digits >> 1) + 2;
  if (length > MAX_INTEGER_BYTES + 2) throw tooMuch(`an integer of more than ${MAX_INTEGER_BYTES} bytes`);
  const hex = BigInt.asUintN(length * 8, value)
    .toString(16)
    .padStart(length * 2, '0');
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 1) {
    const at = hex.length - 2 * i;
    bytes[i] = Number.parseInt(hex.slice(at - 2, at), 16);
  }
  writeLong(buffer, bytes);
}

/** Two's complement, lowest byte first; bytes that only repeat the sign are left out. */
function writeLong(buffer: PickleBuffer, bytes: Uint8Array): void {
  let { length } = bytes;
  while (length > 1 && bytes[length - 1] === ((bytes[length - 2] as number) & 0x80 ? 0xff : 0)) length -= 1;
  if (length > MAX_INTEGER_BYTES) throw tooMuch(`an integer of more than ${MAX_INTEGER_BYTES} bytes`);
  if (length <= 0xff) buffer.uint8(0x8a, length);
  else buffer.int32(0x8b, length);
  buffer.raw(bytes.subarray(0, length));
}
