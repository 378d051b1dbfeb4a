import { indexOfName, roomOfIndex } from './member-index.js';
import { defineMember } from './stand-in.js';

const LOCKED: PropertyDescriptor = { value: null, enumerable: true, configurable: true, writable: false };
const UNLOCKED: PropertyDescriptor = { ...LOCKED, writable: true };

/** Adds members that came with the data to an object: `__proto__` is one like any other, and none takes much room. */
export class ObjectBuilder {
  readonly #target: Record<string, unknown>;
  #count = 0;
  /** True once the engine has been told to look indexes up rather than to make room for all up to the largest. */
  #isSparse = false;

  constructor(target: object) {
    this.#target = target as Record<string, unknown>;
  }

  /** Sets a member; the last of a name counts. */
  add(name: string, value: unknown): void {
    if (name === '__proto__') {
      defineMember(this.#target, name, value, true);
      return;
    }
    if (!this.#isSparse && roomOfIndex(indexOfName(name), this.#count) > 0) this.#makeSparse(name);
    this.#count += 1;
    this.#target[name] = value;
  }

  /** An index that is read-only, if for a moment only, makes V8's store of indexes a table for good. */
  #makeSparse(index: string): void {
    this.#isSparse = true;
    Object.defineProperty(this.#target, index, LOCKED);
    Object.defineProperty(this.#target, index, UNLOCKED);
  }
}
