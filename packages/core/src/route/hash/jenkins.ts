import { rotate, wordAt } from './key-bytes.js';

/**
 * libmemcached's jenkins: `hashlittle` of Bob Jenkins's lookup3 with an initial value of 13. Bytes are unsigned.
 */
export function jenkins(key: Uint8Array | string): number {
  const length = key.length;
  let a = (0xdead_beef + length + 13) | 0;
  let b = a;
  let c = a;
  let at = 0;
  let left = length;
  while (left > 12) {
    a = (a + wordAt(key, at)) | 0;
    b = (b + wordAt(key, at + 4)) | 0;
    c = (c + wordAt(key, at + 8)) | 0;
    a = ((a - c) | 0) ^ rotate(c, 4);
    c = (c + b) | 0;
    b = ((b - a) | 0) ^ rotate(a, 6);
    a = (a + c) | 0;
    c = ((c - b) | 0) ^ rotate(b, 8);
    b = (b + a) | 0;
    a = ((a - c) | 0) ^ rotate(c, 16);
    c = (c + b) | 0;
    b = ((b - a) | 0) ^ rotate(a, 19);
    a = (a + c) | 0;
    c = ((c - b) | 0) ^ rotate(b, 4);
    b = (b + a) | 0;
    at += 12;
    left -= 12;
  }
  if (left === 0) return c >>> 0;
  a = (a + wordAt(key, at)) | 0;
  b = (b + wordAt(key, at + 4)) | 0;
  c = (c + wordAt(key, at + 8)) | 0;
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  return c >>> 0;
}
