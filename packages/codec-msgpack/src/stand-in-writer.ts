import { errorParts } from './error-parts.js';
import { isPlainObject } from './object-kind.js';
import { ERROR, MAP, OBJECT, type StandInMark } from './stand-in.js';
import { isLarge, isOddName } from './structured-look.js';

/**
 * Copies a value with stand-ins for what msgpackr would change. Objects that stand in several places, or contain
 * themselves, do so in the copy too. The value has been looked at before.
 */
export class StandInWriter {
  readonly #mark: StandInMark;
  readonly #records: boolean;
  readonly #copies = new Map<object, object>();

  constructor(mark: StandInMark, records: boolean) {
    this.#mark = mark;
    this.#records = records;
  }

  copy(value: unknown): unknown {
    if (typeof value === 'number') return Object.is(value, -0) ? [this.#mark.make()] : value;
    if (typeof value !== 'object' || value === null) return value;
    return this.#copies.get(value) ?? this.#copyObject(value);
  }

  #copyObject(value: object): object {
    if (Array.isArray(value)) return this.#filled(value, [], value);
    if (value instanceof Map) return this.#copyMap(value);
    if (value instanceof Set) {
      const copy = new Set<unknown>();
      this.#copies.set(value, copy);
      for (const member of value) copy.add(this.copy(member));
      return copy;
    }
    if (value instanceof Error) return this.#copyError(value);
    return isPlainObject(value) ? this.#copyMembers(value as Record<string, unknown>) : value;
  }

  #copyMembers(value: Record<string, unknown>): object {
    const names = Object.keys(value);
    if (isLarge(value, this.#records) || names.some((name) => isOddName(name, this.#records))) {
      return this.#filled(
        value,
        [this.#mark.make(), OBJECT],
        names.flatMap((name) => [name, value[name]]),
      );
    }
    const copy: Record<string, unknown> = {};
    this.#copies.set(value, copy);
    for (const name of names) copy[name] = this.copy(value[name]);
    return copy;
  }

  #copyMap(value: ReadonlyMap<unknown, unknown>): object {
    if (!this.#records) return this.#filled(value, [this.#mark.make(), MAP], [...value].flat(1));
    const copy = new Map<unknown, unknown>();
    this.#copies.set(value, copy);
    for (const [key, member] of value) copy.set(this.copy(key), this.copy(member));
    return copy;
  }

  #copyError(error: Error): object {
    const { className, message, hidden, visible } = errorParts(error);
    const start = [this.#mark.make(), ERROR, className, message, hidden.length];
    return this.#filled(error, start, [...hidden, ...visible].flat(1));
  }

  /** Notes that `list` stands for the object, and appends copies of the parts to it. */
  #filled(object: object, list: unknown[], parts: readonly unknown[]): object {
    this.#copies.set(object, list);
    for (let i = 0; i < parts.length; i += 1) list.push(this.copy(parts[i]));
    return list;
  }
}
