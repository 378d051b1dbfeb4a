import { textOf } from './text-bytes.js';

const SLOTS = 256;
/** Longer names are seldom met again. */
const MAX_BYTES = 24;

/** Member names that were read last: most are met again, and a look at the bytes is quicker than new text. */
export class NameCache {
  readonly #names: string[] = new Array<string>(SLOTS).fill('');

  /** The text of `[start, end)`. */
  name(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start;
    if (length > MAX_BYTES || length === 0) return textOf(bytes, start, end);
    const slot = ((bytes[start] as number) * 7 + (bytes[end - 1] as number) * 13 + length) & (SLOTS - 1);
    const known = this.#names[slot] as string;
    if (known.length === length && isAsciiText(known, bytes, start)) return known;
    const name = textOf(bytes, start, end);
    this.#names[slot] = name;
    return name;
  }
}

function isAsciiText(text: string, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const byte = bytes[start + i] as number;
    if (byte !== text.charCodeAt(i) || byte >= 0x80) return false;
  }
  return true;
}
