import { DecodeError } from '@mc/core';
import type { ByteCursor } from './byte-cursor.js';

/** Longest integer that is read, in bytes: half a million digits, which no cache has. */
const MAX_INTEGER_BYTES = 200_000;

/** An integer of up to four bytes, as Marshal writes lengths and small Integers. @throws DecodeError */
export function readFixnum(cursor: ByteCursor): number {
  // Signed: 0, -4 to 4 are numbers of bytes, what is beyond is the integer itself, moved by 5.
  const head = (cursor.next() << 24) >> 24;
  if (head === 0) return 0;
  if (head > 4) return head - 5;
  if (head < -4) return head + 5;
  const size = Math.abs(head);
  let value = head > 0 ? 0 : -(256 ** size);
  for (let at = 0; at < size; at += 1) value += cursor.next() * 256 ** at;
  return value;
}

/** An Integer of any size, in the safe range a number. @throws DecodeError */
export function readBignum(cursor: ByteCursor): number | bigint {
  const sign = cursor.next();
  const length = readFixnum(cursor) * 2;
  if ((sign !== 0x2b && sign !== 0x2d) || length < 0)
    throw new DecodeError('the value holds a damaged Integer');
  if (length > MAX_INTEGER_BYTES)
    throw new DecodeError(`the value holds an Integer of more than ${MAX_INTEGER_BYTES} bytes`);
  const start = cursor.skip(length);
  const size = bigintOf(cursor.bytes, start, length);
  const value = sign === 0x2d ? -size : size;
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : value;
}

/** The size that stands in an even number of bytes, the lowest first. */
function bigintOf(bytes: Uint8Array, start: number, length: number): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, length);
  const digits = ['0x0'];
  let end = length;
  if (end % 4 !== 0) {
    end -= 2;
    digits.push(view.getUint16(end, true).toString(16));
  }
  while (end > 0) {
    end -= 4;
    digits.push(view.getUint32(end, true).toString(16).padStart(8, '0'));
  }
  return BigInt(digits.join(''));
}
