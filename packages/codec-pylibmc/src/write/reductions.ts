import { PythonRange } from '../python/collections.js';
import { PythonDate, PythonDatetime, PythonTime } from '../python/datetime.js';
import { PythonDecimal } from '../python/number.js';
import { PythonTimedelta, PythonTimezone } from '../python/timezone.js';
import type { GlobalName } from './pickle-output.js';
import { tooMuch, unwritable } from './unwritable.js';

/** A value as a call of a Python class, which is how pickles hold what has no opcode. */
export interface Reduction {
  readonly called: GlobalName;
  readonly args: readonly unknown[];
  /** True where Python makes the first argument, a text, anew for each call: it is no text that was written before. */
  readonly hasNewText?: boolean;
}

function globalName(moduleName: string, name: string, oldModule = moduleName, oldName = name): GlobalName {
  return { moduleName, name, oldModule, oldName };
}

const DATETIME = globalName('datetime', 'datetime');
const DATE = globalName('datetime', 'date');
const TIME = globalName('datetime', 'time');
const TIMEDELTA = globalName('datetime', 'timedelta');
const TIMEZONE = globalName('datetime', 'timezone');
const DECIMAL = globalName('decimal', 'Decimal');
const RANGE = globalName('builtins', 'range', '__builtin__', 'xrange');
const ENCODE = globalName('_codecs', 'encode');
const BYTES = globalName('builtins', 'bytes', '__builtin__');
const BYTEARRAY = globalName('builtins', 'bytearray', '__builtin__');
export const SET: GlobalName = globalName('builtins', 'set', '__builtin__');
export const FROZENSET: GlobalName = globalName('builtins', 'frozenset', '__builtin__');
export const ORDERED_DICT: GlobalName = globalName('collections', 'OrderedDict');
export const UUID: GlobalName = globalName('uuid', 'UUID');

/** Python has one UTC too, so that all times share it. */
const UTC = new PythonTimezone(new PythonTimedelta());

/** Bytes below protocol 3. */
export function reduceBytes(bytes: Uint8Array): Reduction {
  if (bytes.length === 0) return { called: BYTES, args: [] };
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte));
  // Python has each text of one character once.
  return { called: ENCODE, args: [letters.join(''), 'latin1'], hasNewText: bytes.length > 1 };
}

/** A bytearray below protocol 5. */
export function reduceBytearray(bytes: Uint8Array): Reduction {
  return { called: BYTEARRAY, args: bytes.length === 0 ? [] : [bytes.slice()] };
}

function timeState(
  { hour, minute, second, microsecond }: PythonTime | PythonDatetime,
  foldBit: number,
): readonly number[] {
  return [hour | foldBit, minute, second, microsecond >> 16, (microsecond >> 8) & 0xff, microsecond & 0xff];
}

/** The highest bit of a byte, from protocol 4 on. */
function foldBit(fold: number, protocol: number): number {
  return fold === 1 && protocol > 3 ? 0x80 : 0;
}

function reduceDatetime(value: PythonDatetime, protocol: number): Reduction {
  const { year, month, day, timezone, fold } = value;
  const date = [year >> 8, year & 0xff, month | foldBit(fold, protocol), day];
  const state = Uint8Array.from([...date, ...timeState(value, 0)]);
  return { called: DATETIME, args: timezone === undefined ? [state] : [state, timezone] };
}

function reduceTime(value: PythonTime, protocol: number): Reduction {
  const state = Uint8Array.from(timeState(value, foldBit(value.fold, protocol)));
  return { called: TIME, args: value.timezone === undefined ? [state] : [state, value.timezone] };
}

function reduceDate({ year, month, day }: PythonDate): Reduction {
  return { called: DATE, args: [Uint8Array.of(year >> 8, year & 0xff, month, day)] };
}

/** A point in time: a datetime in UTC. */
function reduceInstant(date: Date, protocol: number): Reduction {
  const ms = date.getTime();
  if (Number.isNaN(ms)) throw unwritable('an invalid Date');
  const year = date.getUTCFullYear();
  if (year < 1 || year > 9999) throw tooMuch('a Date before the year 1 or after 9999');
  const datetime = new PythonDatetime(
    year,
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    date.getUTCMilliseconds() * 1000,
    UTC,
  );
  return reduceDatetime(datetime, protocol);
}

function reduceTimedelta({ days, seconds, microseconds }: PythonTimedelta): Reduction {
  return { called: TIMEDELTA, args: [days, seconds, microseconds] };
}

function reduceTimezone({ offset, name }: PythonTimezone): Reduction {
  return { called: TIMEZONE, args: name === undefined ? [offset] : [offset, name] };
}

/** The value as a call; undefined for what is none of these classes. */
export function reductionOf(value: object, protocol: number): Reduction | undefined {
  if (value instanceof Date) return reduceInstant(value, protocol);
  if (value instanceof PythonDatetime) return reduceDatetime(value, protocol);
  if (value instanceof PythonDate) return reduceDate(value);
  if (value instanceof PythonTime) return reduceTime(value, protocol);
  if (value instanceof PythonTimedelta) return reduceTimedelta(value);
  if (value instanceof PythonTimezone) return reduceTimezone(value);
  if (value instanceof PythonDecimal) return { called: DECIMAL, args: [value.text], hasNewText: true };
  if (value instanceof PythonRange) return { called: RANGE, args: [value.start, value.stop, value.step] };
  return undefined;
}
