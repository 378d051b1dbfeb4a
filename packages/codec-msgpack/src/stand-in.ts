import type { Msgpackr } from './msgpackr.js';

/**
 * Stand-ins are what the structured form writes for values that msgpackr would change. Each is an array whose first
 * element is the mark, MessagePack's token that is never used, so no array of a user's can look like one:
 *
 * - `[mark]`: -0
 * - `[mark, OBJECT, name, member, ...]`
 * - `[mark, MAP, key, value, ...]`
 * - `[mark, ERROR, class, message or null, hidden, name, property, ...]`, where the first `hidden` properties are
 *   not enumerable
 */
export const OBJECT = 0;
export const MAP = 1;
export const ERROR = 2;

const NEVER_USED = Uint8Array.of(0xc1);

/** Makes the marks of stand-ins and knows them again. */
export class StandInMark {
  readonly #prototype: object;

  /** msgpackr has a class of its own for the token, but does not give it to everyone. */
  constructor(msgpackr: Msgpackr) {
    this.#prototype = Object.getPrototypeOf(msgpackr.unpack(NEVER_USED)) as object;
  }

  /** A new one each time, so that msgpackr does not refer from one to the other. */
  make(): object {
    return Object.create(this.#prototype) as object;
  }

  isMark(value: unknown): boolean {
    return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === this.#prototype;
  }
}

/** Defines a member whatever its name is; assignment would change the prototype for one of them. */
export function defineMember(target: object, name: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, name, { value, enumerable, writable: true, configurable: true });
}

/** The classes of errors that the language has, by name. */
export const ERROR_CLASSES: ReadonlyMap<string, ErrorConstructor> = new Map<string, ErrorConstructor>([
  ['Error', Error],
  ['EvalError', EvalError],
  ['RangeError', RangeError],
  ['ReferenceError', ReferenceError],
  ['SyntaxError', SyntaxError],
  ['TypeError', TypeError],
  ['URIError', URIError],
]);
export const AGGREGATE = 'AggregateError';
