import { newError } from './error-parts.js';
import { areCollidingKeys } from './number-keys.js';
import { ObjectBuilder } from './object-builder.js';
import { collision, damage } from './refusal.js';
import { AGGREGATE, defineMember, ERROR, ERROR_CLASSES, MAP, OBJECT, type StandInMark } from './stand-in.js';

/** Puts into a decoded value what the stand-ins in it stand for. */
export class StandInReader {
  readonly #mark: StandInMark;
  readonly #restored = new Map<object, unknown>();

  constructor(mark: StandInMark) {
    this.#mark = mark;
  }

  /** @throws SyntaxError for a stand-in that was never written */
  restore(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (this.#restored.has(value)) return this.#restored.get(value);
    if (Array.isArray(value)) return this.#mark.isMark(value[0]) ? this.#standIn(value) : this.#array(value);
    if (value instanceof Map) return this.#map(value);
    if (value instanceof Set) {
      this.#restored.set(value, value);
      const members = [...(value as Set<unknown>)];
      value.clear();
      for (const member of members) value.add(this.restore(member));
      return value;
    }
    if (this.#mark.isMark(value)) throw damage('a mark without its value');
    const isObject = Object.getPrototypeOf(value) === Object.prototype;
    return isObject ? this.#members(value as Record<string, unknown>) : value;
  }

  #array(value: unknown[]): unknown[] {
    this.#restored.set(value, value);
    for (let i = 0; i < value.length; i += 1) value[i] = this.restore(value[i]);
    return value;
  }

  #members(value: Record<string, unknown>): object {
    this.#restored.set(value, value);
    for (const name of Object.keys(value)) value[name] = this.restore(value[name]);
    return value;
  }

  #map(value: Map<unknown, unknown>): Map<unknown, unknown> {
    const entries = [...value];
    this.#restored.set(value, value);
    value.clear();
    for (const [key, member] of entries) value.set(this.restore(key), this.restore(member));
    return value;
  }

  #standIn(list: readonly unknown[]): unknown {
    if (list.length === 1) return -0;
    switch (list[1]) {
      case OBJECT: {
        const object = {};
        this.#restored.set(list, object);
        this.#define(object, list, 2, list.length, true);
        return object;
      }
      case MAP:
        return this.#mapOf(list);
      case ERROR:
        return this.#error(list);
      default:
        throw damage('a mark without its value');
    }
  }

  #mapOf(list: readonly unknown[]): object {
    const map = new Map<unknown, unknown>();
    this.#restored.set(list, map);
    if (list.length % 2 !== 0) throw damage('a Map with half an entry');
    if (areCollidingKeys(list.filter((_, at) => at >= 2 && at % 2 === 0))) throw collision();
    for (let i = 2; i < list.length; i += 2) map.set(this.restore(list[i]), this.restore(list[i + 1]));
    return map;
  }

  #error(list: readonly unknown[]): object {
    const [, , className, message, hidden] = list;
    const isKnown =
      typeof className === 'string' && (ERROR_CLASSES.has(className) || className === AGGREGATE);
    if (!isKnown || (message !== null && typeof message !== 'string') || !Number.isInteger(hidden)) {
      throw damage('an error that is none');
    }
    const error = newError(className, message);
    this.#restored.set(list, error);
    const visibleFrom = 5 + 2 * (hidden as number);
    if (visibleFrom < 5 || visibleFrom > list.length) throw damage('an error that is none');
    this.#define(error, list, 5, visibleFrom, false);
    this.#define(error, list, visibleFrom, list.length, true);
    return error;
  }

  #define(target: object, list: readonly unknown[], start: number, end: number, enumerable: boolean): void {
    const builder = new ObjectBuilder(target);
    for (let i = start; i < end; i += 2) {
      const name = list[i];
      if (typeof name !== 'string' || i + 1 >= end) throw damage('a member without a name');
      const member = this.restore(list[i + 1]);
      if (enumerable) builder.add(name, member);
      else defineMember(target, name, member, false);
    }
  }
}
