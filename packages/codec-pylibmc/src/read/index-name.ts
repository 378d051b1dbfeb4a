const INDEX = /^(?:0|[1-9][0-9]*)$/;
/** Digits of the largest index of an array. */
const MAX_DIGITS = 10;

/** True for the names that objects keep apart, as if they were arrays. */
export function isIndex(key: string): boolean {
  // The first character tells for most names. That of no text is NaN.
  const first = key.charCodeAt(0);
  return first <= 0x39 && first >= 0x30 && key.length <= MAX_DIGITS && INDEX.test(key);
}
