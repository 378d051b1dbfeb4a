import { DecodeError } from '@mc/core';
import { asciiText } from './strict-text.js';

const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Python writes integers of up to 4,300 digits; no client writes more. */
const MAX_DIGITS = 4400;

/** ASCII without the spaces that `decr` leaves behind a shorter number. @throws DecodeError */
export function numberText(data: Uint8Array, start: number, end: number): string {
  const text = end - start <= MAX_DIGITS ? asciiText(data, start, end)?.trim() : undefined;
  if (text === undefined) throw notANumber();
  return text;
}

/** A number where it is exact, else a bigint. @throws DecodeError */
export function parseInteger(text: string): number | bigint {
  if (!INTEGER.test(text)) throw new DecodeError('the value is marked as an integer and is none');
  const value = Number(text);
  // Adding 0 makes 0 of -0.
  return Number.isSafeInteger(value) ? value + 0 : BigInt(text.startsWith('+') ? text.slice(1) : text);
}

/** A decimal number, or one of the names given for what is not finite. @throws DecodeError */
export function parseDecimal(text: string, names: ReadonlyMap<string, number>): number {
  const named = names.get(text);
  if (named !== undefined) return named;
  if (!DECIMAL.test(text)) throw notANumber();
  return Number(text);
}

/** How JavaScript writes what is not finite. */
const JS_NAMES: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/**
 * A number that JavaScript wrote. An integer outside the safe range is a number only where JavaScript would write
 * these digits for it; else a counter of the server has grown to it, and it is a bigint.
 *
 * @throws DecodeError
 */
export function parseJsNumber(text: string): number | bigint {
  const value = parseDecimal(text, JS_NAMES);
  if (!INTEGER.test(text) || Number.isSafeInteger(value) || String(value) === text) return value;
  return parseInteger(text);
}

function notANumber(): DecodeError {
  return new DecodeError('the value is marked as a number and is none');
}
