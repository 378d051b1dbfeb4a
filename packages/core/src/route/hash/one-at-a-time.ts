import { type CharShift, charAt, SIGNED_CHAR } from './key-bytes.js';

/** Jenkins's one-at-a-time: libmemcached's `default` hash, with the signed bytes of its x86 builds. */
export function oneAtATime(key: Uint8Array | string): number {
  return oneAtATimeOf(key, SIGNED_CHAR);
}

export function oneAtATimeOf(key: Uint8Array | string, shift: CharShift): number {
  let hash = 0;
  for (let i = 0; i < key.length; i += 1) {
    hash = (hash + charAt(key, i, shift)) | 0;
    hash = (hash + (hash << 10)) | 0;
    hash ^= hash >>> 6;
  }
  hash = (hash + (hash << 3)) | 0;
  hash ^= hash >>> 11;
  return ((hash + (hash << 15)) | 0) >>> 0;
}
