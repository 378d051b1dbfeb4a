import { beyondLimit } from '../pickle-error.js';

/** Sets and maps are watched from this many members on; walking through fewer is quick, however they lie. */
export const WATCHED_FROM = 256;

/** Hash tables go by the lowest bits of a hash, and so do these bins: what shares a chain there shares a bin here. */
const BINS = 4096;
/** Keys that may be passed on the way to others in one pickle: 4,000 that all lie in one chain. Some 20 ms. */
const FREE_STEPS = 8_000_000;
/** How many times as often keys may meet as they do by chance. */
const TOLERANCE = 4;
/** Keeps apart what lies in several sets or maps: any odd number. */
const SALT = 1237;

/**
 * Notices numbers that were chosen to lie in one chain of a hash table, where each one is compared with all the
 * others: a hundred thousand take half a minute. JavaScript engines hash text with a secret, but numbers without one.
 * The hashes are those of V8; to numbers that were not chosen for them, all chains are alike.
 */
export class KeyCollisions {
  readonly #counts: Uint32Array = new Uint32Array(BINS);
  readonly #salts = new Map<object, number>();
  readonly #bits = new DataView(new ArrayBuffer(8));
  #container: object | undefined;
  #salt = 0;
  #keys = 0;
  #steps = 0;

  /**
   * Counts a key that was looked for in a set or map.
   *
   * @throws PickleError where far more keys share a chain than by chance
   */
  count(container: object, key: number | bigint, isNew: boolean): void {
    if (container !== this.#container) this.#turnTo(container);
    const bin = (this.#hashOf(key) + this.#salt) & (BINS - 1);
    const before = this.#counts[bin] as number;
    this.#steps += before;
    if (isNew) {
      this.#counts[bin] = before + 1;
      this.#keys += 1;
    }
    if (this.#steps > FREE_STEPS && this.#steps - FREE_STEPS > (TOLERANCE * this.#keys ** 2) / (2 * BINS)) {
      throw beyondLimit('the pickle has too many numbers as keys that a hash table cannot tell apart');
    }
  }

  #turnTo(container: object): void {
    const known = this.#salts.get(container);
    const salt = known ?? this.#salts.size * SALT;
    if (known === undefined) this.#salts.set(container, salt);
    this.#container = container;
    this.#salt = salt;
  }

  #hashOf(key: number | bigint): number {
    if (typeof key === 'number') {
      if ((key | 0) === key) return hashOfInt32(key);
      this.#bits.setFloat64(0, key);
    } else {
      // The lowest 64 bits, without the sign: the others do not count.
      const low = BigInt.asUintN(64, key);
      this.#bits.setBigUint64(0, key < 0n ? -low : low);
    }
    return hashOfBits(this.#bits.getInt32(0), this.#bits.getInt32(4));
  }
}

/** V8's `ComputeUnseededHash`. Algorithm: Thomas Wang's hash of 32 bits, public domain. */
function hashOfInt32(key: number): number {
  let hash = (~key + (key << 15)) | 0;
  hash ^= hash >>> 12;
  hash = (hash + (hash << 2)) | 0;
  hash ^= hash >>> 4;
  hash = Math.imul(hash, 2057);
  return hash ^ (hash >>> 16);
}

const WORD = 2 ** 32;

/** 1 where the sum of two words does not fit into one. */
function carryOf(sum: number): number {
  return sum >= WORD ? 1 : 0;
}

/** V8's `ComputeLongHash`, in two words. Algorithm: Thomas Wang's hash of 64 bits to 32, public domain. */
function hashOfBits(highWord: number, lowWord: number): number {
  let sum = ((lowWord << 18) >>> 0) + (~lowWord >>> 0);
  let high = (((highWord << 18) | (lowWord >>> 14)) + ~highWord + carryOf(sum)) | 0;
  let low = sum | 0;
  // Shifted by 31 bits, 11 and 22, each time into both words.
  const above31 = high >>> 31;
  low ^= (high << 1) | (low >>> 31);
  high ^= above31;
  const product = (low >>> 0) * 21;
  high = (Math.imul(high, 21) + Math.floor(product / WORD)) | 0;
  low = product | 0;
  low ^= (high << 21) | (low >>> 11);
  high ^= high >>> 11;
  sum = (low >>> 0) + ((low << 6) >>> 0);
  high = (high + ((high << 6) | (low >>> 26)) + carryOf(sum)) | 0;
  low = sum | 0;
  return low ^ ((high << 10) | (low >>> 22));
}
