/**
 * Numbers that V8 gives the same hash, or one with the same low bits: its hashes of numbers have no secret, and each of
 * their steps can be taken back.
 */

/** The inverse of multiplying with an odd number. */
function inverse(factor: bigint, bits: number): bigint {
  let found = 1n;
  // Each round makes twice as many bits right.
  for (let right = 1; right < bits; right *= 2) found = BigInt.asUintN(bits, found * (2n - factor * found));
  return found;
}

/** Takes `hash ^= hash >> shift` back. */
function unshifted(hash: bigint, shift: bigint, bits: number): bigint {
  let found = hash;
  for (let right = shift; right < BigInt(bits); right += shift) found = hash ^ (found >> shift);
  return found;
}

const UNDO_32 = { first: inverse(2n ** 15n - 1n, 32), five: inverse(5n, 32), last: inverse(2057n, 32) };
const UNDO_64 = { first: inverse(2n ** 18n - 1n, 64), middle: inverse(21n, 64), last: inverse(65n, 64) };

/** `~key + (key << 15)`, `^ >> 12`, `+ << 2`, `^ >> 4`, `* 2057`, `^ >> 16`, from the last to the first. */
function int32OfHash(hash: bigint): number {
  let key = BigInt.asUintN(32, unshifted(hash, 16n, 32) * UNDO_32.last);
  key = BigInt.asUintN(32, unshifted(key, 4n, 32) * UNDO_32.five);
  key = BigInt.asUintN(32, (unshifted(key, 12n, 32) + 1n) * UNDO_32.first);
  return Number(BigInt.asIntN(32, key));
}

/** `~key + (key << 18)`, `^ >> 31`, `* 21`, `^ >> 11`, `+ << 6`, `^ >> 22`, from the last to the first. */
function int64OfHash(hash: bigint): bigint {
  let key = BigInt.asUintN(64, unshifted(hash, 22n, 64) * UNDO_64.last);
  key = BigInt.asUintN(64, unshifted(key, 11n, 64) * UNDO_64.middle);
  return BigInt.asUintN(64, (unshifted(key, 31n, 64) + 1n) * UNDO_64.first);
}

/** Integers of 32 bits, up to 65,536 of them, that lie in one chain of a table with as many. */
export function collidingInt32s(count: number): number[] {
  return Array.from({ length: count }, (_, i) => int32OfHash((BigInt(i) << 16n) | 0x1234n));
}

/** Integers above those that a number holds. */
export function collidingInt64s(count: number): bigint[] {
  const found: bigint[] = [];
  for (let i = 1n; found.length < count; i += 1n) {
    const key = int64OfHash((i << 30n) | 0x1234n);
    if (key > BigInt(Number.MAX_SAFE_INTEGER)) found.push(key);
  }
  return found;
}

/** Numbers that are no integers. */
export function collidingDoubles(count: number): number[] {
  const bits = new DataView(new ArrayBuffer(8));
  const found: number[] = [];
  for (let i = 1n; found.length < count; i += 1n) {
    bits.setBigUint64(0, int64OfHash((i << 30n) | 0x1234n));
    const key = bits.getFloat64(0);
    if (Number.isFinite(key) && !Number.isSafeInteger(key)) found.push(key);
  }
  return found;
}
