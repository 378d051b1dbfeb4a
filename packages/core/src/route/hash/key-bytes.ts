/**
 * How far a byte is shifted up and down again to become C's `char`: 24 where that is signed, as on x86; 0 where it is
 * not, as on Linux for arm64.
 */
export type CharShift = 0 | 24;

export const SIGNED_CHAR: CharShift = 24;
export const UNSIGNED_CHAR: CharShift = 0;

/** The byte as C's `char`; text is ASCII. */
export function charAt(key: Uint8Array | string, at: number, shift: CharShift): number {
  return typeof key === 'string' ? key.charCodeAt(at) : ((key[at] as number) << shift) >> shift;
}

/** Four bytes as a little-endian word; those past the end count as zeros. */
export function wordAt(key: Uint8Array | string, at: number): number {
  if (at + 4 > key.length) return lastWord(key, at);
  // Written out: in a loop it takes half as long again.
  return typeof key === 'string'
    ? key.charCodeAt(at) |
        (key.charCodeAt(at + 1) << 8) |
        (key.charCodeAt(at + 2) << 16) |
        (key.charCodeAt(at + 3) << 24)
    : key[at]! | (key[at + 1]! << 8) | (key[at + 2]! << 16) | (key[at + 3]! << 24);
}

function lastWord(key: Uint8Array | string, at: number): number {
  let word = 0;
  for (let i = key.length - 1; i >= at; i -= 1) {
    word = (word << 8) | (typeof key === 'string' ? key.charCodeAt(i) : key[i]!);
  }
  return word;
}

export function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
