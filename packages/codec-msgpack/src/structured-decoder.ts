import { Decoder } from './decoder.js';
import type { Msgpackr } from './msgpackr.js';
import { areCollidingKeys } from './number-keys.js';
import { ObjectBuilder } from './object-builder.js';
import { collision } from './refusal.js';
import type { StagedBytes } from './staging.js';
import type { StandInMark } from './stand-in.js';
import { NEVER_USED, POINTER, RECORD, REFERENCED, REGEXP, SET, UNDEFINED } from './structured-extensions.js';

/** No reference. */
const NONE = -1;

/** The {@link Decoder} for the structured form: its extensions, and objects that stand in several places. */
export class StructuredDecoder extends Decoder {
  readonly #records: boolean;
  readonly #mark: StandInMark;
  /** Member names of records, by their token. */
  readonly #names = new Map<number, readonly string[]>();
  readonly #references = new Map<number, unknown>();
  /** The number by which the next object is referred to. */
  #pending: number = NONE;

  /** @param records objects are written as records, so that a map is a `Map`; else a map is an object */
  constructor(msgpackr: Msgpackr, mark: StandInMark, records: boolean) {
    super(msgpackr);
    this.#mark = mark;
    this.#records = records;
  }

  /** @throws SyntaxError for keys that were chosen to take time */
  override decode(bytes: StagedBytes): unknown {
    this.#pending = NONE;
    try {
      return super.decode(bytes);
    } finally {
      this.#names.clear();
      this.#references.clear();
    }
  }

  protected override record(token: number): unknown {
    const names = this.#records ? this.#names.get(token) : undefined;
    return names === undefined ? token : this.#members(names);
  }

  protected override map(count: number): object {
    if (!this.#records) return super.map(count);
    const map = this.created(new Map<unknown, unknown>());
    const keys = new Array<unknown>(count);
    const values = new Array<unknown>(count);
    for (let i = 0; i < count; i += 1) {
      keys[i] = this.value();
      values[i] = this.value();
    }
    if (areCollidingKeys(keys)) throw collision();
    for (let i = 0; i < count; i += 1) map.set(keys[i], values[i]);
    return map;
  }

  protected override created<T extends object>(object: T): T {
    if (this.#pending !== NONE) this.#references.set(this.#pending, object);
    this.#pending = NONE;
    return object;
  }

  /** Here each integer of 64 bits was a bigint. */
  protected override int64(value: bigint): bigint {
    return value;
  }

  protected override extension(token: number): unknown {
    if (token === NEVER_USED) return this.#mark.make();
    const type = this.bytes[this.at];
    if (token === 0xd4) return this.#small(token, type);
    if (token === 0xd6 && type === REFERENCED) return this.#referenced();
    if (token === 0xd6 && type === POINTER) return this.#references.get(this.#referenceId());
    return this.leaf(token);
  }

  /** An extension of one byte; the value of some follows it. */
  #small(token: number, type: number | undefined): unknown {
    switch (type) {
      case RECORD: {
        const id = this.bytes[this.at + 1] as number;
        this.at += 2;
        const names = this.#nameList();
        this.#names.set(id, names);
        return this.#members(names);
      }
      case SET:
        this.at += 2;
        return this.#set();
      case REGEXP:
        // The token of a list of two follows.
        this.at += 3;
        return new RegExp(this.value() as string, this.value() as string);
      case UNDEFINED:
        this.at += 2;
        return undefined;
      default:
        return this.leaf(token);
    }
  }

  #members(names: readonly string[]): object {
    const object = this.created({});
    const builder = new ObjectBuilder(object);
    for (const name of names) builder.add(name, this.value());
    return object;
  }

  /** The names of a record, which may be referred to; the record itself is not there yet. */
  #nameList(): readonly string[] {
    const pending = this.#pending;
    this.#pending = NONE;
    const names = this.value() as readonly string[];
    this.#pending = pending;
    return names;
  }

  #set(): Set<unknown> {
    const set = this.created(new Set<unknown>());
    const members = this.value() as readonly unknown[];
    if (areCollidingKeys(members)) throw collision();
    for (const member of members) set.add(member);
    return set;
  }

  #referenced(): unknown {
    const id = this.#referenceId();
    this.#pending = id;
    const value = this.value();
    // What is no object of ours was not noted on the way.
    if (this.#pending === id) this.#references.set(id, value);
    this.#pending = NONE;
    return value;
  }

  #referenceId(): number {
    this.at += 1;
    return this.length(4);
  }
}
