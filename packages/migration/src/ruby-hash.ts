import { DecodeError } from '@mc/core';
import { setMember } from './plain-members.js';

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
  const members: Record<string, unknown> = {};
  for (const [at, key] of keys.entries()) {
    if (Object.hasOwn(members, key)) throw twoKeys();
    setMember(members, key, values[at]);
  }
  return members;
}

function mapOf(keys: readonly unknown[], values: readonly unknown[]): Map<unknown, unknown> {
  const map = new Map(keys.map((key, at) => [key, values[at]]));
  if (map.size !== keys.length) throw twoKeys();
  return map;
}

function twoKeys(): DecodeError {
  return new DecodeError('the value holds a Hash with two keys that are one in JavaScript');
}
