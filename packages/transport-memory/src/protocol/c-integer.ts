/*
 * memcached reads its numbers with C's strtol and strtoul, and what those take is part of its protocol: leading
 * white space, a sign, a wrap at 32 bits, anything behind white space or a NUL ignored. Source: memcached 1.6.18, util.c.
 */
const ZERO = 0x30;
const MINUS = 0x2d;
/** So many digits always fit a number exactly. */
const SAFE_DIGITS = 15;
const NUL = 0;
const C_INTEGER = /^[\t-\r ]*([+-]?)(\d+)(?:[\t-\r ]|$)/;
const MAX_INT64 = 0x7fff_ffff_ffff_ffffn;
const MIN_INT64 = -0x8000_0000_0000_0000n;
const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;

/** The integer in `[start, end)` as a C `int32_t` gets it (a 64-bit value is cut to 32 bits); `undefined` for none. */
export function parseInt32(bytes: Uint8Array, start: number, end: number): number | undefined {
  const plain = plainDigits(bytes, start, end);
  if (plain >= 0) return plain | 0;
  const value = signedValue(bytes, start, end);
  if (value === undefined || value > MAX_INT64 || value < MIN_INT64) return undefined;
  return Number(BigInt.asIntN(32, value));
}

/** The integer in `[start, end)` as a C `uint32_t` gets it (a 64-bit value is cut to 32 bits); `undefined` for none. */
export function parseUint32(bytes: Uint8Array, start: number, end: number): number | undefined {
  const plain = plainDigits(bytes, start, end);
  if (plain >= 0) return plain >>> 0;
  const value = unsignedValue(bytes, start, end);
  return value === undefined ? undefined : Number(BigInt.asUintN(32, value));
}

/** The integer in `[start, end)` as a C `uint64_t` gets it; `undefined` for none. */
export function parseUint64(bytes: Uint8Array, start: number, end: number): bigint | undefined {
  const plain = plainDigits(bytes, start, end);
  return plain >= 0 ? BigInt(plain) : unsignedValue(bytes, start, end);
}

/** The value of a short run of digits and nothing else, the usual case; -1 for all else. */
function plainDigits(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 0 || length > SAFE_DIGITS) return -1;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function signedValue(bytes: Uint8Array, start: number, end: number): bigint | undefined {
  let text = '';
  for (let at = start; at < end && bytes[at] !== NUL; at += 1)
    text += String.fromCharCode(bytes[at] as number);
  const match = C_INTEGER.exec(text);
  if (match === null) return undefined;
  const magnitude = BigInt(match[2] as string);
  return match[1] === '-' ? -magnitude : magnitude;
}

/** As strtoul: a minus sign negates modulo 2^64, and memcached then refuses what comes out as 2^63 or more. */
function unsignedValue(bytes: Uint8Array, start: number, end: number): bigint | undefined {
  const value = signedValue(bytes, start, end);
  if (value === undefined || value > MAX_UINT64 || value < -MAX_UINT64) return undefined;
  const wrapped = BigInt.asUintN(64, value);
  // The minus sign is looked for in all of the text, even behind the number.
  if (wrapped > MAX_INT64 && hasMinus(bytes, start, end)) return undefined;
  return wrapped;
}

function hasMinus(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end && bytes[at] !== NUL; at += 1) {
    if (bytes[at] === MINUS) return true;
  }
  return false;
}
