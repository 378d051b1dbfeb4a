import {
  type BodyLength,
  type CasId,
  checkBodyLength,
  checkFlags,
  type Delta,
  type Flags,
  type Word,
} from './argument.js';
import type { Command } from './command.js';
import { type Exptime, NEVER } from './exptime.js';
import type { WireKey } from './key.js';

/** What a request says besides its command and key; every field has been checked. */
export interface RequestParameters {
  readonly exptime: Exptime;
  readonly flags: Flags;
  /** The value; a string is written as UTF-8. */
  readonly body: Uint8Array | string | undefined;
  /** Length of `body` in bytes. */
  readonly bodyLength: BodyLength;
  readonly cas: CasId | undefined;
  readonly delta: Delta | undefined;
  /** What follows the verb of commands such as `stats`. */
  readonly words: Word | undefined;
}

/** A request without parameters, as most reads are. */
export const NO_PARAMETERS: RequestParameters = {
  exptime: NEVER,
  flags: checkFlags(0),
  body: undefined,
  bodyLength: checkBodyLength(0),
  cas: undefined,
  delta: undefined,
  words: undefined,
};

/** A checked request: it can be written as it is, and nothing unchecked fits the types. */
export interface Request {
  readonly command: Command;
  /** Absent for commands without a key. */
  readonly key: WireKey | undefined;
  readonly parameters: RequestParameters;
}

/** Writes text into bytes; the runtime's own way of doing it, which this package cannot know. */
export interface TextWriter {
  /** Writes ASCII text at `at`. */
  writeAscii(target: Uint8Array, at: number, text: string): void;
  /** Writes well-formed text as UTF-8 at `at`; `byteLength` is known. */
  writeUtf8(target: Uint8Array, at: number, text: string, byteLength: number): void;
}

/** No request needs more bytes than this besides its key and its value. */
export const REQUEST_OVERHEAD_BYTES = 250;

const SPACE = 0x20;
const CR = 0x0d;
const LF = 0x0a;

/** Bytes that are surely enough for the request without its body. */
export function headBytes(request: Request): number {
  return REQUEST_OVERHEAD_BYTES + (request.key === undefined ? 0 : request.key.length);
}

/** Writes the verb that opens a line of keys; returns the offset behind it. */
export function writeVerb(target: Uint8Array, at: number, command: Command): number {
  return writeChars(target, at, command.verb);
}

/** Adds a key to a line; returns the offset behind it. */
export function writeKey(target: Uint8Array, at: number, key: WireKey, text: TextWriter): number {
  target[at] = SPACE;
  const start = at + 1;
  if (typeof key === 'string') {
    // A loop beats a call into the runtime for short text.
    if (key.length <= 24) return writeChars(target, start, key);
    text.writeAscii(target, start, key);
  } else {
    target.set(key, start);
  }
  return start + key.length;
}

/** Ends a line; returns the offset behind it. */
export function writeLineEnd(target: Uint8Array, at: number): number {
  target[at] = CR;
  target[at + 1] = LF;
  return at + 2;
}

/**
 * Writes a request up to where its body starts (all of it, where it has none).
 *
 * @returns the offset behind what was written
 */
export function writeHead(target: Uint8Array, at: number, request: Request, text: TextWriter): number {
  const { command, parameters } = request;
  let next = writeVerb(target, at, command);
  // gat is the one command whose arguments stand before the key.
  if (command.shape === 'retrieveAndTouch') next = writeNumber(target, next, parameters.exptime);
  if (request.key !== undefined) next = writeKey(target, next, request.key, text);
  switch (command.shape) {
    case 'store':
      next = writeNumber(target, next, parameters.flags);
      next = writeNumber(target, next, parameters.exptime);
      next = writeNumber(target, next, parameters.bodyLength);
      if (parameters.cas !== undefined) next = writeNumber(target, next, parameters.cas);
      break;
    case 'arithmetic':
      next = writeNumber(target, next, parameters.delta ?? 1);
      break;
    case 'touch':
      next = writeNumber(target, next, parameters.exptime);
      break;
    case 'flush':
      if (parameters.exptime !== 0) next = writeNumber(target, next, parameters.exptime);
      break;
    case 'words':
      if (parameters.words !== undefined) next = writeWord(target, next, parameters.words);
      break;
    default:
      break;
  }
  return writeLineEnd(target, next);
}

/** Writes a body and its line end; returns the offset behind it. */
export function writeBody(target: Uint8Array, at: number, request: Request, text: TextWriter): number {
  const { body, bodyLength } = request.parameters;
  if (typeof body === 'string') text.writeUtf8(target, at, body, bodyLength);
  else if (body !== undefined) target.set(body, at);
  return writeLineEnd(target, at + bodyLength);
}

function writeWord(target: Uint8Array, at: number, word: string): number {
  target[at] = SPACE;
  return writeChars(target, at + 1, word);
}

function writeNumber(target: Uint8Array, at: number, value: number | bigint): number {
  target[at] = SPACE;
  if (typeof value === 'number' && value >= 0 && value <= 9) {
    target[at + 1] = 0x30 + value;
    return at + 2;
  }
  return writeChars(target, at + 1, String(value));
}

function writeChars(target: Uint8Array, at: number, text: string): number {
  const length = text.length;
  for (let i = 0; i < length; i += 1) target[at + i] = text.charCodeAt(i);
  return at + length;
}
