import { NEED_MORE } from '@mc/protocol';
import { ReplyLine } from './reply-line.js';
import { RequestLine } from './request-line.js';
import { parseUnknown, REQUEST_ROWS, type RequestRow, SILENT } from './request-rows.js';
import type { ServerRequest, StoreRequest } from './server-request.js';

/** Decides about a request that stores, before its body is read. */
export interface RequestReaderOptions {
  /**
   * Returns the line to refuse the request with, or `undefined` to take it. The body of a refused one is read and
   * dropped. Nothing is allocated before this was asked.
   */
  readonly admit: (request: StoreRequest) => string | undefined;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A line may grow to this before its end must have come, unless it is a get or gets. Source: proto_text.c. */
const MAX_OPEN_LINE_BYTES = 2048;
/** memcached's read buffer: no line can be longer, unless it is a get or gets. Source: memcached.h, READ_BUFFER_SIZE. */
const MAX_LINE_BYTES = 16_384;
/** So many spaces before a get or gets are overlooked. Source: proto_text.c. */
const MAX_LEADING_SPACES = 100;
const EMPTY = new Uint8Array(0);
const SPACE = 0x20;
const CR = 0x0d;
const LF = 0x0a;
const HANG_UP: ServerRequest = { verb: 'quit' };
const WRONG_LINE: ServerRequest = { verb: 'refused', line: ReplyLine.ERROR };

/**
 * Reads requests out of bytes that may be split anywhere. Give it bytes with {@link feed}, then call {@link next}
 * until it returns {@link NEED_MORE}: only then has it taken over what it needs, and the bytes may be reused.
 * Any bytes give requests; what memcached 1.6.18 would answer with an error line comes as a `refused` request.
 */
export class RequestReader {
  readonly #admit: (request: StoreRequest) => string | undefined;
  readonly #line = new RequestLine();
  #chunk: Uint8Array = EMPTY;
  #at = 0;
  /** The start of a line whose end has not arrived. */
  #held: Uint8Array = EMPTY;
  #heldLength = 0;
  /** The request whose body is being read into `#body`, of which `#bodyMissing` bytes (with CRLF) are to come. */
  #store: Writable<StoreRequest> | undefined;
  #body: Uint8Array = EMPTY;
  #bodyMissing = 0;
  /** Bytes of a refused body that are to come. */
  #swallow = 0;
  #ended = false;

  constructor(options: RequestReaderOptions) {
    this.#admit = options.admit;
  }

  /** Hands over the next bytes. All earlier ones must have been read to {@link NEED_MORE}. */
  feed(bytes: Uint8Array): void {
    this.#chunk = bytes;
    this.#at = 0;
  }

  /** The next request, or {@link NEED_MORE}. Nothing comes after a `quit`. */
  next(): ServerRequest | typeof NEED_MORE {
    while (!this.#ended && this.#at < this.#chunk.length) {
      const request = this.#step();
      if (request !== undefined) {
        this.#ended = request.verb === 'quit';
        return request;
      }
    }
    // All bytes are used: do not keep the chunk alive.
    this.#chunk = EMPTY;
    this.#at = 0;
    return NEED_MORE;
  }

  /** Reads one line or one piece of a body; `undefined` where that gave no request. */
  #step(): ServerRequest | undefined {
    if (this.#swallow > 0) return this.#skip();
    if (this.#store !== undefined) return this.#continueBody(this.#store);
    const chunk = this.#chunk;
    const at = this.#at;
    const end = chunk.indexOf(LF, at);
    if (end < 0) return this.#hold();
    if (this.#heldLength > 0) return this.#endHeldLine(end + 1);
    this.#at = end + 1;
    return this.#readLine(chunk, at, end);
  }

  /** The line goes on in a later chunk: keep its start. */
  #hold(): ServerRequest | undefined {
    this.#append(this.#chunk.length);
    const tooLong = this.#heldLength > MAX_OPEN_LINE_BYTES;
    return tooLong && !isRetrieval(this.#held, 0, this.#heldLength) ? HANG_UP : undefined;
  }

  /** Adds the chunk up to `end` to the held start of the line. */
  #append(end: number): void {
    const piece = this.#chunk.subarray(this.#at, end);
    const length = this.#heldLength + piece.length;
    if (length > this.#held.length) {
      const larger = new Uint8Array(Math.max(length, this.#held.length * 2, MAX_OPEN_LINE_BYTES));
      larger.set(this.#held.subarray(0, this.#heldLength));
      this.#held = larger;
    }
    this.#held.set(piece, this.#heldLength);
    this.#heldLength = length;
    this.#at = end;
  }

  #endHeldLine(end: number): ServerRequest | undefined {
    this.#append(end);
    const held = this.#held;
    const length = this.#heldLength;
    this.#heldLength = 0;
    // One long line must not keep its buffer.
    if (held.length > MAX_LINE_BYTES) this.#held = EMPTY;
    return this.#readLine(held, 0, length - 1);
  }

  /** Reads the line `[start, end)`, whose LF stands at `end`. */
  #readLine(bytes: Uint8Array, start: number, end: number): ServerRequest | undefined {
    if (end - start >= MAX_LINE_BYTES && !isRetrieval(bytes, start, end)) return HANG_UP;
    const line = this.#line;
    // A CR alone is no line end: memcached looks for one only from the second byte on.
    line.split(bytes, start, end - start > 1 && bytes[end - 1] === CR ? end - 1 : end);
    if (line.count === 0 || line.length(0) < 2) return WRONG_LINE;
    const row = rowOf(line);
    if (row === undefined) return parseUnknown(line);
    if (line.count < row.minWords || line.count > row.maxWords) return WRONG_LINE;
    const parsed = row.parse(line);
    if (parsed === SILENT) return undefined;
    return row.hasBody && parsed.verb !== 'refused' ? this.#startBody(parsed as StoreRequest) : parsed;
  }

  #startBody(request: Writable<StoreRequest>): ServerRequest | undefined {
    const length = request.bodyLength;
    const refusal = this.#admit(request);
    if (refusal !== undefined) {
      this.#swallow = length + 2;
      return request.noreply ? undefined : { verb: 'refused', line: refusal };
    }
    const start = this.#at;
    const end = start + length;
    if (end + 2 > this.#chunk.length) {
      this.#store = request;
      this.#body = new Uint8Array(length + 2);
      this.#bodyMissing = length + 2;
      return undefined;
    }
    this.#at = end + 2;
    if (this.#chunk[end] !== CR || this.#chunk[end + 1] !== LF) return badBody(request);
    request.body = this.#chunk.subarray(start, end);
    return request;
  }

  #continueBody(request: Writable<StoreRequest>): ServerRequest | undefined {
    const from = this.#at;
    const count = Math.min(this.#bodyMissing, this.#chunk.length - from);
    const body = this.#body;
    body.set(this.#chunk.subarray(from, from + count), body.length - this.#bodyMissing);
    this.#at = from + count;
    this.#bodyMissing -= count;
    if (this.#bodyMissing > 0) return undefined;
    this.#store = undefined;
    this.#body = EMPTY;
    const length = request.bodyLength;
    if (body[length] !== CR || body[length + 1] !== LF) return badBody(request);
    request.body = body.subarray(0, length);
    request.bodyOwned = true;
    return request;
  }

  #skip(): undefined {
    const count = Math.min(this.#swallow, this.#chunk.length - this.#at);
    this.#swallow -= count;
    this.#at += count;
  }
}

function badBody(request: StoreRequest): ServerRequest | undefined {
  return request.noreply ? undefined : { verb: 'refused', line: ReplyLine.BAD_BODY };
}

/** Only get and gets may be of any length. */
function isRetrieval(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && bytes[at] === SPACE) at += 1;
  if (at - start > MAX_LEADING_SPACES) return false;
  return startsWith(bytes, at, 'get ') || startsWith(bytes, at, 'gets ');
}

function startsWith(bytes: Uint8Array, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    if (bytes[start + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0;
  for (let at = start; at < end; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
  return hash;
}

/** The rows by the hash of their verb, so that finding one makes no string. The verbs' hashes differ. */
const ROWS_BY_HASH: ReadonlyMap<number, RequestRow> = new Map(
  REQUEST_ROWS.map((row) => {
    const verb = Uint8Array.from(row.verb, (character) => character.charCodeAt(0));
    return [hashBytes(verb, 0, verb.length), row];
  }),
);

function rowOf(line: RequestLine): RequestRow | undefined {
  const row = ROWS_BY_HASH.get(hashBytes(line.bytes, line.start(0), line.end(0)));
  return row !== undefined && line.isWord(0, row.verb) ? row : undefined;
}
