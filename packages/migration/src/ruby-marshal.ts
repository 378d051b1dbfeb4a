import { DecodeError } from '@mc/core';
import { ByteCursor, malformed, nameOf, printable } from './byte-cursor.js';
import { numberText, parseDecimal } from './number-text.js';
import { ReadLimits } from './read-limits.js';
import { rubyHash } from './ruby-hash.js';
import { readBignum, readFixnum } from './ruby-integer.js';
import { type RubyEncoding, rubyString, rubySymbol } from './ruby-text.js';

const TRUE = 0x54;
const FALSE = 0x46;
const LINK = 0x40;
const STRING = 0x22;
const SYMBOL = 0x3a;
const SYMBOL_LINK = 0x3b;
const WITH_VARIABLES = 0x49;
const MAJOR = 4;
const MINOR = 8;

/** How Marshal writes what is not finite. */
const RUBY_NAMES: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
]);

/** What is not read, by its tag, where its name follows. */
const NAMED_KINDS: ReadonlyMap<number, string> = new Map([
  [0x6f, 'an object of the Ruby class'], // o
  [0x75, 'an object of the Ruby class'], // u
  [0x55, 'an object of the Ruby class'], // U
  [0x64, 'an object of the Ruby class'], // d
  [0x43, 'an object of the Ruby class'], // C
  [0x53, 'a Struct of the Ruby class'], // S
  [0x65, 'an object extended by the Ruby module'], // e
]);

/** Stands in the place of what has not been read to its end. */
const UNFINISHED: unique symbol = Symbol('unfinished');

/**
 * The value that Ruby's `Marshal.dump` wrote (format 4.8): nil, true, false, Integers, Floats, Strings, Symbols, Arrays
 * and Hashes. Nothing is run and no object is made; one is refused by the name of its class.
 *
 * @throws DecodeError
 */
export function readRubyMarshal(data: Uint8Array): unknown {
  const cursor = new ByteCursor(data);
  if (cursor.next() !== MAJOR || cursor.next() > MINOR)
    throw new DecodeError('the value is marked as serialized by Ruby and is not in the format of Marshal');
  const value = new MarshalReader(cursor).value(0);
  cursor.expectEnd();
  return value;
}

class MarshalReader {
  readonly #cursor: ByteCursor;
  readonly #limits: ReadLimits = new ReadLimits();
  readonly #symbols: (string | undefined)[] = [];
  /** What `@` refers to: everything but nil, true, false, small Integers and Symbols. */
  readonly #objects: unknown[] = [];

  constructor(cursor: ByteCursor) {
    this.#cursor = cursor;
  }

  value(depth: number): unknown {
    this.#limits.countValue();
    const tag = this.#cursor.next();
    switch (tag) {
      case 0x30: // 0
        return null;
      case TRUE:
        return true;
      case FALSE:
        return false;
      case 0x69: // i
        return readFixnum(this.#cursor);
      case SYMBOL:
      case SYMBOL_LINK:
        return this.#symbol(tag);
      case LINK:
        return this.#link();
      case 0x5b: // [
        return this.#array(depth + 1);
      case 0x7b: // {
        return this.#hash(depth + 1);
      default:
        return this.#plainObject(tag);
    }
  }

  #plainObject(tag: number): unknown {
    switch (tag) {
      case 0x6c: // l
        return this.#keep(readBignum(this.#cursor));
      case 0x66: // f
        return this.#keep(this.#float());
      case STRING:
        return this.#string(false);
      case WITH_VARIABLES:
        return this.#withVariables();
      default:
        throw this.#refusal(tag);
    }
  }

  #keep(value: unknown): unknown {
    this.#objects.push(value);
    return value;
  }

  #link(): unknown {
    const value = this.#objects[readFixnum(this.#cursor)];
    // No object is undefined.
    if (value === undefined) throw damaged();
    if (value === UNFINISHED) throw new DecodeError('the value holds a Hash or String that contains itself');
    return value;
  }

  #float(): number {
    const { start, end } = this.#bytes();
    return parseDecimal(numberText(this.#cursor.bytes, start, end), RUBY_NAMES);
  }

  /** Only Strings and Symbols have variables that are read: their encoding. */
  #withVariables(): unknown {
    const tag = this.#cursor.next();
    if (tag === STRING) return this.#string(true);
    if (tag === SYMBOL) return this.#newSymbol(true);
    throw this.#refusal(tag);
  }

  #string(hasVariables: boolean): unknown {
    const { start, end } = this.#bytes();
    const index = this.#objects.push(UNFINISHED) - 1;
    const encoding = hasVariables ? this.#encoding() : undefined;
    const value = rubyString(this.#cursor.bytes, start, end, encoding);
    this.#objects[index] = value;
    return value;
  }

  #array(depth: number): unknown[] {
    this.#limits.checkDepth(depth);
    const count = this.#count();
    const array: unknown[] = [];
    this.#objects.push(array);
    for (let at = 0; at < count; at += 1) array.push(this.value(depth));
    return array;
  }

  #hash(depth: number): unknown {
    this.#limits.checkDepth(depth);
    const count = this.#count();
    const index = this.#objects.push(UNFINISHED) - 1;
    const keys: unknown[] = [];
    const values: unknown[] = [];
    for (let at = 0; at < count; at += 1) {
      keys.push(this.value(depth));
      values.push(this.value(depth));
    }
    const hash = rubyHash(keys, values);
    this.#objects[index] = hash;
    return hash;
  }

  /** A Symbol without variables, or one that was there before. */
  #symbol(tag: number): string {
    if (tag === SYMBOL) return this.#newSymbol(false);
    const symbol = tag === SYMBOL_LINK ? this.#symbols[readFixnum(this.#cursor)] : undefined;
    if (symbol === undefined) throw damaged();
    return symbol;
  }

  #newSymbol(hasVariables: boolean): string {
    const { start, end } = this.#bytes();
    // Its encoding, which follows, is named by Symbols that come after it in the table.
    const index = this.#symbols.push(undefined) - 1;
    const encoding = hasVariables ? this.#encoding() : undefined;
    const symbol = rubySymbol(this.#cursor.bytes, start, end, encoding);
    this.#symbols[index] = symbol;
    return symbol;
  }

  /** The variables of a String or Symbol. @throws DecodeError for any but its encoding */
  #encoding(): RubyEncoding {
    const count = this.#count();
    let encoding: RubyEncoding;
    for (let at = 0; at < count; at += 1) encoding = this.#encodingVariable();
    return encoding;
  }

  /** Neither its name nor its value has variables of its own: so nothing nests in a String or Symbol. */
  #encodingVariable(): RubyEncoding {
    const nameTag = this.#cursor.next();
    if (nameTag === WITH_VARIABLES) throw variables();
    const name = this.#symbol(nameTag);
    const tag = this.#cursor.next();
    if (name === 'E' && (tag === TRUE || tag === FALSE)) return tag === TRUE ? 'UTF-8' : 'US-ASCII';
    if (name !== 'encoding' || (tag !== STRING && tag !== LINK)) throw variables();
    const value = tag === STRING ? this.#string(false) : this.#link();
    if (!(value instanceof Uint8Array)) throw variables();
    return { name: nameOf(value, 0, value.length) };
  }

  /** A length and as many bytes. */
  #bytes(): { start: number; end: number } {
    const length = this.#count();
    const start = this.#cursor.skip(length);
    return { start, end: start + length };
  }

  /** A number of bytes, elements or entries, each of which takes a byte at least. */
  #count(): number {
    const count = readFixnum(this.#cursor);
    if (count < 0 || count > this.#cursor.left) throw damaged();
    return count;
  }

  #refusal(tag: number): DecodeError {
    const kind = NAMED_KINDS.get(tag);
    if (kind !== undefined) {
      return new DecodeError(`the value holds ${kind} ${printable(this.#className())}`);
    }
    switch (tag) {
      case 0x63: // c
      case 0x6d: // m
      case 0x4d: // M
        return new DecodeError(`the value holds the Ruby class or module ${this.#name()}`);
      case 0x2f: // /
        return new DecodeError('the value holds an object of the Ruby class Regexp');
      case 0x7d: // }
        return new DecodeError('the value holds a Hash with a default');
      case 0x5b: // [
      case 0x7b: // {
      case 0x66: // f
        return new DecodeError('the value holds an object with instance variables');
      default:
        return damaged();
    }
  }

  /** Its name as a Symbol, which may say its encoding. */
  #className(): string {
    const tag = this.#cursor.next();
    return tag === WITH_VARIABLES && this.#cursor.next() === SYMBOL
      ? this.#newSymbol(true)
      : this.#symbol(tag);
  }

  #name(): string {
    const { start, end } = this.#bytes();
    return nameOf(this.#cursor.bytes, start, end);
  }
}

function variables(): DecodeError {
  return new DecodeError('the value holds a String with instance variables');
}

function damaged(): DecodeError {
  return malformed('serialized by Ruby');
}
