import { PlainObjectBuilder } from './plain-object.js';

/**
 * What an array of PHP is in JavaScript: an Array where its keys are 0, 1, 2, … in this order, which an empty one
 * satisfies; else an object.
 */
export class PhpArrayBuilder {
  readonly #list: unknown[] = [];
  #object: PlainObjectBuilder | undefined;

  add(key: number | string, value: unknown): void {
    if (this.#object === undefined && key === this.#list.length) {
      this.#list.push(value);
      return;
    }
    this.#object ??= objectOf(this.#list);
    this.#object.add(String(key), value);
  }

  finish(): unknown {
    return this.#object?.members ?? this.#list;
  }
}

function objectOf(list: readonly unknown[]): PlainObjectBuilder {
  const object = new PlainObjectBuilder();
  for (const [index, value] of list.entries()) object.add(String(index), value);
  return object;
}
