import { damaged } from '../pickle-error.js';
import { PythonFloat } from '../python/number.js';
import { bytearray } from './construct-builtin.js';
import { binaryInteger, decimalInteger } from './integer.js';
import type { PickleReader } from './pickle-reader.js';
import { asciiText, latin1Text, quotedText, rawUnicodeText, utf8Text } from './text.js';

function readLine(reader: PickleReader): string {
  const start = reader.at;
  return latin1Text(reader.data, start, reader.takeLine());
}

/** A length of 4 bytes that Python reads with a sign. */
function int32Length(reader: PickleReader): number {
  const length = reader.int32();
  if (length < 0) throw damaged('a length is negative');
  return length;
}

/** INT: a line of decimal text; `00` and `01` are the booleans of protocol 0. */
export function readInteger(reader: PickleReader): void {
  const text = readLine(reader);
  if (text === '00' || text === '01') reader.push(text === '01');
  else reader.push(decimalInteger(text.trim()));
}

/** LONG: a line of decimal text, with an `L` behind it. */
export function readLongText(reader: PickleReader): void {
  reader.push(decimalInteger(readLine(reader).trim().replace(/L$/, '')));
}

/** LONG1. */
export function readLong(reader: PickleReader): void {
  const length = reader.uint8();
  reader.push(binaryInteger(reader.data, reader.take(length), length));
}

/** LONG4. */
export function readLargeLong(reader: PickleReader): void {
  const length = int32Length(reader);
  reader.push(binaryInteger(reader.data, reader.take(length), length));
}

const FLOAT = /^[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?)$/i;
const NO_NUMBERS: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['-nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
]);

/** FLOAT: a line of decimal text. */
export function readFloatText(reader: PickleReader): void {
  const text = readLine(reader).trim();
  const value = FLOAT.test(text) ? Number(text) : NO_NUMBERS.get(text);
  if (value === undefined) throw damaged('a float in it is none');
  reader.push(floatValue(value, reader.exact));
}

/** BINFLOAT. */
export function readFloat(reader: PickleReader): void {
  const value = reader.float64();
  reader.push(reader.exact ? floatValue(value, true) : value);
}

/** With `exact`, a number that would be written as an integer comes as a {@link PythonFloat}. */
function floatValue(value: number, exact: boolean): unknown {
  return exact && Number.isSafeInteger(value) && !Object.is(value, -0) ? new PythonFloat(value) : value;
}

/** UNICODE: a line with escapes. */
export function readEscapedText(reader: PickleReader): void {
  const start = reader.at;
  reader.push(rawUnicodeText(reader.data, start, reader.takeLine()));
}

/** STRING: a line with a literal of Python 2. */
export function readQuotedText(reader: PickleReader): void {
  const start = reader.at;
  reader.push(quotedText(reader.data, start, reader.takeLine()));
}

function pushUtf8(reader: PickleReader, length: number): void {
  const { data } = reader;
  const start = reader.take(length);
  reader.push(reader.texts.read(data, start, length) ?? utf8Text(data, start, length));
}

/** SHORT_BINUNICODE. */
export function readShortText(reader: PickleReader): void {
  pushUtf8(reader, reader.uint8());
}

/** BINUNICODE. */
export function readText(reader: PickleReader): void {
  pushUtf8(reader, reader.uint32());
}

/** BINUNICODE8. */
export function readLongestText(reader: PickleReader): void {
  pushUtf8(reader, reader.uint64());
}

function pushAscii(reader: PickleReader, length: number): void {
  const start = reader.take(length);
  reader.push(asciiText(reader.data, start, start + length));
}

/** SHORT_BINSTRING: `str` of Python 2. */
export function readShortAscii(reader: PickleReader): void {
  pushAscii(reader, reader.uint8());
}

/** BINSTRING: `str` of Python 2. */
export function readAscii(reader: PickleReader): void {
  pushAscii(reader, int32Length(reader));
}

/** A copy: the bytes of the pickle are not ours. */
function takeBytes(reader: PickleReader, length: number): Uint8Array {
  const start = reader.take(length);
  reader.spend(1);
  const copy = new Uint8Array(length);
  copy.set(reader.data.subarray(start, start + length));
  return copy;
}

/** SHORT_BINBYTES. */
export function readShortBytes(reader: PickleReader): void {
  reader.push(takeBytes(reader, reader.uint8()));
}

/** BINBYTES. */
export function readBytes(reader: PickleReader): void {
  reader.push(takeBytes(reader, reader.uint32()));
}

/** BINBYTES8. */
export function readLongestBytes(reader: PickleReader): void {
  reader.push(takeBytes(reader, reader.uint64()));
}

/** BYTEARRAY8. */
export function readBytearray(reader: PickleReader): void {
  reader.pushForm(bytearray(takeBytes(reader, reader.uint64()), reader.exact));
}
