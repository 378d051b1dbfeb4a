import { refusal } from './refusal.js';

const { getPrototypeOf, hasOwn, prototype: objectPrototype } = Object;
const typedArrayPrototype = getPrototypeOf(Uint8Array.prototype) as object;
const byteLengthOf = Object.getOwnPropertyDescriptor(typedArrayPrototype, 'byteLength')?.get as (
  this: unknown,
) => number;

/** True for objects made by literals, in whichever realm, and for those without a prototype. */
export function isPlainObject(value: object): boolean {
  const prototype = getPrototypeOf(value) as object | null;
  if (prototype === objectPrototype || prototype === null) return true;
  // The root of another realm has no parent, but it has the methods of a root.
  return getPrototypeOf(prototype) === null && hasOwn(prototype, 'hasOwnProperty');
}

/**
 * Refuses what only looks like an object of a built-in kind: the library below goes by `constructor` and
 * `byteLength`, which a property of its own would hide.
 *
 * @throws TypeError
 */
export function refuseDisguised(value: object): void {
  if (hasOwn(value, 'constructor') || hasOwn(value, 'byteLength')) {
    throw refusal('an array or built-in object with a property constructor or byteLength of its own');
  }
}

/**
 * Refuses what claims to be a typed array and is none.
 *
 * @throws TypeError
 */
export function refuseFalseBytes(value: object): void {
  refuseDisguised(value);
  if (byteLengthOf.call(value) !== (value as Uint8Array).byteLength) {
    throw refusal('bytes that hide their length');
  }
}
