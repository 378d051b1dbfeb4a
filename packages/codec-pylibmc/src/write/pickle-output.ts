import type { PickleSettings } from '../pickle-options.js';
import { writeBigInteger, writeInteger } from './integer.js';
import { Memo } from './memo.js';
import type { PickleBuffer } from './pickle-buffer.js';
import { unwritable } from './unwritable.js';

/** A class or function of Python, under its name and that of Python 2, which protocols 0 to 2 use. */
export interface GlobalName {
  readonly moduleName: string;
  readonly name: string;
  readonly oldModule: string;
  readonly oldName: string;
}

/** A pickle while it is written: its bytes, and what it can refer back to. */
export class PickleOutput {
  readonly buffer: PickleBuffer;
  readonly protocol: number;
  readonly maxDepth: number;
  /** Values kept so far. */
  #kept = 0;
  /** Objects by identity: what is the same object here is the same object there. */
  readonly #objects = new Memo<object>();
  /** Text by its content: text has no identity here. */
  readonly #texts = new Memo<string>();
  /** Arrays and sets in their form as keys, which is another one. */
  #keys: Memo<object> | undefined;

  constructor(buffer: PickleBuffer, { protocol, maxDepth }: PickleSettings) {
    this.buffer = buffer;
    this.protocol = protocol;
    this.maxDepth = maxDepth;
    buffer.begin(protocol);
  }

  /** Keeps what was written last. @returns its number */
  #keep(): number {
    const index = this.#kept;
    this.#kept += 1;
    if (this.protocol >= 4) this.buffer.opcode(0x94);
    else if (index <= 0xff) this.buffer.uint8(0x71, index);
    else this.buffer.int32(0x72, index);
    return index;
  }

  /** Keeps what was written last, though nothing will refer to it: Python counts it too. */
  keepUnnamed(): void {
    this.#keep();
  }

  keepObject(value: object): void {
    this.#objects.add(value, this.#keep());
  }

  /** True where the object was kept. */
  hasObject(value: object): boolean {
    return this.#objects.find(value) >= 0;
  }

  /** Refers to an object, where it was kept. */
  referToObject(value: object): boolean {
    return this.#referTo(this.#objects.find(value));
  }

  keepKey(value: object): void {
    this.#keys ??= new Memo();
    this.#keys.add(value, this.#keep());
  }

  /** Refers to the form of an object as a key, where it was kept. */
  referToKey(value: object): boolean {
    return this.#keys !== undefined && this.#referTo(this.#keys.find(value));
  }

  #referTo(index: number): boolean {
    if (index < 0) return false;
    if (index <= 0xff) this.buffer.uint8(0x68, index);
    else this.buffer.int32(0x6a, index);
    return true;
  }

  /** @throws TypeError for text with a lone surrogate */
  text(text: string): void {
    if (!this.#referTo(this.#texts.find(text))) this.#texts.add(text, this.newText(text));
  }

  /** Writes text that is not the same object as an equal one. @returns its number @throws TypeError as {@link text} */
  newText(text: string): number {
    const shortOpcode = this.protocol >= 4 ? 0x8c : 0;
    if (shortOpcode === 0 || !this.buffer.shortAscii(shortOpcode, text)) {
      if (!text.isWellFormed()) throw unwritable('text with a lone surrogate');
      this.buffer.text(shortOpcode, 0x58, text);
    }
    return this.#keep();
  }

  /** A safe integer that is not -0 as `int`, every other number as `float`. */
  number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) writeInteger(this.buffer, value);
    else this.buffer.float64(0x47, value);
  }

  bigint(value: bigint): void {
    const asNumber = Number(value);
    if (Number.isSafeInteger(asNumber)) writeInteger(this.buffer, asNumber);
    else writeBigInteger(this.buffer, value);
  }

  /** A class or function of Python. */
  global(called: GlobalName): void {
    this.buffer.boundary();
    if (this.referToObject(called)) return;
    if (this.protocol >= 4) {
      this.text(called.moduleName);
      this.buffer.boundary();
      // Python makes this text anew each time, so it is not the text of a module that has the same name.
      this.newText(called.name);
      this.buffer.opcode(0x93);
    } else {
      const [moduleName, name] =
        this.protocol >= 3 ? [called.moduleName, called.name] : [called.oldModule, called.oldName];
      this.buffer.ascii(`c${moduleName}\n${name}\n`);
    }
    this.keepObject(called);
  }
}
