const SLOTS = 512;
/** Longer text is decoded quicker than it is compared. */
const MAX_LENGTH = 24;

const { fromCharCode } = String;

/**
 * Short ASCII text that was read lately: the names of members, above all, which come again with each record. It is
 * several times quicker to recognise than to make, and a name that is the same text is found quicker in an object.
 */
export class RecentTexts {
  readonly #texts: string[] = new Array<string>(SLOTS).fill('');

  /** Text of the bytes; undefined where it is not short or not ASCII. */
  read(data: Uint8Array, start: number, length: number): string | undefined {
    if (length > MAX_LENGTH) return undefined;
    const end = start + length;
    let hash = length;
    let bits = 0;
    for (let at = start; at < end; at += 1) {
      const byte = data[at] as number;
      bits |= byte;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    if (bits > 0x7f) return undefined;
    const slot = (hash ^ (hash >>> 9)) & (SLOTS - 1);
    const recent = this.#texts[slot] as string;
    if (recent.length === length && isTextOf(recent, data, start)) return recent;
    const text = asciiText(data, start, end);
    this.#texts[slot] = text;
    return text;
  }
}

function isTextOf(text: string, data: Uint8Array, start: number): boolean {
  for (let i = 0; i < text.length; i += 1) {
    if (text.charCodeAt(i) !== data[start + i]) return false;
  }
  return true;
}

function asciiText(data: Uint8Array, start: number, end: number): string {
  let text = '';
  let at = start;
  for (; at + 4 <= end; at += 4) {
    text += fromCharCode(
      data[at] as number,
      data[at + 1] as number,
      data[at + 2] as number,
      data[at + 3] as number,
    );
  }
  for (; at < end; at += 1) text += fromCharCode(data[at] as number);
  return text;
}
