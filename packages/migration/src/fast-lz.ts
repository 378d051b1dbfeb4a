import { DecodeError } from '@mc/core';

/** Beyond this distance, level 2 gives the rest of it in two bytes more. */
const FAR = 8191;
/** From this length on, copies at once are quicker than a loop. */
const LONG_MATCH = 64;
/** No byte of a stream stands for more bytes than this. */
const MAX_RATIO = 256;

/**
 * Decompresses FastLZ, level 1 or 2, which the first byte tells.
 *
 * @param length how long the result must be; the stream itself does not say
 * @throws DecodeError
 */
export function decompressFastLz(data: Uint8Array, length: number): Uint8Array {
  if (data.length === 0 || length > data.length * MAX_RATIO) throw damaged();
  const level = (data[0] as number) >>> 5;
  if (level > 1) throw new DecodeError('the value is FastLZ of a level that does not exist');
  return new FastLzStream(data, level === 1, new Uint8Array(length)).decompress();
}

function damaged(): DecodeError {
  return new DecodeError('the value is marked as FastLZ and is damaged');
}

class FastLzStream {
  readonly #data: Uint8Array;
  readonly #isLevelTwo: boolean;
  readonly #out: Uint8Array;
  #at = 0;
  #filled = 0;

  constructor(data: Uint8Array, isLevelTwo: boolean, out: Uint8Array) {
    this.#data = data;
    this.#isLevelTwo = isLevelTwo;
    this.#out = out;
  }

  decompress(): Uint8Array {
    // The upper bits of the first instruction are the level: it can only be a run.
    this.#copyRun((this.#next() & 31) + 1);
    while (this.#at < this.#data.length) {
      const control = this.#next();
      if (control < 32) this.#copyRun(control + 1);
      else this.#copyMatch(control);
    }
    if (this.#filled !== this.#out.length) throw damaged();
    return this.#out;
  }

  #next(): number {
    const byte = this.#data[this.#at];
    if (byte === undefined) throw damaged();
    this.#at += 1;
    return byte;
  }

  /** Bytes that stand in the stream as they are. */
  #copyRun(length: number): void {
    const end = this.#at + length;
    if (end > this.#data.length || this.#filled + length > this.#out.length) throw damaged();
    for (let from = this.#at, to = this.#filled; from < end; from += 1, to += 1) {
      this.#out[to] = this.#data[from] as number;
    }
    this.#at = end;
    this.#filled += length;
  }

  /** Bytes that the result has already; they may overlap those that are written. */
  #copyMatch(control: number): void {
    const length = this.#matchLength(control);
    const from = this.#filled - this.#matchDistance(control & 31);
    const end = this.#filled + length;
    if (from < 0 || end > this.#out.length) throw damaged();
    if (length < LONG_MATCH) {
      for (let to = this.#filled, at = from; to < end; to += 1, at += 1) {
        this.#out[to] = this.#out[at] as number;
      }
    } else {
      this.#copyLongMatch(from, end);
    }
    this.#filled = end;
  }

  /** What overlaps itself is a repetition: each copy doubles what is there of it. */
  #copyLongMatch(from: number, end: number): void {
    for (let to = this.#filled; to < end; ) {
      const length = Math.min(to - from, end - to);
      this.#out.copyWithin(to, from, from + length);
      to += length;
    }
  }

  #matchLength(control: number): number {
    const short = control >>> 5;
    if (short < 7) return short + 2;
    let byte = this.#next();
    let length = 9 + byte;
    while (this.#isLevelTwo && byte === 255) {
      byte = this.#next();
      length += byte;
    }
    return length;
  }

  #matchDistance(high: number): number {
    const low = this.#next();
    const isFar = this.#isLevelTwo && high === 31 && low === 255;
    return isFar ? FAR + 1 + (this.#next() << 8) + this.#next() : (high << 8) + low + 1;
  }
}
