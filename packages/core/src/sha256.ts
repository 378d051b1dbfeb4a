/**
 * SHA-256 (FIPS 180-4) of a message, for the digests of long keys: synchronous, and without a module of the runtime.
 */

const PRIMES: readonly number[] = firstPrimes(64);
/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2). */
const ROUND: Int32Array = Int32Array.from(PRIMES, (prime) => fractionBits(Math.cbrt(prime)));
/** The same of the square roots of the first eight (5.3.3). */
const INITIAL: Int32Array = Int32Array.from(PRIMES.slice(0, 8), (prime) => fractionBits(Math.sqrt(prime)));

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n += 1) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  return primes;
}

function fractionBits(root: number): number {
  return ((root % 1) * 0x1_0000_0000) | 0;
}

/** The digest as 64 hexadecimal digits. */
export function sha256Hex(message: Uint8Array): string {
  const state = Int32Array.from(INITIAL);
  const words = padded(message);
  const schedule = new Int32Array(64);
  for (let at = 0; at < words.length; at += 16) addBlock(state, words.subarray(at, at + 16), schedule);
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The message as big-endian words, followed by a bit, zeros and its length in bits (5.1.1). */
function padded(message: Uint8Array): Int32Array {
  const { length } = message;
  const words = new Int32Array((((length + 8) >> 6) + 1) * 16);
  for (let i = 0; i < length; i += 1) words[i >> 2]! |= (message[i] as number) << (24 - (i & 3) * 8);
  words[length >> 2]! |= 0x80 << (24 - (length & 3) * 8);
  words[words.length - 2] = Math.floor(length / 0x2000_0000);
  words[words.length - 1] = length << 3;
  return words;
}

/** One block (6.2.2). */
function addBlock(state: Int32Array, block: Int32Array, schedule: Int32Array): void {
  schedule.set(block);
  for (let t = 16; t < 64; t += 1) {
    const w15 = schedule[t - 15]!;
    const w2 = schedule[t - 2]!;
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    schedule[t] = schedule[t - 16]! + s0 + schedule[t - 7]! + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let t = 0; t < 64; t += 1) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[t]! + schedule[t]!) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  for (const [at, word] of [a, b, c, d, e, f, g, h].entries()) state[at] = state[at]! + word;
}

function rotate(value: number, bits: number): number {
  return (value >>> bits) | (value << (32 - bits));
}
