import { type CharShift, charAt, SIGNED_CHAR, wordAt } from './key-bytes.js';

/**
 * libmemcached's hsieh: Paul Hsieh's SuperFastHash that starts from 0, with the signed bytes of x86 builds. Debian's
 * and most other builds of libmemcached leave it out.
 */
export function hsieh(key: Uint8Array | string): number {
  return hsiehOf(key, SIGNED_CHAR);
}

export function hsiehOf(key: Uint8Array | string, shift: CharShift): number {
  const left = key.length & 3;
  const end = key.length - left;
  let hash = 0;
  for (let at = 0; at < end; at += 4) {
    const word = wordAt(key, at);
    hash = (hash + (word & 0xffff)) | 0;
    hash = (hash << 16) ^ ((word >>> 16) << 11) ^ hash;
    hash = (hash + (hash >>> 11)) | 0;
  }
  if (left > 0) {
    hash = (hash + (wordAt(key, end) & 0xffff)) | 0;
    hash ^= hash << (left === 3 ? 16 : left === 2 ? 11 : 10);
    if (left === 3) hash ^= charAt(key, end + 2, shift) << 18;
    hash = (hash + (hash >>> (left === 3 ? 11 : left === 2 ? 17 : 1))) | 0;
  }
  hash ^= hash << 3;
  hash = (hash + (hash >>> 5)) | 0;
  hash ^= hash << 4;
  hash = (hash + (hash >>> 17)) | 0;
  hash ^= hash << 25;
  return (hash + (hash >>> 6)) >>> 0;
}
