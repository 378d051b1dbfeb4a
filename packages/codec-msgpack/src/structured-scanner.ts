import { FEW_KEYS } from './number-keys.js';
import { damage } from './refusal.js';
import { Scanner } from './scanner.js';
import type { StagedBytes } from './staging.js';
import {
  BIGINT,
  NEVER_USED,
  POINTER,
  RECORD,
  REFERENCED,
  REGEXP,
  SET,
  TYPED_ARRAY,
  UNDEFINED,
} from './structured-extensions.js';

const TIMESTAMP = 0xff;
/** Tokens of records, 0x40 to 0x7f. */
const FIRST_RECORD = 0x40;
const RECORD_IDS = 64;
/** Bytes of `fixext 4` with the number of a reference. */
const REFERENCE_BYTES = 6;

/**
 * The {@link Scanner} for what the structured form writes: of msgpackr's extensions those that it uses, each with
 * the content that it has there.
 */
export class StructuredScanner extends Scanner {
  /** Objects are written as records, so that a map is a `Map`; else a map is an object. */
  readonly #records: boolean;
  /** How many members a record has, by its token. */
  readonly #members = new Map<number, number>();
  /** Numbers of the references met so far; for a list of member names with its length. */
  readonly #references = new Map<number, number>();
  /** Memory for the indexes among the names of a record and of a list of names, where there was any. */
  readonly #recordRooms = new Map<number, number>();
  readonly #listRooms = new Map<number, number>();
  /** True if the bytes hold a stand-in, which is to be replaced after decoding. */
  hasStandIn = false;

  constructor(records: boolean) {
    super();
    this.#records = records;
  }

  override scan(bytes: StagedBytes, end: number): void {
    this.#members.clear();
    if (this.#references.size > 0) this.#references.clear();
    if (this.#recordRooms.size > 0) this.#recordRooms.clear();
    if (this.#listRooms.size > 0) this.#listRooms.clear();
    super.scan(bytes, end);
    if (this.hasProto) throw damage('a member name that it writes in another way');
  }

  protected override reset(): void {
    super.reset();
    this.hasStandIn = false;
  }

  /** Keys of a `Map` that are numbers may have been chosen to take time, which only the decoder looks at. */
  protected override large(): void {
    if (this.#records) this.isSpecial = true;
  }

  protected override key(at: number, depth: number): number {
    return this.#records ? this.value(at, depth) : super.key(at, depth);
  }

  protected override record(at: number, token: number, depth: number): number {
    if (!this.#records) return at + 1;
    const count = this.#members.get(token);
    if (count === undefined) throw damage('a record that is not defined');
    if (this.#recordRooms.size > 0) this.room += this.#recordRooms.get(token) ?? 0;
    return this.items(at + 1, count, depth + 1);
  }

  protected override extension(at: number, token: number, depth: number): number {
    switch (token) {
      case NEVER_USED:
        this.hasStandIn = true;
        this.isSpecial = true;
        return at + 1;
      case 0xd4:
        return this.#small(at, depth);
      case 0xd6:
        return this.#reference(at, depth) ?? this.timestamp(at, token);
      default:
        return this.#binary(at, token) ?? this.timestamp(at, token);
    }
  }

  /** An extension of one byte; the value of some follows it. */
  #small(at: number, depth: number): number {
    const next = this.skip(at, 3);
    const { bytes } = this;
    const content = bytes[at + 2] as number;
    switch (bytes[at + 1]) {
      case RECORD:
        return this.#definition(next, content, depth);
      case SET:
        if (!this.#isArray(next)) throw damage('a Set without members');
        if (this.#count(next) > FEW_KEYS) this.isSpecial = true;
        return this.value(next, depth);
      case REGEXP:
        if (this.#token(next) !== 0x92) throw damage('no regular expression');
        return this.#plainText(this.#plainText(next + 1, depth), depth);
      case UNDEFINED:
        return next;
      case TIMESTAMP:
        if (content === 0xff) return next;
        throw damage('no timestamp');
      default:
        throw damage('an extension it does not know');
    }
  }

  /** The names of the members of a record, then the members of the first such record. */
  #definition(at: number, token: number, depth: number): number {
    if (!this.#records || token < FIRST_RECORD || token >= FIRST_RECORD + RECORD_IDS) {
      throw damage('no definition of a record');
    }
    const before = this.room;
    const [count, next] = this.#names(at);
    this.#members.set(token, count);
    if (this.room > before || this.#recordRooms.size > 0) this.#recordRooms.set(token, this.room - before);
    return this.items(next, count, depth + 1);
  }

  /** A list of names; msgpackr refers back to one that it has to write again. */
  #names(at: number): readonly [count: number, next: number] {
    if (this.#token(at) !== 0xd6) return this.#nameList(at);
    const start = this.skip(at, REFERENCE_BYTES);
    const id = this.bytes.dataView.getUint32(at + 2);
    if (this.bytes[at + 1] === REFERENCED && !this.#references.has(id)) {
      const before = this.room;
      const list = this.#nameList(start);
      this.#references.set(id, list[0]);
      if (this.room > before) this.#listRooms.set(id, this.room - before);
      return list;
    }
    const count = this.bytes[at + 1] === POINTER ? (this.#references.get(id) ?? -1) : -1;
    if (count < 0) throw damage('no definition of a record');
    this.room += this.#listRooms.get(id) ?? 0;
    return [count, start];
  }

  #nameList(at: number): readonly [count: number, next: number] {
    if (!this.#isArray(at)) throw damage('no definition of a record');
    const count = this.#count(at);
    const token = this.bytes[at];
    let next = at + (token === 0xdc ? 3 : token === 0xdd ? 5 : 1);
    for (let i = 0; i < count; i += 1) {
      if (!this.#isText(next)) throw noText();
      this.member = i;
      next = this.name(next);
    }
    return [count, next];
  }

  /** The length of a list. */
  #count(at: number): number {
    const token = this.#token(at);
    if (token < 0xa0) return token & 15;
    return this.length(at + 1, token === 0xdc ? 2 : 4);
  }

  /** A value that is referred to later, or a reference to one; `undefined` for anything else of four bytes. */
  #reference(at: number, depth: number): number | undefined {
    const type = this.bytes[at + 1];
    if (type !== REFERENCED && type !== POINTER) return undefined;
    const next = this.skip(at, REFERENCE_BYTES);
    const id = this.bytes.dataView.getUint32(at + 2);
    this.isSpecial = true;
    if (this.#references.has(id) !== (type === POINTER)) throw damage('a reference to nothing');
    if (type === POINTER) return next;
    // A number before a number names the same place twice, which msgpackr would build two objects for.
    const isTwice = this.#token(next) === 0xd6 && this.bytes[next + 1] !== TIMESTAMP;
    if (isTwice) throw damage('a reference to a reference');
    this.#references.set(id, -1);
    return this.value(next, depth);
  }

  /** A bigint or a typed array; `undefined` for anything else. */
  #binary(at: number, token: number): number | undefined {
    const wide = token >= 0xc7 && token <= 0xc9 ? 1 << (token - 0xc7) : 0;
    const type = this.bytes[at + 1 + wide];
    if (type !== BIGINT && type !== TYPED_ARRAY) return undefined;
    const length = wide > 0 ? this.length(at + 1, wide) : 1 << (token - 0xd4);
    if (length === 0) throw damage('an extension without content');
    return this.skip(at + 2 + wide, length);
  }

  #isArray(at: number): boolean {
    const token = this.#token(at);
    return (token >= 0x90 && token < 0xa0) || token === 0xdc || token === 0xdd;
  }

  #token(at: number): number {
    this.skip(at, 1);
    return this.bytes[at] as number;
  }

  #isText(at: number): boolean {
    const token = this.#token(at);
    return (token >= 0xa0 && token < 0xc0) || (token >= 0xd9 && token <= 0xdb);
  }

  #plainText(at: number, depth: number): number {
    if (!this.#isText(at)) throw noText();
    return this.value(at, depth);
  }
}

function noText(): SyntaxError {
  return damage('a name that is no text');
}
