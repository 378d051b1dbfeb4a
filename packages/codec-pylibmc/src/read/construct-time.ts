import { damaged } from '../pickle-error.js';
import { PythonDate, PythonDatetime, PythonTime } from '../python/datetime.js';
import { PythonTimedelta, PythonTimezone } from '../python/timezone.js';
import type { PickleReader } from './pickle-reader.js';

type Arguments = readonly unknown[];

/** The bytes that a date or time is made of; Python 2 wrote them as text. */
function stateOf(value: unknown, length: number): Uint8Array {
  const isState = (typeof value === 'string' || value instanceof Uint8Array) && value.length === length;
  if (!isState) throw damaged('a date or time is not what it should be');
  return typeof value === 'string' ? Uint8Array.from(value, (letter) => letter.charCodeAt(0)) : value;
}

function timezoneOf(args: Arguments): PythonTimezone | undefined {
  const zone = args[1];
  if (args.length > 2 || (zone !== undefined && zone !== null && !(zone instanceof PythonTimezone))) {
    throw damaged('the time zone of a time is none');
  }
  return zone ?? undefined;
}

function uint24([high = 0, middle = 0, low = 0]: Uint8Array): number {
  return (high << 16) | (middle << 8) | low;
}

/** The highest bit of this byte says whether the time is the second of two equal ones. */
const FOLD = 0x80;

/** `datetime.datetime(state[, timezone])`. */
export function makeDatetime(args: Arguments, { exact }: PickleReader): PythonDatetime | Date {
  const state = stateOf(args[0], 10);
  const [yearHigh = 0, yearLow = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = state;
  const datetime = new PythonDatetime(
    (yearHigh << 8) | yearLow,
    month & ~FOLD,
    day,
    hour,
    minute,
    second,
    uint24(state.subarray(7)),
    timezoneOf(args),
    month >> 7,
  );
  return exact ? datetime : datetime.toDate();
}

/** `datetime.date(state)`. */
export function makeDate(args: Arguments): PythonDate {
  if (args.length !== 1) throw damaged('a date has no further arguments');
  const [yearHigh = 0, yearLow = 0, month = 0, day = 0] = stateOf(args[0], 4);
  return new PythonDate((yearHigh << 8) | yearLow, month, day);
}

/** `datetime.time(state[, timezone])`. */
export function makeTime(args: Arguments): PythonTime {
  const state = stateOf(args[0], 6);
  const [hour = 0, minute = 0, second = 0] = state;
  return new PythonTime(hour & ~FOLD, minute, second, uint24(state.subarray(3)), timezoneOf(args), hour >> 7);
}

/** `datetime.timedelta(days, seconds, microseconds)`. */
export function makeTimedelta(args: Arguments): PythonTimedelta {
  if (args.length > 3 || !args.every((part) => typeof part === 'number')) {
    throw damaged('a timedelta is made of integers');
  }
  return new PythonTimedelta(...(args as [number?, number?, number?]));
}

/** `datetime.timezone(offset[, name])`. */
export function makeTimezone(args: Arguments): PythonTimezone {
  const [offset, name] = args;
  const isNamed = name === undefined || typeof name === 'string';
  if (!(offset instanceof PythonTimedelta) || !isNamed || args.length > 2) {
    throw damaged('a time zone is made of an offset and a name');
  }
  return new PythonTimezone(offset, name);
}
