import { beyondLimit, damaged, refused } from '../pickle-error.js';
import type { PickleSettings } from '../pickle-options.js';
import { DictHistory } from './dict-history.js';
import { KeyCollisions } from './key-collisions.js';
import type { RecentTexts } from './recent-texts.js';
import { StackForm, TypedForm, Unfinished } from './stack-form.js';

/** What calls may make for each byte of the pickle: each character may become bytes, and these a bytearray. */
const MADE_A_BYTE = 2;
/** What they may make besides. */
const MADE_ANYWAY = 65_536;

/** The state of the pickle machine: the bytes and the place in them, the stack, the marks and the memo. */
export class PickleReader {
  readonly data: Uint8Array;
  readonly settings: PickleSettings;
  readonly texts: RecentTexts;
  readonly exact: boolean;
  /** True: dicts are given what it takes to know the order of their keys in Python. It is rarely asked for. */
  readonly keepsOrder: boolean;
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
  /** Forms on the stack. */
  forms = 0;
  /** True where a class or an unfinished object got into a container: none must be left in the value. */
  holdsUnfinished = false;
  /** Set where there is something to know. */
  dicts: DictHistory | undefined;
  readonly #marks: number[] = [];
  /** What is kept under numbers from 0 on, or from 1 as Python 2 counted. */
  readonly #memo: unknown[] = [];
  /** What is kept under others. The numbers are text: hash tables tell text apart by a secret, numbers without one. */
  #sparseMemo: Map<string, unknown> | undefined;
  #kept = 0;
  #collisions: KeyCollisions | undefined;
  #itemsLeft: number;
  #madeLeft: number;
  #view: DataView | undefined;

  constructor(data: Uint8Array, settings: PickleSettings, texts: RecentTexts, keepsOrder: boolean) {
    this.data = data;
    this.texts = texts;
    this.settings = settings;
    this.exact = settings.exact;
    this.keepsOrder = keepsOrder;
    this.#itemsLeft = settings.maxItems;
    this.#madeLeft = MADE_A_BYTE * data.length + MADE_ANYWAY;
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

  /**
   * Counts what a call makes or looks through: bytes, characters, members. Its arguments may come out of the memo, so
   * this can be much more than the pickle holds.
   *
   * @throws PickleError beyond what a pickle of this length needs
   */
  spendMade(units: number): void {
    this.#madeLeft -= units;
    if (this.#madeLeft < 0) throw beyondLimit('the calls in the pickle make much more than it holds');
  }

  /** Puts a new container, or the form of one, on the stack. */
  pushContainer(container: object, members: number): void {
    this.spend(members + 1);
    this.containers += 1;
    if (container instanceof StackForm) this.forms += 1;
    this.push(container);
  }

  /** Puts a form on the stack. */
  pushForm(form: StackForm): void {
    this.forms += 1;
    this.push(form);
  }

  /** What stays of a form that leaves the stack: its value. */
  settled(form: StackForm): unknown {
    this.forms -= 1;
    if (form instanceof TypedForm) return form.value;
    this.holdsUnfinished = true;
    return form;
  }

  // ---------------------------------------------------------------- memo

  memoize(): void {
    this.remember(this.#kept);
  }

  /** Keeps the value that was put on the stack last. */
  remember(index: number): void {
    const value = this.peek();
    const memo = this.#memo;
    if (index === memo.length && this.#sparseMemo === undefined) {
      memo.push(value);
      this.#kept += 1;
    } else if (index < memo.length) {
      if (memo[index] === undefined) this.#kept += 1;
      memo[index] = value;
    } else this.#rememberOther(index, value);
    if (this.#kept > this.settings.maxItems) {
      throw beyondLimit(`the pickle remembers more than ${this.settings.maxItems} values`);
    }
  }

  #rememberOther(index: number, value: unknown): void {
    if (index === 1 && this.#kept === 0) this.#memo.push(undefined, value);
    else {
      this.#sparseMemo ??= new Map();
      if (this.#sparseMemo.has(sparseKey(index))) this.#kept -= 1;
      this.#sparseMemo.set(sparseKey(index), value);
    }
    this.#kept += 1;
  }

  /** Puts a value that was kept on the stack once more. */
  recall(index: number): void {
    const value = index < this.#memo.length ? this.#memo[index] : this.#sparseMemo?.get(sparseKey(index));
    // None is a value like any other; what was kept is never undefined.
    if (value === undefined) throw damaged('it asks for a value that it did not keep');
    if (typeof value === 'object') this.pushAgain(value);
    else this.push(value);
  }

  /** Puts on the stack what is, or was, there already. */
  pushAgain(value: unknown): void {
    if (value instanceof Unfinished) {
      const recalled = value.recalled();
      if (recalled === value) this.forms += 1;
      this.push(recalled);
      return;
    }
    if (value instanceof StackForm) this.forms += 1;
    this.fetched += 1;
    this.push(this.current(value));
  }

  // ---------------------------------------------------------------- keys

  /** The collisions of keys so far. */
  keyCollisions(): KeyCollisions {
    this.#collisions ??= new KeyCollisions();
    return this.#collisions;
  }

  /** What is known of dicts, from now on. */
  keepDicts(): DictHistory {
    this.dicts ??= new DictHistory();
    return this.dicts;
  }

  /** The map that took the place of a dict, or the value itself. */
  current(value: unknown): unknown {
    return this.dicts?.replaced.get(value) ?? value;
  }

  /** Makes a map that takes the place of a dict wherever that is met. */
  replaceDict(dict: Record<string, unknown>): Map<unknown, unknown> {
    const dicts = this.keepDicts();
    if (this.fetched > 0) dicts.needsReplacing = true;
    return dicts.replace(dict);
  }

  /** The value that the pickle holds, at its end. */
  result(): unknown {
    const value = this.current(this.pop());
    if (value instanceof Unfinished) throw classAsValue();
    return value instanceof TypedForm ? value.value : value;
  }
}

/** With a letter in front: some engines take text of digits alone for a number here too. */
function sparseKey(index: number): string {
  return `n${index}`;
}

/** The error for a class, a function or an unfinished object in a value. */
export function classAsValue(): Error {
  return refused('the pickle holds a class or a function as a value, which is not read');
}
