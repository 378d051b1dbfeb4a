import { isPlainObject, refuseDisguised, refuseFalseBytes } from './object-kind.js';
import { depthRefusal, MAX_DEPTH, nameOfObject, refusal } from './refusal.js';

const { getPrototypeOf, prototype: objectPrototype } = Object;
const datePrototype = Date.prototype;
const MAX_UINT64 = 2n ** 64n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** A value that plain MessagePack holds as it is. */
const AS_IT_IS = 0;
/** A value with members that are `undefined`, which are to be left out. */
export const LEAVES_OUT = 1;

/** Shorter text is written by msgpackr itself, which makes bytes of a lone surrogate that are no UTF-8. */
const LONG_TEXT = 64;

/**
 * The look at a value before it is written as plain MessagePack.
 *
 * @param strict look for lone surrogates in short text too, which can be seen in the bytes afterwards
 * @returns 0, or {@link LEAVES_OUT}
 * @throws TypeError for what would not come back
 */
export function lookAtPlain(value: unknown, strict: boolean): number {
  if (typeof value === 'object' && value !== null) return lookAtObject(value, 1, strict);
  lookAtPrimitive(value, strict);
  return AS_IT_IS;
}

function lookAtPrimitive(value: unknown, strict: boolean): void {
  switch (typeof value) {
    case 'string':
      if (strict || value.length >= LONG_TEXT) checkText(value);
      break;
    case 'bigint':
      if (value > MAX_UINT64 || value < MIN_INT64) throw refusal('a bigint of more than 64 bits');
      break;
    case 'undefined':
    case 'function':
    case 'symbol':
      throw refusal(nameOfPrimitive(value));
    default:
  }
}

function lookAtObject(value: object, depth: number, strict: boolean): number {
  if (depth > MAX_DEPTH) throw depthRefusal(true);
  const prototype = getPrototypeOf(value) as object | null;
  if (prototype === objectPrototype) {
    return lookAtMembers(value as Record<string, unknown>, depth, strict);
  }
  if (Array.isArray(value)) return lookAtArray(value, depth, strict);
  if (isPlainObject(value)) return lookAtMembers(value as Record<string, unknown>, depth, strict);
  if (value instanceof Uint8Array) refuseFalseBytes(value);
  else lookAtDate(value);
  return AS_IT_IS;
}

function lookAtArray(value: readonly unknown[], depth: number, strict: boolean): number {
  if (value.constructor !== Array) refuseDisguised(value);
  let found = AS_IT_IS;
  for (let i = 0; i < value.length; i += 1) {
    const element = value[i];
    // Text, numbers and objects are the most frequent.
    if (typeof element === 'string' && element.length < LONG_TEXT && !strict) continue;
    if (typeof element === 'object' && element !== null) found |= lookAtObject(element, depth + 1, strict);
    else lookAtPrimitive(element, strict);
  }
  return found;
}

function lookAtMembers(value: Record<string, unknown>, depth: number, strict: boolean): number {
  let found = AS_IT_IS;
  for (const key in value) {
    if (strict || key.length >= LONG_TEXT) checkText(key);
    const member = value[key];
    // The most frequent kinds without a call.
    switch (typeof member) {
      case 'string':
        if (strict || member.length >= LONG_TEXT) checkText(member);
        break;
      case 'number':
      case 'boolean':
        break;
      case 'undefined':
        found = LEAVES_OUT;
        break;
      case 'object':
        if (member !== null) found |= lookAtObject(member, depth + 1, strict);
        break;
      default:
        lookAtPrimitive(member, strict);
    }
  }
  return found;
}

function checkText(text: string): void {
  if (!text.isWellFormed()) throw refusal('text or a member name with a lone surrogate');
}

function lookAtDate(value: object): void {
  if (getPrototypeOf(value) !== datePrototype) throw refusal(nameOfObject(value));
  if (Number.isNaN((value as Date).getTime())) throw refusal('an invalid Date');
  refuseDisguised(value);
}

function nameOfPrimitive(value: unknown): string {
  return value === undefined
    ? 'undefined at the top or in an array, or a hole in one (as a member of an object it is left out)'
    : `a ${typeof value}`;
}
