import { MAX_DEPTH, nameOfPrimitive, refusal } from './refusal.js';

const { getPrototypeOf, prototype: objectPrototype } = Object;
const datePrototype = Date.prototype;
const dateToJson = datePrototype.toJSON;

/** The shape of objects that say themselves what JSON is to hold of them. */
export interface Serializable {
  readonly toJSON: (key: string) => unknown;
}

/** True where an object has a `toJSON` method, its own or inherited. */
export function hasToJson(value: object): value is Serializable {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function';
}

/** True for objects made by literals, in whichever realm, and for those without a prototype. */
export function isPlainObject(value: object): boolean {
  const prototype = getPrototypeOf(value) as object | null;
  // The root of another realm is no more ours than its arrays are; but it is a root.
  return prototype === objectPrototype || prototype === null || getPrototypeOf(prototype) === null;
}

/**
 * The quick look at a value before it is written.
 *
 * @returns true where JSON.stringify writes all of it; false where that takes a closer look
 * @throws TypeError for a primitive that JSON cannot hold
 */
export function isPlainJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      // NaN and the infinities are the numbers that minus themselves are not 0.
      if (value - value !== 0) throw refusal(nameOfPrimitive(value));
      return true;
    case 'object':
      return value === null || isPlainStructure(value, depth + 1);
    default:
      throw refusal(nameOfPrimitive(value));
  }
}

function isPlainStructure(value: object, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return isPlainArray(value, depth);
  if (isPlainObject(value)) return isPlainMembers(value as Record<string, unknown>, depth);
  return getPrototypeOf(value) === datePrototype && isOrdinaryDate(value as Date);
}

function isPlainArray(value: readonly unknown[], depth: number): boolean {
  for (let i = 0; i < value.length; i += 1) {
    if (!isPlainJson(value[i], depth)) return false;
  }
  return !hasToJson(value);
}

function isPlainMembers(value: Record<string, unknown>, depth: number): boolean {
  for (const key in value) {
    const member = value[key];
    // Quicker than a call for the most frequent kinds.
    if (typeof member === 'string' || member === undefined) continue;
    if (typeof member === 'function') return false;
    if (!isPlainJson(member, depth)) return false;
  }
  return !hasToJson(value);
}

function isOrdinaryDate(date: Date): boolean {
  return date.toJSON === dateToJson && !Number.isNaN(date.getTime());
}
