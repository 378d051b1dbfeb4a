import { errorParts } from './error-parts.js';
import { isPlainObject, refuseDisguised } from './object-kind.js';
import { depthRefusal, MAX_DEPTH, nameOfObject, refusal } from './refusal.js';

/** Above this many members an object is no record: msgpackr keeps what it learns about records. */
const MAX_RECORD_MEMBERS = 256;
/** Objects that are looked at without noting which ones were seen. */
const FEW_OBJECTS = 1000;

const { getPrototypeOf } = Object;
const BufferClass = (globalThis as unknown as { readonly Buffer?: { readonly prototype: object } }).Buffer;

/** Typed arrays that msgpackr knows, and the one of Node, which it writes as bytes. */
const BYTES: ReadonlySet<unknown> = new Set<unknown>(
  [
    ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
    ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array, ArrayBuffer, DataView],
  ].map((type) => (type as { prototype: unknown }).prototype),
).add(BufferClass?.prototype);

/** True where msgpackr has to be given something else for an object with this member name. */
export function isOddName(name: string, records: boolean): boolean {
  return name === '__proto__' || (records && name === '__keys__');
}

/** True where an object has more members than a record should. */
export function isLarge(value: object, records: boolean): boolean {
  return records && Object.keys(value).length > MAX_RECORD_MEMBERS;
}

/** The look at a value before it is written in the structured form. */
export class StructuredLook {
  readonly #records: boolean;
  #seen: Set<object> | undefined;
  #left = 0;
  #needsCopy = false;

  /** @param records objects are written as records */
  constructor(records: boolean) {
    this.#records = records;
  }

  /**
   * @returns true where some of it needs a stand-in
   * @throws TypeError for what would not come back
   */
  look(value: unknown): boolean {
    this.#needsCopy = false;
    this.#left = FEW_OBJECTS;
    this.#seen = undefined;
    // A circle is endless as long as nobody notes what was seen, but most values are small trees.
    if (!this.#value(value, 0)) {
      this.#seen = new Set();
      this.#value(value, 0);
      this.#seen = undefined;
    }
    return this.#needsCopy;
  }

  /** @returns false to give up */
  #value(value: unknown, depth: number): boolean {
    switch (typeof value) {
      case 'string':
        if (!value.isWellFormed()) throw refusal('text with a lone surrogate');
        return true;
      case 'number':
        if (value === 0 && 1 / value < 0) this.#needsCopy = true;
        return true;
      case 'object':
        return value === null || this.#object(value, depth + 1);
      case 'function':
      case 'symbol':
        throw refusal(`a ${typeof value}`);
      default:
        return true;
    }
  }

  #object(value: object, depth: number): boolean {
    if (this.#seen !== undefined) {
      if (this.#seen.has(value)) return true;
      this.#seen.add(value);
    } else {
      this.#left -= 1;
      if (this.#left < 0) return false;
    }
    if (depth > MAX_DEPTH) {
      // It may be a circle; with a note of what was seen, it is none.
      if (this.#seen === undefined) return false;
      throw depthRefusal(false);
    }
    if (Array.isArray(value)) return this.#array(value, depth);
    if (isPlainObject(value)) return this.#members(value as Record<string, unknown>, depth);
    refuseDisguised(value);
    return this.#builtIn(value, depth);
  }

  #array(value: readonly unknown[], depth: number): boolean {
    if (value.constructor !== Array) refuseDisguised(value);
    for (let i = 0; i < value.length; i += 1) if (!this.#value(value[i], depth)) return false;
    return true;
  }

  #members(value: Record<string, unknown>, depth: number): boolean {
    let count = 0;
    for (const name in value) {
      if (!name.isWellFormed()) throw refusal('a member name with a lone surrogate');
      if (isOddName(name, this.#records)) this.#needsCopy = true;
      count += 1;
      if (!this.#value(value[name], depth)) return false;
    }
    if (this.#records && count > MAX_RECORD_MEMBERS) this.#needsCopy = true;
    return true;
  }

  #builtIn(value: object, depth: number): boolean {
    const prototype = getPrototypeOf(value) as object;
    switch (prototype) {
      case Map.prototype:
        if (!this.#records) this.#needsCopy = true;
        for (const [key, member] of value as Map<unknown, unknown>) {
          if (!this.#value(key, depth) || !this.#value(member, depth)) return false;
        }
        return true;
      case Set.prototype:
        for (const member of value as Set<unknown>) if (!this.#value(member, depth)) return false;
        return true;
      case RegExp.prototype:
        return this.#value((value as RegExp).source, depth);
      case Date.prototype:
        return true;
      default:
        if (BYTES.has(prototype)) return true;
        if (value instanceof Error) return this.#error(value, depth);
        throw refusal(nameOfObject(value));
    }
  }

  #error(error: Error, depth: number): boolean {
    this.#needsCopy = true;
    const { message, hidden, visible } = errorParts(error);
    if (!this.#value(message, depth)) return false;
    for (const [name, property] of [...hidden, ...visible]) {
      if (!name.isWellFormed()) throw refusal('a member name with a lone surrogate');
      if (!this.#value(property, depth)) return false;
    }
    return true;
  }
}
