import type { Msgpackr } from './msgpackr.js';
import type { MarkedText } from './scanner.js';

const MARK: readonly number[] = [0xef, 0xbb, 0xbf];
/** Text of 65 bytes that starts with a byte order mark. */
const PROBE: Uint8Array = Uint8Array.of(0xd9, 65, ...MARK, ...new Array<number>(62).fill(0x61));
const WIDE_TEXT = 0xdb;
const WIDE_TEXT_BYTES = 5;

/** True where this msgpackr drops a byte order mark from text: its ways to decode differ in that. */
export function dropsMark(msgpackr: Msgpackr): boolean {
  return (msgpackr.unpack(PROBE) as string).charCodeAt(0) !== 0xfeff;
}

/** The same MessagePack with a second byte order mark for each text that starts with one, so that one is left. */
export function withDoubledMarks(bytes: Uint8Array, end: number, marked: readonly MarkedText[]): Uint8Array {
  const doubled = new Uint8Array(end + marked.length * (WIDE_TEXT_BYTES + MARK.length));
  const view = new DataView(doubled.buffer);
  let from = 0;
  let at = 0;
  for (const text of marked) {
    doubled.set(bytes.subarray(from, text.token), at);
    at += text.token - from;
    doubled[at] = WIDE_TEXT;
    view.setUint32(at + 1, text.end - text.start + MARK.length);
    doubled.set(MARK, at + WIDE_TEXT_BYTES);
    at += WIDE_TEXT_BYTES + MARK.length;
    from = text.start;
  }
  doubled.set(bytes.subarray(from, end), at);
  return doubled.subarray(0, at + end - from);
}
