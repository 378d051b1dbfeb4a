import { DecodeError } from '@mc/core';
import { ByteCursor, malformed, nameOf } from './byte-cursor.js';
import type { StringReader } from './foreign-strings.js';
import { numberText, parseDecimal, parseInteger } from './number-text.js';
import { PhpArrayBuilder } from './php-array.js';
import { ReadLimits } from './read-limits.js';
import { strictText } from './strict-text.js';

const COLON = 0x3a;
const SEMICOLON = 0x3b;
const QUOTE = 0x22;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** How PHP writes what is not finite. */
const PHP_NAMES: ReadonlyMap<string, number> = new Map([
  ['NAN', Number.NaN],
  ['INF', Number.POSITIVE_INFINITY],
  ['-INF', Number.NEGATIVE_INFINITY],
]);

/** Stands in the slot of an array that has not been read to its end. */
const UNFINISHED: unique symbol = Symbol('unfinished');

/**
 * The value that PHP's `serialize()` wrote: null, booleans, integers, floats, strings and arrays. Nothing is run and no
 * object is made; one is refused by the name of its class.
 *
 * @throws DecodeError
 */
export function readPhpSerialized(data: Uint8Array, readString: StringReader): unknown {
  return new PhpReader(data, readString).read();
}

class PhpReader {
  readonly #cursor: ByteCursor;
  readonly #readString: StringReader;
  readonly #limits: ReadLimits = new ReadLimits();
  /** The values by the numbers that `R:` refers to, less 1. Keys have none. */
  readonly #slots: unknown[] = [];

  constructor(data: Uint8Array, readString: StringReader) {
    this.#cursor = new ByteCursor(data);
    this.#readString = readString;
  }

  read(): unknown {
    const value = this.#value(0);
    this.#cursor.expectEnd();
    return value;
  }

  #value(depth: number): unknown {
    this.#limits.countValue();
    const type = this.#cursor.next();
    switch (type) {
      case 0x52: // R
        return this.#reference();
      case 0x61: // a
        return this.#array(depth + 1);
      default: {
        const value = this.#scalar(type);
        this.#slots.push(value);
        return value;
      }
    }
  }

  #scalar(type: number): unknown {
    switch (type) {
      case 0x4e: // N
        this.#expect(SEMICOLON);
        return null;
      case 0x62: // b
        return this.#boolean();
      case 0x69: // i
        return parseInteger(this.#number(SEMICOLON));
      case 0x64: // d
        return parseDecimal(this.#number(SEMICOLON), PHP_NAMES);
      case 0x73: // s
        return this.#string();
      default:
        throw this.#refusal(type);
    }
  }

  #boolean(): boolean {
    this.#expect(COLON);
    const digit = this.#cursor.next();
    this.#expect(SEMICOLON);
    if (digit !== 0x30 && digit !== 0x31) throw damaged();
    return digit === 0x31;
  }

  #string(): string | Uint8Array {
    const { start, end } = this.#quoted();
    this.#expect(SEMICOLON);
    return this.#readString(this.#cursor.bytes, start, end);
  }

  #array(depth: number): unknown {
    this.#limits.checkDepth(depth);
    const count = this.#length();
    this.#expect(OPEN);
    const slot = this.#slots.push(UNFINISHED) - 1;
    const builder = new PhpArrayBuilder();
    for (let entry = 0; entry < count; entry += 1) builder.add(this.#key(), this.#value(depth));
    this.#expect(CLOSE);
    const value = builder.finish();
    this.#slots[slot] = value;
    return value;
  }

  #key(): number | string {
    const type = this.#cursor.next();
    if (type === 0x69) {
      const key = parseInteger(this.#number(SEMICOLON));
      return typeof key === 'number' ? key : String(key);
    }
    if (type !== 0x73) throw damaged();
    const { start, end } = this.#quoted();
    this.#expect(SEMICOLON);
    return strictText(this.#cursor.bytes, start, end, 'a key of an array is not UTF-8');
  }

  /** The same variable once more: an array, or a value that was assigned by reference. */
  #reference(): unknown {
    const number = parseInteger(this.#number(SEMICOLON));
    const value = typeof number === 'number' ? this.#slots[number - 1] : undefined;
    // No value of a slot is undefined.
    if (value === undefined) throw damaged();
    if (value === UNFINISHED) throw new DecodeError('the value holds an array that contains itself');
    return value;
  }

  /** `:length:` in bytes or entries. */
  #length(): number {
    const length = parseInteger(this.#number(COLON));
    if (typeof length !== 'number' || length < 0 || length > this.#cursor.left) throw damaged();
    return length;
  }

  /** `:length:"bytes"`. */
  #quoted(): { start: number; end: number } {
    const length = this.#length();
    this.#expect(QUOTE);
    const start = this.#cursor.skip(length);
    this.#expect(QUOTE);
    return { start, end: start + length };
  }

  /** The text between a colon and the next such byte. */
  #number(until: number): string {
    this.#expect(COLON);
    const start = this.#cursor.at;
    while (this.#cursor.next() !== until);
    return numberText(this.#cursor.bytes, start, this.#cursor.at - 1);
  }

  #expect(byte: number): void {
    if (this.#cursor.next() !== byte) throw damaged();
  }

  #refusal(type: number): DecodeError {
    switch (type) {
      case 0x4f: // O
      case 0x43: // C
        return new DecodeError(`the value holds an object of the PHP class ${this.#name()}`);
      case 0x45: // E
        return new DecodeError(`the value holds the PHP enum case ${this.#name()}`);
      case 0x72: // r
        return new DecodeError('the value holds a reference to a PHP object');
      case 0x53: // S
        return new DecodeError('the value holds a string in the escaped form of PHP 6');
      default:
        return damaged();
    }
  }

  #name(): string {
    const { start, end } = this.#quoted();
    return nameOf(this.#cursor.bytes, start, end);
  }
}

function damaged(): DecodeError {
  return malformed('serialized by PHP');
}
