/**
 * md5 (RFC 1321) of a short message, written for keys: no streaming, no object made per call. node:crypto's costs
 * several times as much for these lengths, and a browser has none.
 */

/** Room for the blocks of a message up to 503 bytes; a longer one gets its own. */
const SCRATCH: Int32Array = new Int32Array(16 * 8);
const DIGEST: Int32Array = new Int32Array(4);

/**
 * The digest as four 32-bit words, little-endian: what a ring of weighted ketama uses. The array is overwritten by
 * the next call.
 */
export function md5Words(message: Uint8Array | string): Int32Array {
  const blocks = ((message.length + 8) >> 6) + 1;
  const words = blocks * 16 <= SCRATCH.length ? SCRATCH : new Int32Array(blocks * 16);
  pad(message, words, blocks * 16);
  DIGEST[0] = 0x67452301;
  DIGEST[1] = 0xefcdab89;
  DIGEST[2] = 0x98badcfe;
  DIGEST[3] = 0x10325476;
  for (let block = 0; block < blocks; block += 1) addBlock(words, block * 16);
  return DIGEST;
}

/** libmemcached's md5 key hash: the first four bytes of the digest, little-endian. */
export function md5(key: Uint8Array | string): number {
  return (md5Words(key)[0] as number) >>> 0;
}

function pad(message: Uint8Array | string, words: Int32Array, wordCount: number): void {
  const length = message.length;
  words.fill(0, 0, wordCount);
  if (typeof message === 'string') {
    for (let i = 0; i < length; i += 1) words[i >> 2]! |= message.charCodeAt(i) << ((i & 3) << 3);
  } else {
    for (let i = 0; i < length; i += 1) words[i >> 2]! |= message[i]! << ((i & 3) << 3);
  }
  words[length >> 2]! |= 0x80 << ((length & 3) << 3);
  words[wordCount - 2] = length << 3;
}

function mix(sum: number, shift: number, add: number): number {
  return (((sum << shift) | (sum >>> (32 - shift))) + add) | 0;
}

function f(a: number, b: number, c: number, d: number, word: number, shift: number, sine: number): number {
  return mix((a + ((b & c) | (~b & d)) + word + sine) | 0, shift, b);
}

function g(a: number, b: number, c: number, d: number, word: number, shift: number, sine: number): number {
  return mix((a + ((b & d) | (c & ~d)) + word + sine) | 0, shift, b);
}

function h(a: number, b: number, c: number, d: number, word: number, shift: number, sine: number): number {
  return mix((a + (b ^ c ^ d) + word + sine) | 0, shift, b);
}

function i(a: number, b: number, c: number, d: number, word: number, shift: number, sine: number): number {
  return mix((a + (c ^ (b | ~d)) + word + sine) | 0, shift, b);
}

/** The 64 steps of one block, written out: a loop over tables takes twice as long. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: the steps of RFC 1321, one a line
function addBlock(words: Int32Array, at: number): void {
  const w0 = words[at]!;
  const w1 = words[at + 1]!;
  const w2 = words[at + 2]!;
  const w3 = words[at + 3]!;
  const w4 = words[at + 4]!;
  const w5 = words[at + 5]!;
  const w6 = words[at + 6]!;
  const w7 = words[at + 7]!;
  const w8 = words[at + 8]!;
  const w9 = words[at + 9]!;
  const w10 = words[at + 10]!;
  const w11 = words[at + 11]!;
  const w12 = words[at + 12]!;
  const w13 = words[at + 13]!;
  const w14 = words[at + 14]!;
  const w15 = words[at + 15]!;
  let a = DIGEST[0]!;
  let b = DIGEST[1]!;
  let c = DIGEST[2]!;
  let d = DIGEST[3]!;

  a = f(a, b, c, d, w0, 7, 0xd76aa478);
  d = f(d, a, b, c, w1, 12, 0xe8c7b756);
  c = f(c, d, a, b, w2, 17, 0x242070db);
  b = f(b, c, d, a, w3, 22, 0xc1bdceee);
  a = f(a, b, c, d, w4, 7, 0xf57c0faf);
  d = f(d, a, b, c, w5, 12, 0x4787c62a);
  c = f(c, d, a, b, w6, 17, 0xa8304613);
  b = f(b, c, d, a, w7, 22, 0xfd469501);
  a = f(a, b, c, d, w8, 7, 0x698098d8);
  d = f(d, a, b, c, w9, 12, 0x8b44f7af);
  c = f(c, d, a, b, w10, 17, 0xffff5bb1);
  b = f(b, c, d, a, w11, 22, 0x895cd7be);
  a = f(a, b, c, d, w12, 7, 0x6b901122);
  d = f(d, a, b, c, w13, 12, 0xfd987193);
  c = f(c, d, a, b, w14, 17, 0xa679438e);
  b = f(b, c, d, a, w15, 22, 0x49b40821);
  a = g(a, b, c, d, w1, 5, 0xf61e2562);
  d = g(d, a, b, c, w6, 9, 0xc040b340);
  c = g(c, d, a, b, w11, 14, 0x265e5a51);
  b = g(b, c, d, a, w0, 20, 0xe9b6c7aa);
  a = g(a, b, c, d, w5, 5, 0xd62f105d);
  d = g(d, a, b, c, w10, 9, 0x02441453);
  c = g(c, d, a, b, w15, 14, 0xd8a1e681);
  b = g(b, c, d, a, w4, 20, 0xe7d3fbc8);
  a = g(a, b, c, d, w9, 5, 0x21e1cde6);
  d = g(d, a, b, c, w14, 9, 0xc33707d6);
  c = g(c, d, a, b, w3, 14, 0xf4d50d87);
  b = g(b, c, d, a, w8, 20, 0x455a14ed);
  a = g(a, b, c, d, w13, 5, 0xa9e3e905);
  d = g(d, a, b, c, w2, 9, 0xfcefa3f8);
  c = g(c, d, a, b, w7, 14, 0x676f02d9);
  b = g(b, c, d, a, w12, 20, 0x8d2a4c8a);
  a = h(a, b, c, d, w5, 4, 0xfffa3942);
  d = h(d, a, b, c, w8, 11, 0x8771f681);
  c = h(c, d, a, b, w11, 16, 0x6d9d6122);
  b = h(b, c, d, a, w14, 23, 0xfde5380c);
  a = h(a, b, c, d, w1, 4, 0xa4beea44);
  d = h(d, a, b, c, w4, 11, 0x4bdecfa9);
  c = h(c, d, a, b, w7, 16, 0xf6bb4b60);
  b = h(b, c, d, a, w10, 23, 0xbebfbc70);
  a = h(a, b, c, d, w13, 4, 0x289b7ec6);
  d = h(d, a, b, c, w0, 11, 0xeaa127fa);
  c = h(c, d, a, b, w3, 16, 0xd4ef3085);
  b = h(b, c, d, a, w6, 23, 0x04881d05);
  a = h(a, b, c, d, w9, 4, 0xd9d4d039);
  d = h(d, a, b, c, w12, 11, 0xe6db99e5);
  c = h(c, d, a, b, w15, 16, 0x1fa27cf8);
  b = h(b, c, d, a, w2, 23, 0xc4ac5665);
  a = i(a, b, c, d, w0, 6, 0xf4292244);
  d = i(d, a, b, c, w7, 10, 0x432aff97);
  c = i(c, d, a, b, w14, 15, 0xab9423a7);
  b = i(b, c, d, a, w5, 21, 0xfc93a039);
  a = i(a, b, c, d, w12, 6, 0x655b59c3);
  d = i(d, a, b, c, w3, 10, 0x8f0ccc92);
  c = i(c, d, a, b, w10, 15, 0xffeff47d);
  b = i(b, c, d, a, w1, 21, 0x85845dd1);
  a = i(a, b, c, d, w8, 6, 0x6fa87e4f);
  d = i(d, a, b, c, w15, 10, 0xfe2ce6e0);
  c = i(c, d, a, b, w6, 15, 0xa3014314);
  b = i(b, c, d, a, w13, 21, 0x4e0811a1);
  a = i(a, b, c, d, w4, 6, 0xf7537e82);
  d = i(d, a, b, c, w11, 10, 0xbd3af235);
  c = i(c, d, a, b, w2, 15, 0x2ad7d2bb);
  b = i(b, c, d, a, w9, 21, 0xeb86d391);

  DIGEST[0] = (DIGEST[0]! + a) | 0;
  DIGEST[1] = (DIGEST[1]! + b) | 0;
  DIGEST[2] = (DIGEST[2]! + c) | 0;
  DIGEST[3] = (DIGEST[3]! + d) | 0;
}
