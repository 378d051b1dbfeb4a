/** Jenkins's one-at-a-time: libmemcached's `default` hash, with the signed bytes of its x86 builds. */
export function oneAtATime(key: Uint8Array | string): number {
  let hash = 0;
  for (let i = 0; i < key.length; i += 1) {
    hash = (hash + signedByte(key, i)) | 0;
    hash = (hash + (hash << 10)) | 0;
    hash ^= hash >>> 6;
  }
  hash = (hash + (hash << 3)) | 0;
  hash ^= hash >>> 11;
  return ((hash + (hash << 15)) | 0) >>> 0;
}

/** The byte as C's signed char; text is ASCII. */
export function signedByte(key: Uint8Array | string, at: number): number {
  return typeof key === 'string' ? key.charCodeAt(at) : ((key[at] as number) << 24) >> 24;
}
