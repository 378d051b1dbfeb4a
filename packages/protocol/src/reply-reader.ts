import { ProtocolError } from './errors.js';
import type { WireKey } from './key.js';
import { NEED_MORE, Reply, type ReplyKind, TEXT_REPLIES, WORD_REPLIES } from './reply.js';
import {
  asciiText,
  counterText,
  decimal,
  digitsEnd,
  isKeyAt,
  isTextAt,
  keyEnd,
  lineEnd,
  MAX_LINE_BYTES,
  startsWithValue,
} from './reply-line-bytes.js';

/** Limits of a {@link ReplyReader}. */
export interface ReplyReaderOptions {
  /** Largest announced value that is accepted, in bytes. */
  readonly maxValueBytes: number;
  /** Makes the buffer for a value that did not arrive in one piece. Its content is overwritten. */
  readonly allocate: (bytes: number) => Uint8Array;
  /**
   * True where a value with these flags is handed on as the very bytes: it gets a buffer of its own. The others share
   * one that is used again, since fresh memory costs more than all else about a large value. Default: always true.
   */
  readonly keepsBytes?: (flags: number) => boolean;
}

/** A shared buffer beyond this many bytes is not kept. */
const MAX_SHARED_BYTES = 2_097_152;

const EMPTY = new Uint8Array(0);
const SPACE = 0x20;
const CR = 0x0d;
const LF = 0x0a;
const ZERO = 0x30;
const NINE = 0x39;
const MAX_FLAGS = 0xffff_ffff;

/**
 * Reads replies out of bytes that may be split anywhere. Give it bytes with {@link feed}, then call {@link next}
 * until it returns {@link NEED_MORE}: only then has it taken over what it needs, and the bytes may be reused.
 *
 * A value that lies within one chunk is left in place (`data`, `dataStart`, `dataEnd` point into the chunk); one
 * that does not is read into a buffer of its own, and `dataOwned` is true.
 */
export class ReplyReader {
  /** VALUE: where the key is. */
  keyBytes: Uint8Array = EMPTY;
  keyStart = 0;
  keyEnd = 0;
  /** VALUE: true where the key is the one that was given to `next`. */
  isExpectedKey = false;
  /** VALUE: client flags. */
  flags = 0;
  /** VALUE: where the bytes of the value are. */
  data: Uint8Array = EMPTY;
  dataStart = 0;
  dataEnd = 0;
  /** VALUE: true where `data` was made for this value alone. */
  dataOwned = false;
  /** True where the reader gave up on a value for its own limit, and not for a fault of the server's. */
  isOverLimit = false;
  /** NUMBER: the digits. The text replies: what follows the first word. */
  text = '';

  readonly #maxValueBytes: number;
  readonly #allocate: (bytes: number) => Uint8Array;
  readonly #keepsBytes: (flags: number) => boolean;
  #shared: Uint8Array = EMPTY;
  #chunk: Uint8Array = EMPTY;
  #at = 0;
  /** The start of a line whose end has not arrived. */
  readonly #held: Uint8Array = new Uint8Array(MAX_LINE_BYTES);
  #heldLength = 0;
  /** Bytes of body and CRLF that are still to come; 0 while no body is being read. */
  #bodyMissing = 0;
  /** Announced length of the value. */
  #length = 0;
  #casBytes: Uint8Array = EMPTY;
  #casStart = 0;
  #casEnd = 0;

  constructor(options: ReplyReaderOptions) {
    this.#maxValueBytes = options.maxValueBytes;
    this.#allocate = options.allocate;
    this.#keepsBytes = options.keepsBytes ?? (() => true);
  }

  /** Hands over the next bytes. All earlier ones must have been read to {@link NEED_MORE}. */
  feed(bytes: Uint8Array): void {
    this.#chunk = bytes;
    this.#at = 0;
  }

  /** VALUE: whether its key is this one. */
  hasKey(key: WireKey): boolean {
    const { keyBytes, keyStart } = this;
    if (key.length !== this.keyEnd - keyStart) return false;
    if (typeof key === 'string') return isTextAt(keyBytes, keyStart, key);
    return key.every((byte, at) => byte === keyBytes[keyStart + at]);
  }

  /** VALUE: true where the reply carried a CAS id. */
  get hasCas(): boolean {
    return this.#casEnd > this.#casStart;
  }

  /** VALUE: the CAS id; 0 where the reply carried none. */
  get cas(): bigint {
    return this.hasCas ? BigInt(asciiText(this.#casBytes, this.#casStart, this.#casEnd)) : 0n;
  }

  /**
   * The kind of the next reply, its parts in the fields; or {@link NEED_MORE}.
   *
   * @param expectedKey the key that a VALUE is most likely to have: to compare is faster than to scan
   * @throws ProtocolError where the bytes are no reply; the reader must not be used any more
   */
  next(expectedKey?: WireKey): ReplyKind | typeof NEED_MORE {
    if (this.#bodyMissing > 0) return this.#continueBody();
    const chunk = this.#chunk;
    const at = this.#at;
    if (at >= chunk.length) return this.#release();
    if (this.#heldLength > 0) return this.#continueLine();
    if (chunk[at] === 0x56 && chunk[at + 1] === 0x41) {
      // Most of what comes: read in one pass, without a search for the line's end.
      const bodyStart = this.#readValueLine(chunk, at, chunk.length, expectedKey);
      if (bodyStart < 0) return this.#hold(at);
      this.#at = bodyStart;
      return this.#readBody();
    }
    const end = lineEnd(chunk, at);
    if (end < 0) return this.#hold(at);
    this.#at = end + 1;
    return this.#readLine(chunk, at, end - 1);
  }

  /** Reads the line `[start, end)`, whose CRLF stands at `end`. */
  #readLine(bytes: Uint8Array, start: number, end: number): ReplyKind | typeof NEED_MORE {
    if (end < start || bytes[end] !== CR) throw new ProtocolError('a reply line does not end in CRLF');
    const first = bytes[start] as number;
    if (first === 0x56 && bytes[start + 1] === 0x41) {
      if (this.#readValueLine(bytes, start, end + 2, undefined) < 0)
        throw new ProtocolError('a VALUE line is cut');
      return this.#readBody();
    }
    if (first === 0x45 && end - start === 3 && bytes[start + 1] === 0x4e && bytes[start + 2] === 0x44)
      return Reply.END;
    if (first >= ZERO && first <= NINE) {
      this.text = counterText(bytes, start, end);
      return Reply.NUMBER;
    }
    return this.#readWords(asciiText(bytes, start, end));
  }

  #readWords(line: string): ReplyKind {
    const word = WORD_REPLIES.get(line);
    if (word !== undefined) {
      this.text = '';
      return word;
    }
    const space = line.indexOf(' ');
    const kind = space < 0 ? undefined : TEXT_REPLIES.get(line.slice(0, space));
    if (kind === undefined) throw new ProtocolError('the server sent a line that is no reply');
    this.text = line.slice(space + 1);
    return kind;
  }

  /**
   * Reads `VALUE <key> <flags> <bytes> [<cas>]` and its CRLF.
   *
   * @returns the offset behind the line, or -1 where `limit` comes first
   */
  #readValueLine(bytes: Uint8Array, start: number, limit: number, expectedKey: WireKey | undefined): number {
    const keyStart = start + 6;
    this.isExpectedKey = typeof expectedKey === 'string' && isKeyAt(bytes, keyStart, limit, expectedKey);
    const at = this.isExpectedKey ? keyStart + (expectedKey?.length ?? 0) : keyEnd(bytes, keyStart, limit);
    if (at >= limit) return -1;
    if (at === keyStart || bytes[at] !== SPACE || !startsWithValue(bytes, start)) {
      throw new ProtocolError('a VALUE line has no valid key');
    }
    this.keyBytes = bytes;
    this.keyStart = keyStart;
    this.keyEnd = at;

    const flagsEnd = digitsEnd(bytes, at + 1, limit, 10);
    if (flagsEnd === limit) return -1;
    this.flags = decimal(bytes, at + 1, flagsEnd);
    if (this.flags > MAX_FLAGS || bytes[flagsEnd] !== SPACE)
      throw new ProtocolError('a VALUE line has no valid flags');

    const lengthEnd = digitsEnd(bytes, flagsEnd + 1, limit, 10);
    if (lengthEnd === limit) return -1;
    this.#length = decimal(bytes, flagsEnd + 1, lengthEnd);
    if (this.#length > this.#maxValueBytes) {
      this.isOverLimit = true;
      throw new ProtocolError('a value is announced that is larger than maxValueBytes');
    }

    let end = lengthEnd;
    this.#casStart = 0;
    this.#casEnd = 0;
    if (bytes[end] === SPACE) {
      this.#casBytes = bytes;
      this.#casStart = end + 1;
      end = digitsEnd(bytes, end + 1, limit, 20);
      this.#casEnd = end;
    }
    if (end + 1 >= limit) return -1;
    if (bytes[end] !== CR || bytes[end + 1] !== LF) throw new ProtocolError('a VALUE line has no valid end');
    return end + 2;
  }

  #readBody(): ReplyKind | typeof NEED_MORE {
    const length = this.#length;
    const chunk = this.#chunk;
    const start = this.#at;
    const end = start + length;
    if (end + 2 > chunk.length) return this.#startBody(length);
    if (chunk[end] !== CR || chunk[end + 1] !== LF) throw new ProtocolError('a value does not end in CRLF');
    this.data = chunk;
    this.dataStart = start;
    this.dataEnd = end;
    this.dataOwned = false;
    this.#at = end + 2;
    return Reply.VALUE;
  }

  /** The body goes on in a later chunk: give it a buffer of its announced length, so that it is copied only once. */
  #startBody(length: number): typeof NEED_MORE {
    this.#keepHead();
    this.dataOwned = length + 2 > MAX_SHARED_BYTES || this.#keepsBytes(this.flags);
    this.data = this.dataOwned ? this.#allocate(length + 2) : this.#sharedBuffer(length + 2);
    this.dataStart = 0;
    this.dataEnd = length;
    this.#bodyMissing = length + 2;
    this.#fillBody();
    return NEED_MORE;
  }

  #sharedBuffer(bytes: number): Uint8Array {
    if (this.#shared.length < bytes) this.#shared = this.#allocate(Math.min(MAX_SHARED_BYTES, bytes * 2));
    return this.#shared;
  }

  #continueBody(): ReplyKind | typeof NEED_MORE {
    this.#fillBody();
    if (this.#bodyMissing > 0) return NEED_MORE;
    if (this.data[this.dataEnd] !== CR || this.data[this.dataEnd + 1] !== LF) {
      throw new ProtocolError('a value does not end in CRLF');
    }
    return Reply.VALUE;
  }

  #fillBody(): void {
    const chunk = this.#chunk;
    const from = this.#at;
    const count = Math.min(this.#bodyMissing, chunk.length - from);
    const piece = from === 0 && count === chunk.length ? chunk : chunk.subarray(from, from + count);
    this.data.set(piece, this.dataEnd + 2 - this.#bodyMissing);
    this.#bodyMissing -= count;
    this.#at = from + count;
    if (this.#bodyMissing > 0) this.#release();
  }

  /** Key and CAS id point into a chunk that is about to go: keep their bytes. */
  #keepHead(): void {
    const held = this.#held;
    if (this.keyBytes === held) return;
    const keyLength = this.keyEnd - this.keyStart;
    for (let i = 0; i < keyLength; i += 1) held[i] = this.keyBytes[this.keyStart + i] as number;
    const casLength = this.#casEnd - this.#casStart;
    for (let i = 0; i < casLength; i += 1) held[keyLength + i] = this.#casBytes[this.#casStart + i] as number;
    this.keyBytes = held;
    this.keyStart = 0;
    this.keyEnd = keyLength;
    this.#casBytes = held;
    this.#casStart = keyLength;
    this.#casEnd = keyLength + casLength;
  }

  /** The line goes on in a later chunk: keep its start. */
  #hold(from: number): typeof NEED_MORE {
    const chunk = this.#chunk;
    const count = chunk.length - from;
    if (this.#heldLength + count > MAX_LINE_BYTES)
      throw new ProtocolError('a reply line is longer than 8 kB');
    this.#held.set(chunk.subarray(from), this.#heldLength);
    this.#heldLength += count;
    return this.#release();
  }

  #continueLine(): ReplyKind | typeof NEED_MORE {
    const chunk = this.#chunk;
    const end = lineEnd(chunk, this.#at);
    if (end < 0) return this.#hold(this.#at);
    const count = end + 1 - this.#at;
    const length = this.#heldLength + count;
    if (length > MAX_LINE_BYTES) throw new ProtocolError('a reply line is longer than 8 kB');
    this.#held.set(chunk.subarray(this.#at, end + 1), this.#heldLength);
    this.#at = end + 1;
    this.#heldLength = 0;
    return this.#readLine(this.#held, 0, length - 2);
  }

  /** All bytes are used: do not keep the chunk alive. */
  #release(): typeof NEED_MORE {
    this.#chunk = EMPTY;
    this.#at = 0;
    return NEED_MORE;
  }
}
