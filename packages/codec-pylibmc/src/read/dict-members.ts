import { isIndex } from './index-name.js';
import type { PickleReader } from './pickle-reader.js';

const { getPrototypeOf, prototype: objectPrototype } = Object;

type Dict = Record<string, unknown>;

/** True for a dict whose keys are all text so far: nothing else on the stack is a plain object. */
export function isPlainDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && getPrototypeOf(value) === objectPrototype;
}

/** Above all characters that a name begins with which has to be looked at: digits, and the `_` of `__proto__`. */
const LAST_SPECIAL = 0x5f;

/**
 * Sets the members whose keys and values lie one after the other.
 *
 * @returns where the first key stands that is no text, or `to`
 */
export function setMembers(
  reader: PickleReader,
  dict: Dict,
  entries: readonly unknown[],
  from: number,
  to: number,
): number {
  if (reader.keepsOrder) keepOrder(reader.keepDicts().orderOf(dict), entries, from, to);
  let isSparse = false;
  for (let i = from; i < to; i += 2) {
    const key = entries[i];
    if (typeof key !== 'string') return i;
    if (key.charCodeAt(0) > LAST_SPECIAL) {
      dict[key] = entries[i + 1];
    } else if (key === '__proto__') {
      define(dict, key, entries[i + 1], true);
    } else {
      if (!isSparse && isIndex(key) && isFarAbove(dict, key, (i - from) >> 1)) {
        isSparse = true;
        makeSparse(dict, key);
      }
      dict[key] = entries[i + 1];
    }
  }
  return to;
}

function keepOrder(order: string[], entries: readonly unknown[], from: number, to: number): void {
  for (let i = from; i < to; i += 2) {
    const key = entries[i];
    if (typeof key !== 'string') return;
    order.push(key);
  }
}

/** Makes the member an own one, whatever it is called. */
function define(dict: Dict, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(dict, key, { value, configurable: true, enumerable, writable: true });
}

/** Indexes that an object has room for, about, as soon as it has one. */
const FREE_ROOM = 16;

/** @param members how many there are already, or less */
function isFarAbove(dict: Dict, key: string, members: number): boolean {
  const index = Number(key);
  return index > 2 * members + FREE_ROOM && !Object.hasOwn(dict, index - 1);
}

/**
 * Has the engine keep the indexes of an object in a hash table, as it does where one of them was hidden once. It would
 * make room for all indexes below the first: 12 kB for the one member '1000'.
 */
function makeSparse(dict: Dict, key: string): void {
  if (Object.hasOwn(dict, key)) return;
  define(dict, key, null, false);
  define(dict, key, null, true);
}
