import { setMember } from './plain-members.js';

/**
 * What an array of PHP is in JavaScript: an Array where its keys are 0, 1, 2, … in this order, which an empty one
 * satisfies; else an object.
 */
export class PhpArrayBuilder {
  readonly #list: unknown[] = [];
  #members: Record<string, unknown> | undefined;

  add(key: number | string, value: unknown): void {
    if (this.#members === undefined && key === this.#list.length) {
      this.#list.push(value);
      return;
    }
    this.#members ??= membersOf(this.#list);
    setMember(this.#members, String(key), value);
  }

  finish(): unknown {
    return this.#members ?? this.#list;
  }
}

function membersOf(list: readonly unknown[]): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [index, value] of list.entries()) members[index] = value;
  return members;
}
