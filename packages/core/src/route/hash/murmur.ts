import { rotate, wordAt } from './key-bytes.js';

/** The seed of both: libmemcached multiplies this by the length of the key. */
const SEED = 0xdead_beef;
const MULTIPLIER = 0x5bd1_e995;

/** libmemcached's murmur: MurmurHash2 of 32 bits (Austin Appleby). */
export function murmur(key: Uint8Array | string): number {
  const length = key.length;
  let hash = Math.imul(SEED, length) ^ length;
  for (let at = 0; at < length; at += 4) {
    let word = wordAt(key, at);
    if (at + 4 <= length) {
      word = Math.imul(word, MULTIPLIER);
      word = Math.imul(word ^ (word >>> 24), MULTIPLIER);
      hash = Math.imul(hash, MULTIPLIER) ^ word;
    } else {
      hash = Math.imul(hash ^ word, MULTIPLIER);
    }
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** libmemcached's murmur3: MurmurHash3 x86_32 (Austin Appleby). pylibmc has no name for it. */
export function murmur3(key: Uint8Array | string): number {
  const length = key.length;
  let hash = Math.imul(SEED, length);
  for (let at = 0; at < length; at += 4) {
    hash ^= Math.imul(rotate(Math.imul(wordAt(key, at), 0xcc9e_2d51), 15), 0x1b87_3593);
    if (at + 4 <= length) hash = (Math.imul(rotate(hash, 13), 5) + 0xe654_6b64) | 0;
  }
  return avalanche(hash ^ length) >>> 0;
}

/** MurmurHash3's last step: every bit of the input changes each bit of the result in half of all cases. */
export function avalanche(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}
