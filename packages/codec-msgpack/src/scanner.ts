import { roomOfIndex } from './member-index.js';
import { FEW_KEYS } from './number-keys.js';
import { damage, MAX_DEPTH } from './refusal.js';
import type { StagedBytes } from './staging.js';
import { isLongUtf8, isUtf8, startsWithMark } from './text-bytes.js';

/** Bytes of numbers, booleans and nil with their token, by token - 0xc0. 0 for all else. */
const SCALAR_BYTES: Uint8Array = Uint8Array.of(
  ...[1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 5, 9, 2, 3, 5, 9],
  ...[2, 3, 5, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
);
/** Longest text whose byte order mark no decoder drops. */
const SHORT_TEXT = 64;
const LONG_TEXT = 512;
const MAX_DATE_SECONDS = 8_640_000_000_000n;
const MAX_NANOSECONDS = 999_999_999;
const TIMESTAMP = 0xff;
const PROTO = '__proto__';

/** Bytes of memory for indexes that are left to the engine, and as many more for each byte of the value. */
const FREE_ROOM = 4096;
const ROOM_FACTOR = 16;

/**
 * Walks over MessagePack before it is decoded and lets only that pass which decodes to what was meant, in memory that
 * its length bounds: the right structure to the last byte, strict UTF-8, a limited depth, timestamps as the only
 * extension.
 * Source: MessagePack specification, "Formats"; "Timestamp extension type".
 */
export class Scanner {
  protected bytes!: StagedBytes;
  protected end!: number;
  /** True if a map has a member called `__proto__`. */
  hasProto = false;
  /** True if msgpackr alone does not make of the bytes what was meant. */
  isSpecial = false;
  /** How many members the map has before the key that is looked at. */
  protected member = 0;
  /** Bytes of memory that members with indexes for names would take if left to the engine. */
  protected room = 0;

  /** @throws SyntaxError */
  scan(bytes: StagedBytes, end: number): void {
    this.bytes = bytes;
    this.end = end;
    this.room = 0;
    if (this.isSpecial) this.reset();
    if (this.value(0, 0) !== end) throw damage('more or fewer bytes than the value has');
    if (this.room > FREE_ROOM + end * ROOM_FACTOR) this.isSpecial = true;
  }

  protected reset(): void {
    this.isSpecial = false;
    this.hasProto = false;
  }

  /** @returns where the value ends; past the end where a number is cut, which the next step or `scan` refuses */
  protected value(at: number, depth: number): number {
    return this.items(at, 1, depth);
  }

  /** All but short text, which its callers handle themselves because it is so frequent. */
  #other(at: number, token: number, depth: number): number {
    if (token < 0x80) return token < 0x40 ? at + 1 : this.record(at, token, depth);
    if (token < 0x90) return this.entries(at + 1, token & 15, depth + 1);
    if (token < 0xa0) return this.items(at + 1, token & 15, depth + 1);
    if (token >= 0xe0) return at + 1;
    const scalar = SCALAR_BYTES[token - 0xc0] as number;
    return scalar > 0 ? at + scalar : this.sized(at, token, depth);
  }

  /** Tokens from 0x40 to 0x7f are numbers unless something else was agreed. */
  protected record(at: number, _token: number, _depth: number): number {
    return at + 1;
  }

  /** Text, an integer: what becomes the name of a member. */
  protected key(at: number, _depth: number): number {
    if (at >= this.end) throw cut();
    const token = this.bytes[at] as number;
    if ((token >= 0xa0 && token < 0xc0) || (token >= 0xd9 && token <= 0xdb)) return this.name(at);
    const isInteger = token < 0x80 || token >= 0xe0 || (token >= 0xcc && token <= 0xd3);
    if (!isInteger) throw damage('a map key that is neither text nor an integer');
    const next = this.value(at, 0);
    if (next > this.end) throw cut();
    this.room += roomOfIndex(this.#integer(at, token), this.member);
    return next;
  }

  /** Called for a map of many entries. */
  protected large(): void {}

  /** The only extension of plain MessagePack is the timestamp. */
  protected extension(at: number, token: number, _depth: number): number {
    return this.timestamp(at, token);
  }

  protected items(at: number, count: number, depth: number): number {
    if (depth > MAX_DEPTH + 1) throw damage('too many levels');
    const { bytes, end } = this;
    let next = at;
    for (let i = 0; i < count; i += 1) {
      if (next >= end) throw cut();
      const token = bytes[next] as number;
      const isShortText = token >= 0xa0 && token < 0xc0;
      next = isShortText ? this.text(next + 1, token & 31) : this.#other(next, token, depth);
    }
    return next;
  }

  protected entries(at: number, count: number, depth: number): number {
    if (depth > MAX_DEPTH + 1) throw damage('too many levels');
    if (count > FEW_KEYS) this.large();
    const { bytes, end } = this;
    let next = at;
    for (let i = 0; i < count; i += 1) {
      this.member = i;
      next = this.key(next, depth);
      if (next >= end) throw cut();
      const token = bytes[next] as number;
      const isShortText = token >= 0xa0 && token < 0xc0;
      next = isShortText ? this.text(next + 1, token & 31) : this.#other(next, token, depth);
    }
    return next;
  }

  /** Checks the name of a member, whose token is known to be that of text. */
  protected name(at: number): number {
    const token = this.bytes[at] as number;
    const next = token < 0xc0 ? this.text(at + 1, token & 31) : this.sized(at, token, 0);
    const last = this.bytes[next - 1] as number;
    if (last <= 0x39) {
      this.room += roomOfIndex(this.#index(at, next), this.member);
    } else if (last === 0x5f && this.#isProto(at, next)) {
      this.hasProto = true;
      this.isSpecial = true;
    }
    return next;
  }

  protected timestamp(at: number, token: number): number {
    const { bytes } = this;
    const view = bytes.dataView;
    const isLong = token === 0xc7 && bytes[at + 1] === 12;
    const end = isLong ? at + 15 : at + (token === 0xd6 ? 6 : 10);
    if (!isLong && token !== 0xd6 && token !== 0xd7) throw damage('an extension it does not know');
    if (end > this.end) throw cut();
    if (bytes[isLong ? at + 2 : at + 1] !== TIMESTAMP) throw damage('an extension it does not know');
    if (token === 0xd7 && view.getUint32(at + 2) >>> 2 > MAX_NANOSECONDS) throw damage('no timestamp');
    if (isLong) {
      const nanoseconds = view.getUint32(at + 3);
      const seconds = view.getBigInt64(at + 7);
      const isLate = seconds > MAX_DATE_SECONDS || (seconds === MAX_DATE_SECONDS && nanoseconds > 0);
      if (nanoseconds > MAX_NANOSECONDS || isLate || seconds < -MAX_DATE_SECONDS) {
        throw damage('no timestamp that a Date holds');
      }
    }
    return end;
  }

  /** Text, bytes, arrays and maps with their length in front, and what is left to extensions. */
  protected sized(at: number, token: number, depth: number): number {
    switch (token) {
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.skip(at + 1 + (1 << (token - 0xc4)), this.length(at + 1, 1 << (token - 0xc4)));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.text(at + 1 + (1 << (token - 0xd9)), this.length(at + 1, 1 << (token - 0xd9)));
      case 0xdc:
        return this.items(at + 3, this.length(at + 1, 2), depth + 1);
      case 0xdd:
        return this.items(at + 5, this.length(at + 1, 4), depth + 1);
      case 0xde:
        return this.entries(at + 3, this.length(at + 1, 2), depth + 1);
      case 0xdf:
        return this.entries(at + 5, this.length(at + 1, 4), depth + 1);
      default:
        return this.extension(at, token, depth);
    }
  }

  /** A length of 1, 2 or 4 bytes. */
  protected length(at: number, size: number): number {
    if (at + size > this.end) throw cut();
    if (size === 1) return this.bytes[at] as number;
    return size === 2 ? this.bytes.dataView.getUint16(at) : this.bytes.dataView.getUint32(at);
  }

  protected skip(at: number, length: number): number {
    if (at + length > this.end) throw cut();
    return at + length;
  }

  protected text(start: number, length: number): number {
    const end = start + length;
    if (end > this.end) throw cut();
    const { bytes } = this;
    let all = 0;
    if (length < 4) {
      for (let i = start; i < end; i += 1) all |= bytes[i] as number;
      return all < 0x80 ? end : this.#wideText(start, end);
    }
    const view = bytes.dataView;
    // Where text starts in ASCII it is likely to go on so, and that the decoder is quickest with.
    if (length > LONG_TEXT && (view.getUint32(start) & 0x80808080) === 0) {
      if (isLongUtf8(bytes, start, end)) return end;
      throw notUtf8();
    }
    // The last four bytes first, so that none are left over.
    const last = end - 4;
    all = view.getUint32(last);
    for (let i = start; i < last; i += 4) all |= view.getUint32(i);
    return (all & 0x80808080) === 0 ? end : this.#wideText(start, end);
  }

  #wideText(start: number, end: number): number {
    if (!isUtf8(this.bytes, start, end)) throw notUtf8();
    if (end - start > SHORT_TEXT && startsWithMark(this.bytes, start, end)) {
      this.isSpecial = true;
    }
    return end;
  }

  /** The integer that a map key is. */
  #integer(at: number, token: number): number {
    const view = this.bytes.dataView;
    switch (token) {
      case 0xcc:
        return view.getUint8(at + 1);
      case 0xcd:
        return view.getUint16(at + 1);
      case 0xce:
        return view.getUint32(at + 1);
      case 0xcf:
      case 0xd3:
        return Number(view.getBigInt64(at + 1));
      case 0xd0:
        return view.getInt8(at + 1);
      case 0xd1:
        return view.getInt16(at + 1);
      case 0xd2:
        return view.getInt32(at + 1);
      default:
        return token < 0x80 ? token : -1;
    }
  }

  /** The index of up to four digits that a member name is; else -1. */
  #index(at: number, end: number): number {
    const start = this.#textStart(at);
    const length = end - start;
    if (length < 1 || length > 4) return -1;
    let index = 0;
    for (let i = start; i < end; i += 1) {
      const digit = (this.bytes[i] as number) - 0x30;
      if (digit < 0 || digit > 9 || (digit === 0 && i === start && length > 1)) return -1;
      index = index * 10 + digit;
    }
    return index;
  }

  #textStart(at: number): number {
    const token = this.bytes[at] as number;
    return at + (token < 0xc0 ? 1 : 1 + (1 << (token - 0xd9)));
  }

  #isProto(at: number, end: number): boolean {
    const start = this.#textStart(at);
    if (end - start !== PROTO.length) return false;
    for (let i = 0; i < PROTO.length; i += 1) {
      if (this.bytes[start + i] !== PROTO.charCodeAt(i)) return false;
    }
    return true;
  }
}

function notUtf8(): SyntaxError {
  return damage('text that is not UTF-8');
}

function cut(): SyntaxError {
  return damage('they are cut');
}
