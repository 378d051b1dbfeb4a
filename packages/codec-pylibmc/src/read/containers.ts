import { damaged } from '../pickle-error.js';
import { PythonBytearray, PythonFrozenset, PythonOrderedDict, PythonTuple } from '../python/collections.js';
import { PythonFloat } from '../python/number.js';
import type { PickleReader } from './pickle-reader.js';

const { getPrototypeOf, prototype: objectPrototype } = Object;

/** True for a dict whose keys are all text so far: nothing else on the stack is a plain object. */
function isPlainDict(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && getPrototypeOf(value) === objectPrototype;
}

/** Makes the member an own one, whatever it is called. */
export function setMember(dict: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') dict[key] = value;
  else Object.defineProperty(dict, key, { value, configurable: true, enumerable: true, writable: true });
}

/** Adds what is above `from` to the list below it. */
export function appendFrom(reader: PickleReader, from: number): void {
  const { stack, top } = reader;
  const list = from > reader.fence ? stack[from - 1] : undefined;
  if (!Array.isArray(list)) throw damaged('there is no list to add to');
  reader.spend(top - from);
  for (let i = from; i < top; i += 1) list.push(stack[i]);
  reader.top = from;
}

/** Adds the keys and values above `from` to the dict below them. */
export function setItemsFrom(reader: PickleReader, from: number): void {
  const { stack, top } = reader;
  if (from <= reader.fence || (top - from) % 2 !== 0) throw damaged('keys and values do not match');
  reader.spend((top - from) >> 1);
  const dict = reader.current(stack[from - 1]);
  if (isPlainDict(dict)) {
    const left = setMembers(dict, stack, from, top);
    if (left < top) {
      const map = reader.replaceDict(dict);
      stack[from - 1] = map;
      setEntries(reader, map, left, top);
    }
  } else {
    setEntries(reader, entriesOf(dict), from, top);
  }
  reader.top = from;
}

/** @returns where the first key stands that is no text, or `to` */
function setMembers(dict: Record<string, unknown>, stack: unknown[], from: number, to: number): number {
  for (let i = from; i < to; i += 2) {
    const key = stack[i];
    if (typeof key !== 'string') return i;
    setMember(dict, key, stack[i + 1]);
  }
  return to;
}

function entriesOf(dict: unknown): Map<unknown, unknown> {
  if (dict instanceof Map) return dict;
  if (dict instanceof PythonOrderedDict) return dict.entries as Map<unknown, unknown>;
  throw damaged('there is no dict to add to');
}

function setEntries(reader: PickleReader, map: Map<unknown, unknown>, from: number, to: number): void {
  const { stack, exact } = reader;
  for (let i = from; i < to; i += 2) map.set(hashable(stack[i], exact), stack[i + 1]);
}

/** Adds what is above `from` to the set below it. */
export function addFrom(reader: PickleReader, from: number): void {
  const { stack, top, exact } = reader;
  const set = from > reader.fence ? stack[from - 1] : undefined;
  if (!(set instanceof Set)) throw damaged('there is no set to add to');
  reader.spend(top - from);
  for (let i = from; i < top; i += 1) set.add(hashable(stack[i], exact));
  reader.top = from;
}

/** The value, where Python can have it as a key. @throws PickleError */
export function hashable(value: unknown, exact: boolean): unknown {
  // A Map and a Set take -0 for 0.
  if (exact && Object.is(value, -0)) return new PythonFloat(-0);
  if (typeof value !== 'object' || value === null) return value;
  const isMutable =
    isPlainDict(value) ||
    value instanceof Map ||
    value instanceof PythonOrderedDict ||
    value instanceof PythonBytearray ||
    // Without `exact`, tuples and frozensets come as these too.
    (exact && (Array.isArray(value) || value instanceof Set));
  if (isMutable) throw damaged('a list, dict or set is the key of a dict or the member of a set');
  return value;
}

/** A new dict of keys and values that lie one after the other. */
export function pushDict(reader: PickleReader, from: number): void {
  const { stack } = reader;
  const { top } = reader;
  // The dict goes below its members.
  for (let i = top; i > from; i -= 1) stack[i] = stack[i - 1];
  stack[from] = {};
  reader.top = top + 1;
  reader.containers += 1;
  reader.spend(1);
  setItemsFrom(reader, from + 1);
}

/** Makes a tuple of what is above `from`. */
export function pushTuple(reader: PickleReader, from: number): void {
  if (from < reader.fence) throw damaged('nothing is left on the stack');
  const items = reader.takeFrom(from);
  reader.pushContainer(reader.exact ? new PythonTuple(items) : items, items.length);
}

/** Makes a set of values that does not change any more. */
export function frozenset(members: Iterable<unknown>, exact: boolean): object {
  const set = new Set<unknown>();
  for (const member of members) set.add(hashable(member, exact));
  return exact ? new PythonFrozenset(set) : set;
}

/** The items of a tuple; undefined where it is none. */
export function tupleItems(value: unknown, exact: boolean): readonly unknown[] | undefined {
  if (exact) return value instanceof PythonTuple ? value.items : undefined;
  return Array.isArray(value) ? value : undefined;
}
