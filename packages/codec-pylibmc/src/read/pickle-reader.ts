import { beyondLimit, damaged, refused } from '../pickle-error.js';
import type { PickleSettings } from '../pickle-options.js';
import type { RecentTexts } from './recent-texts.js';
import { Unfinished } from './unfinished.js';

/** The state of the pickle machine: the bytes and the place in them, the stack, the marks and the memo. */
export class PickleReader {
  readonly data: Uint8Array;
  readonly settings: PickleSettings;
  readonly texts: RecentTexts;
  readonly exact: boolean;
  /** Place of the next byte. */
  at = 0;
  /** Values from 0 to `top`; what is above was taken off. */
  readonly stack: unknown[] = [];
  top = 0;
  /** Height of the stack at the last mark: nothing below may be taken off before the mark is. */
  fence = 0;
  /** Lists, dicts, sets and tuples made so far. */
  containers = 0;
  /** How often a container or an object was fetched again: from then on it may stand in several places. */
  fetched = 0;
  /** Classes and unfinished objects on the stack. They are no values, so none must be left at the end. */
  unfinished = 0;
  /** Dicts that began with text as keys, and the maps that took their place when another key came. */
  replaced: Map<object, Map<unknown, unknown>> | undefined;
  /** True where a replaced dict may stand in other containers already. */
  needsReplacing = false;
  readonly #marks: number[] = [];
  readonly #memo: unknown[] = [];
  #sparseMemo: Map<number, unknown> | undefined;
  #itemsLeft: number;
  #view: DataView | undefined;

  constructor(data: Uint8Array, settings: PickleSettings, texts: RecentTexts) {
    this.data = data;
    this.texts = texts;
    this.settings = settings;
    this.exact = settings.exact;
    this.#itemsLeft = settings.maxItems;
  }

  // ---------------------------------------------------------------- bytes

  /** Moves behind the next `length` bytes. @returns where they begin */
  take(length: number): number {
    const start = this.at;
    if (length > this.data.length - start) throw damaged('it ends too early');
    this.at = start + length;
    return start;
  }

  uint8(): number {
    return this.data[this.take(1)] as number;
  }

  uint16(): number {
    const start = this.take(2);
    return (this.data[start] as number) | ((this.data[start + 1] as number) << 8);
  }

  int32(): number {
    const { data } = this;
    const start = this.take(4);
    const low = (data[start] as number) | ((data[start + 1] as number) << 8);
    return low | ((data[start + 2] as number) << 16) | ((data[start + 3] as number) << 24);
  }

  uint32(): number {
    return this.int32() >>> 0;
  }

  /** A length of 8 bytes. One that is past 2^53 is past the end too. */
  uint64(): number {
    const low = this.uint32();
    return this.uint32() * 2 ** 32 + low;
  }

  float64(): number {
    const start = this.take(8);
    const { buffer, byteOffset, byteLength } = this.data;
    this.#view ??= new DataView(buffer, byteOffset, byteLength);
    return this.#view.getFloat64(start);
  }

  /** Moves behind the line. @returns where it ends, without its line feed */
  takeLine(): number {
    const end = this.data.indexOf(0x0a, this.at);
    if (end < 0) throw damaged('it ends within a line');
    this.at = end + 1;
    return end;
  }

  // ---------------------------------------------------------------- stack

  push(value: unknown): void {
    this.stack[this.top] = value;
    this.top += 1;
  }

  pop(): unknown {
    if (this.top <= this.fence) throw damaged('nothing is left on the stack');
    this.top -= 1;
    return this.stack[this.top];
  }

  /** The value that was put on the stack last. */
  peek(): unknown {
    if (this.top <= this.fence) throw damaged('nothing is left on the stack');
    return this.stack[this.top - 1];
  }

  mark(): void {
    this.fence = this.top;
    if (this.#marks.push(this.top) > this.settings.maxItems) {
      throw beyondLimit(`the pickle puts more than ${this.settings.maxItems} marks on its stack`);
    }
  }

  /** True where a mark was put on the stack last. */
  endsWithMark(): boolean {
    return this.#marks.at(-1) === this.top;
  }

  /** Takes the last mark away. @returns the height of the stack at that mark */
  popMark(): number {
    const height = this.#marks.pop();
    if (height === undefined) throw damaged('a mark is missing');
    this.fence = this.#marks.at(-1) ?? 0;
    return height;
  }

  /** Takes off what is above `from`. */
  takeFrom(from: number): unknown[] {
    const values = this.stack.slice(from, this.top);
    this.top = from;
    return values;
  }

  /** Counts what takes memory. @throws PickleError beyond `maxItems` */
  spend(items: number): void {
    this.#itemsLeft -= items;
    if (this.#itemsLeft < 0) throw beyondLimit(`the pickle holds more than ${this.settings.maxItems} values`);
  }

  /** Puts a new container on the stack. */
  pushContainer(container: object, members: number): void {
    this.spend(members + 1);
    this.containers += 1;
    this.push(container);
  }

  /** Puts a class, or an object that is not finished, on the stack. */
  pushUnfinished(value: Unfinished): void {
    this.unfinished += 1;
    this.push(value);
  }

  // ---------------------------------------------------------------- memo

  memoize(): void {
    this.remember(this.#memo.length + (this.#sparseMemo?.size ?? 0));
  }

  /** Keeps the value that was put on the stack last. */
  remember(index: number): void {
    const value = this.peek();
    if (index < this.#memo.length || (index === this.#memo.length && this.#sparseMemo === undefined)) {
      this.#memo[index] = value;
    } else {
      this.#sparseMemo ??= new Map();
      this.#sparseMemo.set(index, value);
    }
    if (this.#memo.length + (this.#sparseMemo?.size ?? 0) > this.settings.maxItems) {
      throw beyondLimit(`the pickle remembers more than ${this.settings.maxItems} values`);
    }
  }

  /** Puts a value that was kept on the stack once more. */
  recall(index: number): void {
    const value = this.#memo[index] ?? this.#recallOther(index);
    if (typeof value === 'object') this.pushAgain(value);
    else this.push(value);
  }

  #recallOther(index: number): unknown {
    // None is a value like any other.
    const value = index < this.#memo.length ? this.#memo[index] : this.#sparseMemo?.get(index);
    if (value === undefined) throw damaged('it asks for a value that it did not keep');
    return value;
  }

  /** Puts on the stack what is, or was, there already. */
  pushAgain(value: unknown): void {
    if (value instanceof Unfinished) {
      const finished = value.recalled();
      if (finished === value) this.unfinished += 1;
      this.push(finished);
      return;
    }
    this.fetched += 1;
    this.push(this.current(value));
  }

  // ---------------------------------------------------------------- dicts with other keys than text

  /** The map that took the place of a dict, or the value itself. */
  current(value: unknown): unknown {
    return this.replaced?.get(value as object) ?? value;
  }

  /** Makes a map that takes the place of a dict wherever that is met. */
  replaceDict(dict: object): Map<unknown, unknown> {
    const map = new Map<unknown, unknown>(Object.entries(dict));
    this.replaced ??= new Map();
    this.replaced.set(dict, map);
    if (this.fetched > 0) this.needsReplacing = true;
    return map;
  }

  /** The value that the pickle holds, at its end. */
  result(): unknown {
    const value = this.current(this.pop());
    if (this.unfinished !== 0)
      throw refused('the pickle holds a class or a function as a value, which is not read');
    return value;
  }
}
