import { MAX_KEY_BYTES } from '@mc/protocol';

const SPACE = 0x20;
const NUL = 0;

/**
 * The words of one request line, told by their offsets. The object is used again for the next line, so that reading
 * a line makes nothing but the strings that are asked for.
 */
export class RequestLine {
  /** The bytes the offsets refer to. */
  bytes: Uint8Array = new Uint8Array(0);
  /** Number of words, the verb included. */
  count = 0;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** Arrays of character codes, one for each length of a word: the quickest way from bytes to text there is. */
  readonly #codes: number[][] = [];

  /** Splits `[start, end)` at spaces. A NUL ends the line, as it ends a string in C. */
  split(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    let count = 0;
    let wordStart = start;
    let at = start;
    for (; at < end; at += 1) {
      const byte = bytes[at] as number;
      if (byte > SPACE) continue;
      if (byte === NUL) break;
      if (byte !== SPACE) continue;
      if (at > wordStart) {
        this.#starts[count] = wordStart;
        this.#ends[count] = at;
        count += 1;
      }
      wordStart = at + 1;
    }
    if (at > wordStart) {
      this.#starts[count] = wordStart;
      this.#ends[count] = at;
      count += 1;
    }
    this.count = count;
  }

  /** Where word `index` starts. */
  start(index: number): number {
    return this.#starts[index] as number;
  }

  /** Where word `index` ends. */
  end(index: number): number {
    return this.#ends[index] as number;
  }

  /** Length of word `index` in bytes. */
  length(index: number): number {
    return this.end(index) - this.start(index);
  }

  /** Word `index` as text of one character a byte. */
  word(index: number): string {
    const bytes = this.bytes;
    const start = this.start(index);
    const length = this.end(index) - start;
    if (length > MAX_KEY_BYTES) return longText(bytes, start, start + length);
    let codes = this.#codes[length];
    if (codes === undefined) {
      codes = new Array<number>(length).fill(0);
      this.#codes[length] = codes;
    }
    for (let i = 0; i < length; i += 1) codes[i] = bytes[start + i] as number;
    return String.fromCharCode.apply(null, codes);
  }

  /** True where word `index` is `text`, which is ASCII. */
  isWord(index: number, text: string): boolean {
    const length = text.length;
    return this.length(index) === length && this.startsWith(index, text);
  }

  /** True where word `index` starts with `text`, which is ASCII. */
  startsWith(index: number, text: string): boolean {
    const start = this.start(index);
    if (this.end(index) - start < text.length) return false;
    for (let i = 0; i < text.length; i += 1) {
      if (this.bytes[start + i] !== text.charCodeAt(i)) return false;
    }
    return true;
  }
}

function longText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at += 1) text += String.fromCharCode(bytes[at] as number);
  return text;
}
