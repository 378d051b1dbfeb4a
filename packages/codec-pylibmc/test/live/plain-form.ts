import {
  bytesOf,
  type Description,
  floatOf,
  hexOf,
  sortedByText,
  type TimeDescription,
} from './described-value.js';

/** What kind a JavaScript value is and what it holds, in a form that `toEqual` compares without judging. */
export interface Form {
  readonly is: string;
  readonly of?: string | boolean | readonly Form[] | readonly (readonly [Form, Form])[];
}

/** The form of a value that was read. `more` says it for kinds besides JavaScript's own. */
export function formOf(value: unknown, more?: (value: object) => Form | undefined): Form {
  const form = (item: unknown): Form => formOf(item, more);
  if (value === null) return { is: 'null' };
  switch (typeof value) {
    case 'boolean':
      return { is: 'boolean', of: value };
    case 'string':
      return { is: 'string', of: value };
    case 'number':
      return numberForm(value);
    case 'bigint':
      return { is: 'bigint', of: String(value) };
    case 'object':
      return more?.(value) ?? objectForm(value, form);
    default:
      return { is: typeof value };
  }
}

/**
 * What is to be read where Python wrote this, by the documented table and not by the code that read it. `more` says
 * it for the types that are read as something else than JavaScript's own.
 */
export function expectedForm(written: Description, more: (written: Description) => Form | undefined): Form {
  const form = (item: Description): Form => expectedForm(item, more);
  switch (written.t) {
    case 'none':
      return { is: 'null' };
    case 'bool':
      return { is: 'boolean', of: written.v };
    case 'int':
      return integerForm(BigInt(written.v));
    case 'float':
      return numberForm(floatOf(written.v));
    case 'str':
      return { is: 'string', of: written.v };
    case 'bytes':
    case 'bytearray':
      return bytesForm(bytesOf(written.v));
    case 'list':
    case 'tuple':
      return { is: 'array', of: written.v.map(form) };
    case 'set':
    case 'frozenset':
      return { is: 'set', of: sortedByText(written.v.map(form)) };
    case 'dict':
    case 'ordereddict':
      return pairsForm(written.v.every(([key]) => key.t === 'str') ? 'object' : 'map', written.v, form);
    case 'datetime':
      return { is: 'date', of: String(momentOf(written as TimeDescription)) };
    default:
      return more(written) ?? { is: `a form of ${written.t}` };
  }
}

function numberForm(value: number): Form {
  return { is: 'number', of: Object.is(value, -0) ? '-0' : String(value) };
}

function integerForm(value: bigint): Form {
  const safe = Number.isSafeInteger(Number(value));
  return safe ? numberForm(Number(value)) : { is: 'bigint', of: String(value) };
}

function bytesForm(bytes: Uint8Array): Form {
  return { is: 'bytes', of: hexOf(bytes) };
}

function objectForm(value: object, form: (item: unknown) => Form): Form {
  if (value instanceof Uint8Array) return bytesForm(value);
  if (Array.isArray(value)) return { is: 'array', of: value.map(form) };
  if (value instanceof Set) return { is: 'set', of: sortedByText([...value].map(form)) };
  if (value instanceof Map) return pairsForm('map', [...value], form);
  if (value instanceof Date) return { is: 'date', of: String(value.getTime()) };
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype) return { is: 'an object of a class' };
  return pairsForm('object', Object.entries(value), form);
}

/**
 * The order is not looked at, as in Python's equality: an object has the names that look like indexes
 * first.
 */
function pairsForm<T>(is: string, pairs: readonly (readonly [T, T])[], form: (item: T) => Form): Form {
  return { is, of: sortedByText(pairs.map(([key, item]) => [form(key), form(item)] as const)) };
}

/** Milliseconds since 1970; a moment without a zone counts as UTC, and what is under a millisecond is cut. */
function momentOf({ v, offset }: TimeDescription): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, micro = 0] = v;
  const local = new Date(0);
  // Date.UTC takes the years 0 to 99 for those of the twentieth century.
  local.setUTCFullYear(year, month - 1, day);
  local.setUTCHours(hour, minute, second, Math.floor(micro / 1000));
  return local.getTime() - (offset ?? 0) / 1000;
}
