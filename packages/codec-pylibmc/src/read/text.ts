import { damaged } from '../pickle-error.js';

interface Decoder {
  decode(bytes: Uint8Array): string;
}

/** What of the global object is used. */
interface Globals {
  readonly TextDecoder: new (
    label: string,
    options?: { readonly fatal: boolean; readonly ignoreBOM: boolean },
  ) => Decoder;
}

const { TextDecoder } = globalThis as unknown as Globals;
/** Fatal: damaged text is an error, not a replacement character. A BOM is kept. */
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const { fromCharCode } = String;

/** Text of UTF-8 bytes. @throws PickleError for what is no UTF-8, among it lone surrogates */
export function utf8Text(data: Uint8Array, start: number, length: number): string {
  try {
    return strictDecoder.decode(data.subarray(start, start + length));
  } catch {
    throw damaged('its text is not UTF-8');
  }
}

/** Bytes at a time, so that not too many arguments are on the stack. */
const CHUNK = 4096;

/** Text of bytes, a character a byte. */
export function latin1Text(data: Uint8Array, start: number, end: number): string {
  const parts: string[] = [];
  for (let at = start; at < end; at += CHUNK) {
    parts.push(fromCharCode(...data.subarray(at, Math.min(end, at + CHUNK))));
  }
  return parts.join('');
}

/** Text of ASCII bytes: what Python 3 makes of the `str` of Python 2. @throws PickleError for other bytes */
export function asciiText(data: Uint8Array, start: number, end: number): string {
  for (let at = start; at < end; at += 1) {
    if ((data[at] as number) > 0x7f) throw damaged('text of Python 2 is not ASCII');
  }
  return latin1Text(data, start, end);
}

/** `\uXXXX` and `\UXXXXXXXX`; another character behind a backslash stands for itself, the backslash too. */
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^uU]|$)|[uU])/gs;

/** Text as protocol 0 writes it. @throws PickleError for a damaged escape or a lone surrogate */
export function rawUnicodeText(data: Uint8Array, start: number, end: number): string {
  const raw = latin1Text(data, start, end);
  const text = raw.includes('\\') ? raw.replaceAll(ESCAPE, unescaped) : raw;
  if (!text.isWellFormed()) throw damaged('its text has a lone surrogate');
  return text;
}

function unescaped(all: string, short?: string, long?: string, other?: string): string {
  if (other !== undefined) return all;
  const code = Number.parseInt(short ?? long ?? '', 16);
  if (!(code <= 0x10ffff)) throw damaged('an escape in its text is cut');
  return String.fromCodePoint(code);
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const BYTE_ESCAPE = /\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|([^x0-7])|x|$)/gs;

/** The text of a Python literal in quotes, as Python 2 wrote its `str` at protocol 0. */
export function quotedText(data: Uint8Array, start: number, end: number): string {
  const line = asciiText(data, start, end).trim();
  const quote = line.at(0);
  if (line.length < 2 || (quote !== "'" && quote !== '"') || line.at(-1) !== quote) {
    throw damaged('text in quotes has none');
  }
  return line.slice(1, -1).replaceAll(BYTE_ESCAPE, unescapedByte);
}

function unescapedByte(all: string, hex?: string, octal?: string, other?: string): string {
  if (other !== undefined) return SIMPLE_ESCAPES[other] ?? all;
  if (hex === undefined && octal === undefined) throw damaged('an escape in its text is cut');
  const code = hex === undefined ? Number.parseInt(octal ?? '', 8) & 0xff : Number.parseInt(hex, 16);
  if (code > 0x7f) throw damaged('text of Python 2 is not ASCII');
  return fromCharCode(code);
}
