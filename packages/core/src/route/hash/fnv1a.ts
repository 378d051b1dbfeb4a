import { signedByte } from './one-at-a-time.js';

/** libmemcached's fnv1a_32. Source: Fowler, Noll, Vo; bytes are signed as on x86. */
export function fnv1a32(key: Uint8Array | string): number {
  return fnv1a(key, 2_166_136_261, 16_777_619);
}

/** libmemcached's fnv1a_64: the 64-bit constants cut to 32 bits. */
export function fnv1a64(key: Uint8Array | string): number {
  return fnv1a(key, 0x8422_2325, 0x1b3);
}

function fnv1a(key: Uint8Array | string, offset: number, prime: number): number {
  let hash = offset | 0;
  for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ signedByte(key, i), prime);
  return hash >>> 0;
}
