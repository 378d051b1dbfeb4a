import { type CharShift, charAt, SIGNED_CHAR } from './key-bytes.js';

/** A hash of Fowler, Noll and Vo: where it starts, by what it multiplies, and whether it takes the byte in before. */
export interface FnvVariant {
  readonly offset: number;
  readonly prime: number;
  readonly byteFirst: boolean;
}

export const FNV32: FnvVariant = { offset: 2_166_136_261, prime: 16_777_619, byteFirst: false };
export const FNV1A32: FnvVariant = { ...FNV32, byteFirst: true };
/** The 64-bit constants cut to 32 bits: libmemcached keeps only the low half of the result. */
export const FNV64: FnvVariant = { offset: 0x8422_2325, prime: 0x1b3, byteFirst: false };
export const FNV1A64: FnvVariant = { ...FNV64, byteFirst: true };

/** libmemcached's fnv1_32 (FNV-1, 32 bits); bytes are signed as on x86. */
export function fnv32(key: Uint8Array | string): number {
  return fnvOf(FNV32, key, SIGNED_CHAR);
}

/** libmemcached's fnv1_64: the low half of FNV-1 of 64 bits; bytes are signed as on x86. */
export function fnv64(key: Uint8Array | string): number {
  return fnvOf(FNV64, key, SIGNED_CHAR);
}

/** libmemcached's fnv1a_32 (FNV-1a, 32 bits); bytes are signed as on x86. */
export function fnv1a32(key: Uint8Array | string): number {
  return fnvOf(FNV1A32, key, SIGNED_CHAR);
}

/** libmemcached's fnv1a_64: the low half of FNV-1a of 64 bits; bytes are signed as on x86. */
export function fnv1a64(key: Uint8Array | string): number {
  return fnvOf(FNV1A64, key, SIGNED_CHAR);
}

export function fnvOf(variant: FnvVariant, key: Uint8Array | string, shift: CharShift): number {
  const { prime, byteFirst } = variant;
  let hash = variant.offset | 0;
  for (let i = 0; i < key.length; i += 1) {
    const byte = charAt(key, i, shift);
    hash = byteFirst ? Math.imul(hash ^ byte, prime) : Math.imul(hash, prime) ^ byte;
  }
  return hash >>> 0;
}
