import { damaged } from '../pickle-error.js';
import { PythonOrderedDict } from '../python/collections.js';
import { PythonFloat } from '../python/number.js';
import { WATCHED_FROM } from './key-collisions.js';
import type { PickleReader } from './pickle-reader.js';
import { StackForm, TypedForm } from './stack-form.js';

const { getPrototypeOf, prototype: objectPrototype } = Object;

/** True for a list, dict or set on the stack; tuples, frozensets and bytearrays have a form of their own there. */
export function isChangeable(value: object): boolean {
  const prototype = getPrototypeOf(value) as unknown;
  return (
    prototype === objectPrototype ||
    prototype === Array.prototype ||
    prototype === Set.prototype ||
    prototype === Map.prototype ||
    prototype === PythonOrderedDict.prototype
  );
}

/** A value of the stack as a key. @throws PickleError where Python cannot have it as one */
export function stackKey(reader: PickleReader, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return primitiveKey(reader, value);
  const isHashable = value instanceof TypedForm ? value.isHashable : !isChangeable(value);
  if (!isHashable) throw unhashable();
  return value instanceof StackForm ? reader.settled(value) : value;
}

/**
 * A value that is given to a call as a key. It has left the stack, so without `exact`, an array may be a list or a
 * tuple.
 *
 * @throws PickleError where Python cannot have it as one
 */
export function givenKey(reader: PickleReader, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return primitiveKey(reader, value);
  const mayBeFixed = !reader.exact && (Array.isArray(value) || value instanceof Set);
  if (!mayBeFixed && isChangeable(value)) throw unhashable();
  return value;
}

function unhashable(): Error {
  return damaged('a list, dict or set is the key of a dict or the member of a set');
}

/** Integers up to here are compared in no time. */
const LARGEST_QUICK = 2n ** 1024n;
/** What a larger one counts for each time it is a key: less than twice the bytes that it has in the pickle. */
const LARGE_KEY_UNITS = 256;

function primitiveKey(reader: PickleReader, value: unknown): unknown {
  // A Map and a Set take -0 for 0.
  if (value === 0) return reader.exact && Object.is(value, -0) ? new PythonFloat(-0) : value;
  if (typeof value === 'bigint' && (value > LARGEST_QUICK || value < -LARGEST_QUICK)) {
    reader.spendMade(LARGE_KEY_UNITS);
  }
  return value;
}

/** Adds a key to a set. */
export function addKey(reader: PickleReader, set: Set<unknown>, key: unknown): void {
  const { size } = set;
  set.add(key);
  if (size >= WATCHED_FROM && (typeof key === 'number' || typeof key === 'bigint')) {
    reader.keyCollisions().count(set, key, set.size > size);
  }
}

/** Adds a key and its value to a map. */
export function addEntry(
  reader: PickleReader,
  map: Map<unknown, unknown>,
  key: unknown,
  value: unknown,
): void {
  const { size } = map;
  map.set(key, value);
  if (size >= WATCHED_FROM && (typeof key === 'number' || typeof key === 'bigint')) {
    reader.keyCollisions().count(map, key, map.size > size);
  }
}
