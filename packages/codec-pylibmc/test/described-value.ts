import {
  PythonBytearray,
  PythonDate,
  PythonDatetime,
  PythonDecimal,
  PythonFloat,
  PythonFrozenset,
  PythonOrderedDict,
  PythonRange,
  PythonTime,
  PythonTimedelta,
  PythonTimezone,
  PythonTuple,
  PythonUuid,
} from '@mc/codec-pylibmc';
import { fromBase64 } from './equality.js';

/** A value as make-pickles.py describes it. */
export type Described = null | boolean | string | readonly [type: string, ...rest: unknown[]];

type Rest = readonly unknown[];

const NO_NUMBERS: Readonly<Record<string, number>> = {
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  nan: Number.NaN,
};

function integer(text: string): number | bigint {
  return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
}

function float(text: string, exact: boolean, isKey: boolean): unknown {
  const value = NO_NUMBERS[text] ?? Number(text);
  const isLost = Object.is(value, -0) ? isKey : Number.isSafeInteger(value);
  return exact && isLost ? new PythonFloat(value) : value;
}

function entries(rest: Rest, exact: boolean): [unknown, unknown][] {
  return (rest as [Described, Described][]).map(([key, value]) => [
    describedValue(key, exact, true),
    describedValue(value, exact),
  ]);
}

function dict(rest: Rest, exact: boolean): unknown {
  const members = entries(rest, exact);
  return members.every(([key]) => typeof key === 'string') ? Object.fromEntries(members) : new Map(members);
}

function orderedDict(rest: Rest, exact: boolean): unknown {
  return exact ? new PythonOrderedDict(entries(rest, exact)) : dict(rest, exact);
}

function zone(described: unknown): PythonTimezone | undefined {
  return describedValue((described ?? null) as Described, true) as PythonTimezone | null as
    | PythonTimezone
    | undefined;
}

function datetime(rest: Rest, exact: boolean): unknown {
  const [year, month, day, hour, minute, second, microsecond] = rest as number[];
  const value = new PythonDatetime(
    year ?? 0,
    month ?? 0,
    day ?? 0,
    hour,
    minute,
    second,
    microsecond,
    zone(rest[7]) ?? undefined,
    rest[8] as number,
  );
  return exact ? value : instant(value);
}

/** Reckoned in another way than the package does it. */
function instant({ year, month, day, hour, minute, second, microsecond, timezone }: PythonDatetime): Date {
  const iso = [String(year).padStart(4, '0'), month, day]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
  const midnight = BigInt(Date.parse(`${iso}T00:00:00.000Z`)) * 1000n;
  const { days = 0, seconds = 0, microseconds = 0 } = timezone?.offset ?? {};
  const local = BigInt(hour * 3600 + minute * 60 + second) * 1_000_000n + BigInt(microsecond);
  const total = midnight + local - BigInt(days * 86_400 + seconds) * 1_000_000n - BigInt(microseconds);
  // Towards the past, also before 1970.
  return new Date(Number((total - (((total % 1000n) + 1000n) % 1000n)) / 1000n));
}

const MAKERS: Readonly<Record<string, (rest: Rest, exact: boolean, isKey: boolean) => unknown>> = {
  int: ([text]) => integer(text as string),
  float: ([text], exact, isKey) => float(text as string, exact, isKey),
  bytes: ([text]) => fromBase64(text as string),
  bytearray: ([text], exact) => {
    const bytes = fromBase64(text as string);
    return exact ? new PythonBytearray(bytes) : bytes;
  },
  list: (rest, exact) => rest.map((item) => describedValue(item as Described, exact)),
  tuple: (rest, exact) => {
    const items = rest.map((item) => describedValue(item as Described, exact));
    return exact ? new PythonTuple(items) : items;
  },
  set: (rest, exact) => new Set(rest.map((member) => describedValue(member as Described, exact, true))),
  frozenset: (rest, exact) => {
    const members = rest.map((member) => describedValue(member as Described, exact, true));
    return exact ? new PythonFrozenset(members) : new Set(members);
  },
  dict,
  OrderedDict: orderedDict,
  datetime,
  date: (rest) => new PythonDate(...(rest as [number, number, number])),
  time: ([hour, minute, second, microsecond, timezone, fold]) =>
    new PythonTime(
      hour as number,
      minute as number,
      second as number,
      microsecond as number,
      zone(timezone) ?? undefined,
      fold as number,
    ),
  timedelta: (rest) => new PythonTimedelta(...(rest as [number, number, number])),
  timezone: ([offset, name]) => {
    const length = describedValue(offset as Described, true) as PythonTimedelta;
    return name === undefined ? new PythonTimezone(length) : new PythonTimezone(length, name as string);
  },
  Decimal: ([text]) => new PythonDecimal(text as string),
  UUID: ([text, safe]) => new PythonUuid(text as string, safe as 0 | -1 | undefined),
  range: (rest) => {
    const [start = 0, stop = 0, step = 1] = (rest as string[]).map(integer);
    return new PythonRange(start, stop, step);
  },
};

/** The value that a description stands for. */
export function describedValue(described: Described, exact: boolean, isKey = false): unknown {
  if (!Array.isArray(described)) return described;
  const [type, ...rest] = described as [string, ...unknown[]];
  const make = MAKERS[type];
  if (make === undefined) throw new Error(`no ${type} is known`);
  return make(rest, exact, isKey);
}
