/** How many keys a `Map` or members a `Set` may have without a look at them. */
export const FEW_KEYS = 256;
/** How many steps an engine may take to find a key, on average; some two for keys that nobody chose. */
const MAX_STEPS = 32;
/** Entries of a bucket of V8's tables when they are full. */
const BUCKET_ENTRIES = 2;

/** Memory to see the bits of a number in. */
const pair: Uint32Array<ArrayBuffer> = new Uint32Array(2);
const pairAsFloat = new Float64Array(pair.buffer);
const pairAsInteger = new BigUint64Array(pair.buffer);
/** Where the lower half of these bits is. */
const LOW: number = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;
const HIGH: number = 1 - LOW;

/**
 * True for keys that somebody chose so that filling a `Map` takes time by the square of their number. V8 hashes numbers
 * without a secret, and bigints by their low 64 bits only; text and objects have one.
 * Source: V8's `ComputeUnseededHash`, `ComputeLongHash` and `OrderedHashTable`.
 */
export function areCollidingKeys(keys: readonly unknown[]): boolean {
  if (keys.length <= FEW_KEYS) return false;
  const hashes = new Uint32Array(keys.length);
  let count = 0;
  for (const key of keys) {
    if (typeof key !== 'number' && typeof key !== 'bigint') continue;
    hashes[count] = hashOf(key);
    count += 1;
  }
  // The table doubles as it fills; at each size it may have been slow.
  for (let size = FEW_KEYS * 2; count > FEW_KEYS; size *= 2) {
    const filled = Math.min(size, count);
    if (stepsAmong(hashes, filled, size / BUCKET_ENTRIES) > filled * MAX_STEPS) return true;
    if (filled === count) break;
  }
  return false;
}

/** How many steps it takes to find each key once, when looking at all of its bucket. */
function stepsAmong(hashes: Uint32Array, filled: number, buckets: number): number {
  const entries = new Uint32Array(buckets);
  let steps = 0;
  for (let i = 0; i < filled; i += 1) {
    const bucket = (hashes[i] as number) & (buckets - 1);
    // Of c entries it is c * c: the sum of the odd numbers.
    steps += 2 * (entries[bucket] as number) + 1;
    entries[bucket] = (entries[bucket] as number) + 1;
  }
  return steps;
}

function hashOf(key: number | bigint): number {
  if (typeof key === 'bigint') pairAsInteger[0] = key < 0n ? -key : key;
  else if ((key | 0) === key) return hash32(key);
  else pairAsFloat[0] = key;
  return hash64();
}

/** Thomas Wang's hash of 32 bits. */
function hash32(key: number): number {
  let hash = ~key + (key << 15);
  hash ^= hash >>> 12;
  hash += hash << 2;
  hash ^= hash >>> 4;
  hash = Math.imul(hash, 2057);
  return hash ^ (hash >>> 16);
}

/** His hash of 64 bits to 32, of what is in the pair. */
function hash64(): number {
  let low = pair[LOW] as number;
  let high = pair[HIGH] as number;
  setPair(~low, ~high);
  addShifted(low, high, 18);
  xorShifted(31);
  low = pair[LOW] as number;
  high = pair[HIGH] as number;
  // Times 21.
  addShifted(low, high, 2);
  addShifted(low, high, 4);
  xorShifted(11);
  addShifted(pair[LOW] as number, pair[HIGH] as number, 6);
  xorShifted(22);
  return pair[LOW] as number;
}

function setPair(low: number, high: number): void {
  pair[LOW] = low;
  pair[HIGH] = high;
}

/** Adds a number of two halves, shifted by less than 32 bits, to the pair. */
function addShifted(low: number, high: number, bits: number): void {
  const sum = (pair[LOW] as number) + ((low << bits) >>> 0);
  const carry = sum > 0xffff_ffff ? 1 : 0;
  setPair(sum, (pair[HIGH] as number) + ((high << bits) | (low >>> (32 - bits))) + carry);
}

/** Has the pair's bits change by those that stand so much higher. */
function xorShifted(bits: number): void {
  const low = pair[LOW] as number;
  const high = pair[HIGH] as number;
  setPair(low ^ ((low >>> bits) | (high << (32 - bits))), high ^ (high >>> bits));
}
