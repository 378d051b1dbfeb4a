import { damaged } from '../pickle-error.js';
import { PythonFrozenset, PythonOrderedDict, PythonTuple } from '../python/collections.js';
import { isPlainDict, setMembers } from './dict-members.js';
import { addEntry, addKey, isChangeable, stackKey } from './keys.js';
import type { PickleReader } from './pickle-reader.js';
import { StackForm, TypedForm } from './stack-form.js';

/** Puts values in the place of the forms in every `step`th place of the stack above `from`. */
function settle(reader: PickleReader, from: number, step: number): void {
  const { stack, top } = reader;
  if (reader.forms === 0) return;
  for (let i = from; i < top; i += step) {
    const value = stack[i];
    if (value instanceof StackForm) stack[i] = reader.settled(value);
  }
}

/** Adds what is above `from` to the list below it. */
export function appendFrom(reader: PickleReader, from: number): void {
  const { stack, top } = reader;
  const list = from > reader.fence ? stack[from - 1] : undefined;
  if (!Array.isArray(list)) throw damaged('there is no list to add to');
  reader.spend(top - from);
  settle(reader, from, 1);
  for (let i = from; i < top; i += 1) list.push(stack[i]);
  reader.top = from;
}

/** Adds the keys and values above `from` to the dict below them. */
export function setItemsFrom(reader: PickleReader, from: number): void {
  const { stack, top } = reader;
  if (from <= reader.fence || (top - from) % 2 !== 0) throw damaged('keys and values do not match');
  reader.spend((top - from) >> 1);
  settle(reader, from + 1, 2);
  const dict = reader.current(stack[from - 1]);
  if (isPlainDict(dict)) {
    const left = setMembers(reader, dict, stack, from, top);
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

function entriesOf(dict: unknown): Map<unknown, unknown> {
  if (dict instanceof Map) return dict;
  if (dict instanceof PythonOrderedDict) return dict.entries as Map<unknown, unknown>;
  throw damaged('there is no dict to add to');
}

function setEntries(reader: PickleReader, map: Map<unknown, unknown>, from: number, to: number): void {
  const { stack } = reader;
  for (let i = from; i < to; i += 2) addEntry(reader, map, stackKey(reader, stack[i]), stack[i + 1]);
}

/** Adds what is above `from` to the set below it. */
export function addFrom(reader: PickleReader, from: number): void {
  const set = from > reader.fence ? reader.stack[from - 1] : undefined;
  if (!(set instanceof Set)) throw damaged('there is no set to add to');
  reader.spend(reader.top - from);
  addKeys(reader, set, from);
}

function addKeys(reader: PickleReader, set: Set<unknown>, from: number): void {
  const { stack, top } = reader;
  for (let i = from; i < top; i += 1) addKey(reader, set, stackKey(reader, stack[i]));
  reader.top = from;
}

/** Makes a list of what is above `from`. */
export function pushList(reader: PickleReader, from: number): void {
  settle(reader, from, 1);
  const items = reader.takeFrom(from);
  reader.pushContainer(items, items.length);
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
  const { stack, top } = reader;
  let isHashable = true;
  for (let i = from; i < top; i += 1) {
    const item = stack[i];
    if (typeof item !== 'object' || item === null) continue;
    if (item instanceof StackForm) {
      if (item instanceof TypedForm && !item.isHashable) isHashable = false;
      stack[i] = reader.settled(item);
    } else if (isChangeable(item)) isHashable = false;
  }
  const items = reader.takeFrom(from);
  const tuple = reader.exact ? new PythonTuple(items) : items;
  reader.pushContainer(new TypedForm(tuple, isHashable, items), items.length);
}

/** Makes a frozenset of what is above `from`. */
export function pushFrozenset(reader: PickleReader, from: number): void {
  const members = reader.top - from;
  const set = new Set<unknown>();
  addKeys(reader, set, from);
  reader.pushContainer(frozenset(set, reader.exact), members);
}

/** The set as one that does not change any more. */
export function frozenset(set: Set<unknown>, exact: boolean): TypedForm {
  return new TypedForm(exact ? new PythonFrozenset(set) : set, true);
}
