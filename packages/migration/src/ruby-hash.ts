import { DecodeError } from '@mc/core';
import { PlainObjectBuilder } from './plain-object.js';

/**
 * How many keys that are numbers may lie anywhere. JavaScript engines hash numbers without a secret, bigints by their
 * low 64 bits only: keys can be chosen that all fall into one bucket of a `Map`, whose time is quadratic then.
 */
const MAX_FREE_NUMBERS = 2048;
/** Beyond that, the numbers must be integers in a range of so many times their count: it has few of any bucket. */
const MAX_SPACING = 64;

/**
 * What a Hash of Ruby is in JavaScript: an object where all keys are text (Strings and Symbols), which an empty one
 * satisfies; else a `Map`.
 *
 * @throws DecodeError where two keys would become one: `:a` and `'a'`, `1` and `1.0`
 */
export function rubyHash(keys: readonly unknown[], values: readonly unknown[]): unknown {
  return keys.every((key) => typeof key === 'string') ? objectOf(keys, values) : mapOf(keys, values);
}

function objectOf(keys: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const object = new PlainObjectBuilder();
  for (const [at, key] of keys.entries()) {
    if (object.has(key)) throw twoKeys();
    object.add(key, values[at]);
  }
  return object.members;
}

function mapOf(keys: readonly unknown[], values: readonly unknown[]): Map<unknown, unknown> {
  if (keys.length > MAX_FREE_NUMBERS) checkNumbers(keys);
  const map = new Map(keys.map((key, at) => [key, values[at]]));
  if (map.size !== keys.length) throw twoKeys();
  return map;
}

/** @throws DecodeError for so many numbers so far apart that they may have been chosen to take time */
function checkNumbers(keys: readonly unknown[]): void {
  let count = 0;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const key of keys) {
    if (typeof key !== 'number' && typeof key !== 'bigint') continue;
    count += 1;
    // What is no integer lies beyond any range.
    const place = Number.isInteger(key) ? (key as number) : Number.POSITIVE_INFINITY;
    least = Math.min(least, place);
    most = Math.max(most, place);
  }
  // The difference of two infinities is no number, and no range either.
  const isNear = most - least < count * MAX_SPACING;
  if (count > MAX_FREE_NUMBERS && !isNear)
    throw new DecodeError(
      `the value holds a Hash with more than ${MAX_FREE_NUMBERS} keys that are numbers far apart`,
    );
}

function twoKeys(): DecodeError {
  return new DecodeError('the value holds a Hash with two keys that are one in JavaScript');
}
