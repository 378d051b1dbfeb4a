import { type Description, describeFloat, hexOf } from './described-value.js';

/**
 * What Python is to read where this value was written, by the documented table and not by the code that wrote it.
 * `more` says it for kinds besides JavaScript's own.
 */
export function pythonForm(value: unknown, more?: (value: object) => Description | undefined): Description {
  const form = (item: unknown): Description => pythonForm(item, more);
  if (value === null) return { t: 'none' };
  switch (typeof value) {
    case 'boolean':
      return { t: 'bool', v: value };
    case 'number':
      return isInteger(value) ? { t: 'int', v: String(value) } : describeFloat(value);
    case 'bigint':
      return { t: 'int', v: String(value) };
    case 'string':
      return { t: 'str', v: value };
    case 'object':
      return more?.(value) ?? objectForm(value, form);
    default:
      throw new TypeError(`there is no Python form of a ${typeof value}`);
  }
}

/** The same for a value of its own, not in another: pylibmc has no boolean there. */
export function topForm(value: unknown, more?: (value: object) => Description | undefined): Description {
  return typeof value === 'boolean' ? { t: 'int', v: value ? '1' : '0' } : pythonForm(value, more);
}

function isInteger(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

function objectForm(value: object, form: (item: unknown) => Description): Description {
  if (value instanceof Uint8Array) return { t: 'bytes', v: hexOf(value) };
  if (Array.isArray(value)) return { t: 'list', v: value.map(form) };
  if (value instanceof Set) return { t: 'set', v: [...value].map(form) };
  if (value instanceof Map) return { t: 'dict', v: [...value].map(([key, item]) => [form(key), form(item)]) };
  if (value instanceof Date) return dateForm(value);
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  return { t: 'dict', v: members.map(([key, item]) => [form(key), form(item)]) };
}

/** A moment, in UTC. */
function dateForm(date: Date): Description {
  const day = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  const clock = [
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    date.getUTCMilliseconds() * 1000,
  ];
  return { t: 'datetime', v: [...day, ...clock], offset: 0, fold: 0 };
}
