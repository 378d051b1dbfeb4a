import { NEVER } from './expiry.js';
import { escapeLine, unescapeText } from './wire-key.js';
import { WRITE_ID_LENGTH } from './write-ids.js';

/*
 * The line of ASCII before a value: a mark, the generation of the namespace (12 characters), the deadline in
 * milliseconds since 1970 (9 digits of base 36), and the id of the write (4 characters). Where the value is not plain
 * text there are also the flags that the client's layout gives it; `e` and the `expires` of Keyv's envelope, where the
 * value is in one; `k` and the key, where the one on the wire is a digest. A colon ends it.
 */

/** What the line before a value says. */
export interface EntryLine {
  readonly generation: string;
  /** Milliseconds since 1970, or {@link NEVER}. */
  readonly deadline: number;
  /** The client flags of the value; `undefined` where the line has none. */
  readonly flags: number | undefined;
  readonly isEnvelope: boolean;
  readonly expires: number | undefined;
  readonly key: string | undefined;
  /** Where the value begins. */
  readonly end: number;
}

/** The first byte: another one would say that the form has changed. */
export const MARK = '1';
/** Where the generation ends, counted from the mark. */
export const GENERATION_END = 13;
const DEADLINE_DIGITS = 9;
/** Where the deadline ends, and the id of the write begins. */
export const DEADLINE_END: number = GENERATION_END + DEADLINE_DIGITS;
/** Where that id ends; in a line of text the colon is here. */
export const WRITE_ID_END: number = DEADLINE_END + WRITE_ID_LENGTH;
/** Where text begins. */
export const TEXT_START: number = WRITE_ID_END + 1;

const NO_DEADLINE: string = '0'.repeat(DEADLINE_DIGITS);
const MARK_BYTE: number = MARK.charCodeAt(0);
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const MINUS = 0x2d;
const SMALL_A = 0x61;
const SMALL_E = 0x65;
const SMALL_K = 0x6b;
const SMALL_Z = 0x7a;
const MAX_FLAGS = 0xffff_ffff;

/** Generation, deadline and id as every line has them. */
export function lineStart(mark: string, generation: string, deadline: number, writeId: string): string {
  const digits = deadline === NEVER ? NO_DEADLINE : deadline.toString(36).padStart(DEADLINE_DIGITS, '0');
  return mark + generation + digits + writeId;
}

/** The line of a value that is not plain text. */
export function entryLine(line: Omit<EntryLine, 'end'>, writeId: string): string {
  const { generation, deadline, flags, isEnvelope, expires, key } = line;
  const envelope = isEnvelope ? `e${expires ?? ''}` : '';
  const original = key === undefined ? '' : `k${escapeLine(key)}`;
  return `${lineStart(MARK, generation, deadline, writeId)}${flags}${envelope}${original}:`;
}

/**
 * A line and the value behind it in one piece. `+` only notes its two parts, and the engine takes twice as long to put
 * them together when the text is written.
 */
export function flatText(line: string, value: string): string {
  return [line, value].join('');
}

/** The deadline in a line of text. */
export function deadlineIn(text: string): number {
  if (text.startsWith(NO_DEADLINE, GENERATION_END)) return NEVER;
  return Number.parseInt(text.slice(GENERATION_END, DEADLINE_END), 36);
}

/** Byte by byte, since it is done with every read. @throws TypeError, URIError for bytes that do not begin with such a line */
export function readEntryLine(bytes: Buffer): EntryLine {
  if (bytes[0] !== MARK_BYTE || bytes.length <= WRITE_ID_END) throw unreadable();
  const generation = bytes.toString('latin1', 1, GENERATION_END);
  const deadline = readDeadline(bytes);
  if (bytes[WRITE_ID_END] === COLON) return lineOfText(generation, deadline);
  const flagsEnd = digitsEnd(bytes, WRITE_ID_END);
  const flags = numberIn(bytes, WRITE_ID_END, flagsEnd);
  if (flags > MAX_FLAGS) throw unreadable();
  const isEnvelope = bytes[flagsEnd] === SMALL_E;
  const expiresEnd = isEnvelope ? integerEnd(bytes, flagsEnd + 1) : flagsEnd;
  const expires = expiresEnd > flagsEnd + 1 ? integerIn(bytes, flagsEnd + 1, expiresEnd) : undefined;
  if (bytes[expiresEnd] === COLON) {
    return { generation, deadline, flags, isEnvelope, expires, key: undefined, end: expiresEnd + 1 };
  }
  const keyEnd = bytes.indexOf(COLON, expiresEnd);
  if (bytes[expiresEnd] !== SMALL_K || keyEnd < 0) throw unreadable();
  const key = unescapeText(bytes.toString('latin1', expiresEnd + 1, keyEnd));
  return { generation, deadline, flags, isEnvelope, expires, key, end: keyEnd + 1 };
}

function lineOfText(generation: string, deadline: number): EntryLine {
  const none = { flags: undefined, isEnvelope: false, expires: undefined, key: undefined };
  return { generation, deadline, ...none, end: TEXT_START };
}

function readDeadline(bytes: Buffer): number {
  let deadline = 0;
  for (let at = GENERATION_END; at < DEADLINE_END; at += 1) {
    const byte = bytes[at] as number;
    if (byte >= ZERO && byte <= NINE) deadline = deadline * 36 + byte - ZERO;
    else if (byte >= SMALL_A && byte <= SMALL_Z) deadline = deadline * 36 + byte - SMALL_A + 10;
    else throw unreadable();
  }
  return deadline;
}

/** Offset behind the digits at `from`. */
function digitsEnd(bytes: Buffer, from: number): number {
  let at = from;
  while ((bytes[at] as number) >= ZERO && (bytes[at] as number) <= NINE) at += 1;
  return at;
}

function integerEnd(bytes: Buffer, from: number): number {
  return digitsEnd(bytes, bytes[from] === MINUS ? from + 1 : from);
}

function integerIn(bytes: Buffer, from: number, end: number): number {
  return bytes[from] === MINUS ? -numberIn(bytes, from + 1, end) : numberIn(bytes, from, end);
}

/** The digits `[from, end)`, of which there is at least one and no more than a safe integer has. */
function numberIn(bytes: Buffer, from: number, end: number): number {
  if (end === from || end - from > 16) throw unreadable();
  let value = 0;
  for (let at = from; at < end; at += 1) value = value * 10 + ((bytes[at] as number) - ZERO);
  return value;
}

function unreadable(): TypeError {
  return new TypeError('the line before the value cannot be read');
}
