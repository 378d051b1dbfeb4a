import { DecodeError } from '@mc/core';
import { printable } from './byte-cursor.js';
import { copyOf } from './foreign-strings.js';
import { strictText } from './strict-text.js';

/** What a String or Symbol of Ruby is encoded in: UTF-8, US-ASCII, a named encoding, or none, which means bytes. */
export type RubyEncoding = 'UTF-8' | 'US-ASCII' | { readonly name: string } | undefined;

/**
 * A String of Ruby: text, or bytes where its encoding is ASCII-8BIT, which has no mark.
 *
 * @throws DecodeError
 */
export function rubyString(
  bytes: Uint8Array,
  start: number,
  end: number,
  encoding: RubyEncoding,
): string | Uint8Array {
  if (encoding === undefined) return copyOf(bytes, start, end);
  if (typeof encoding === 'string') return plainText(bytes, start, end, encoding);
  switch (encoding.name.toUpperCase()) {
    case 'ISO-8859-1':
      return latinText(bytes, start, end);
    case 'UTF-16LE':
      return wideText(bytes, start, end, true);
    case 'UTF-16BE':
      return wideText(bytes, start, end, false);
    default:
      throw new DecodeError(`the value holds a String in the encoding ${printable(encoding.name)}`);
  }
}

/** A Symbol without a mark is ASCII. @throws DecodeError */
export function rubySymbol(bytes: Uint8Array, start: number, end: number, encoding: RubyEncoding): string {
  const text = rubyString(bytes, start, end, encoding ?? 'US-ASCII');
  // An encoding that is not undefined gives text.
  return text as string;
}

/** US-ASCII is a part of UTF-8; Ruby lets a String say either and hold neither. */
function plainText(bytes: Uint8Array, start: number, end: number, encoding: string): string {
  const text = strictText(bytes, start, end, `the value holds a String that is not ${encoding} as it says`);
  if (encoding === 'US-ASCII' && text.length !== end - start)
    throw new DecodeError('the value holds a String that is not US-ASCII as it says');
  return text;
}

function latinText(bytes: Uint8Array, start: number, end: number): string {
  return textOfUnits(end - start, (at) => bytes[start + at] as number);
}

function wideText(bytes: Uint8Array, start: number, end: number, littleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, end - start);
  if (view.byteLength % 2 !== 0)
    throw new DecodeError('the value holds a String that is not UTF-16 as it says');
  const text = textOfUnits(view.byteLength / 2, (at) => view.getUint16(at * 2, littleEndian));
  if (!text.isWellFormed()) throw new DecodeError('the value holds a String that is not UTF-16 as it says');
  return text;
}

/** Code units at a time, so that a long text is not built one by one. */
const UNITS = 4096;

function textOfUnits(length: number, unitAt: (index: number) => number): string {
  const parts: string[] = [];
  for (let at = 0; at < length; at += UNITS) {
    const units = Array.from({ length: Math.min(UNITS, length - at) }, (_, index) => unitAt(at + index));
    parts.push(String.fromCharCode(...units));
  }
  return parts.join('');
}
