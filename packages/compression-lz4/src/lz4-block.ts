/** A length of 15 goes on in further bytes, until one that is not 255. */
const LONG = 15;
const CARRY = 255;
const LEAST_MATCH = 4;
const OFFSET_BYTES = 2;

/**
 * Walks the sequences of an lz4 block without making its output, and finds how long that is. Nothing but a block that passes
 * goes to the decoder: for a match at distance 0 it would give what other values have left in its memory.
 * Source: lz4_Block_format.md of the lz4 project.
 *
 * @param start where the block begins in `data`; it ends where `data` does
 * @param maxBytes where to give up
 * @returns length of the output in bytes
 * @throws Error for what is no block; RangeError for more output than `maxBytes`
 */
export function checkLz4Block(data: Uint8Array, start: number, maxBytes: number): number {
  const end = data.length;
  let at = start;
  let output = 0;
  while (at < end) {
    const token = data[at] as number;
    at += 1;
    let literals = token >>> 4;
    if (literals === LONG) {
      for (let more = CARRY; more === CARRY; at += 1) {
        if (at >= end) throw cutShort();
        more = data[at] as number;
        literals += more;
      }
    }
    at += literals;
    output += literals;
    // The last sequence has literals only.
    if (at === end) return withinLimit(output, maxBytes);
    if (at + OFFSET_BYTES > end) throw cutShort();
    const offset = (data[at] as number) | ((data[at + 1] as number) << 8);
    if (offset === 0 || offset > output) throw new Error('the lz4 block refers to what is not in it');
    at += OFFSET_BYTES;
    let match = token & LONG;
    if (match === LONG) {
      for (let more = CARRY; more === CARRY; at += 1) {
        if (at >= end) throw cutShort();
        more = data[at] as number;
        match += more;
      }
    }
    output += match + LEAST_MATCH;
  }
  throw cutShort();
}

function withinLimit(output: number, maxBytes: number): number {
  if (output > maxBytes) throw new RangeError('the lz4 block is longer than it says');
  return output;
}

function cutShort(): Error {
  return new Error('the lz4 block is cut short');
}
