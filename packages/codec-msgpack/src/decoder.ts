import type { Msgpackr } from './msgpackr.js';
import { NameCache } from './name-cache.js';
import { ObjectBuilder } from './object-builder.js';
import type { StagedBytes } from './staging.js';
import { textOf } from './text-bytes.js';

const MAX_EXACT = 2n ** 53n;
const NO_BYTES: StagedBytes = Object.assign(new Uint8Array(0), {
  dataView: new DataView(new ArrayBuffer(0)),
});

/**
 * Decodes what msgpackr would change, or make too much of: members called `__proto__`, members with indexes for names,
 * text with a byte order mark. Only for bytes that a scanner let pass.
 */
export class Decoder {
  readonly #msgpackr: Msgpackr;
  readonly #names = new NameCache();
  protected bytes: StagedBytes = NO_BYTES;
  /** The byte that is read next. */
  protected at = 0;

  /** @param msgpackr decodes timestamps and the like, which hold nothing else */
  constructor(msgpackr: Msgpackr) {
    this.#msgpackr = msgpackr;
  }

  decode(bytes: StagedBytes): unknown {
    this.bytes = bytes;
    this.at = 0;
    try {
      return this.value();
    } finally {
      // They may be many, and are not needed any more.
      this.bytes = NO_BYTES;
    }
  }

  protected value(): unknown {
    const token = this.bytes[this.at] as number;
    this.at += 1;
    if (token < 0x80) return token < 0x40 ? token : this.record(token);
    if (token < 0x90) return this.map(token & 15);
    if (token < 0xa0) return this.array(token & 15);
    if (token < 0xc0) return this.#text(token & 31);
    return token >= 0xe0 ? token - 0x100 : this.#wide(token);
  }

  protected record(token: number): unknown {
    return token;
  }

  protected map(count: number): object {
    const object = this.created({});
    const builder = new ObjectBuilder(object);
    for (let i = 0; i < count; i += 1) {
      const name = this.#name();
      builder.add(name, this.value());
    }
    return object;
  }

  protected array(count: number): unknown[] {
    const array = this.created(new Array<unknown>(count));
    for (let i = 0; i < count; i += 1) array[i] = this.value();
    return array;
  }

  /** Called with each object as soon as there is one, before what is in it. */
  protected created<T extends object>(object: T): T {
    return object;
  }

  /** An integer of 64 bits. */
  protected int64(value: bigint): number | bigint {
    return value >= -MAX_EXACT && value <= MAX_EXACT ? Number(value) : value;
  }

  protected extension(token: number): unknown {
    return this.leaf(token);
  }

  /** An extension that holds bytes only. @param token which has been read */
  protected leaf(token: number): unknown {
    const start = this.at - 1;
    const isSized = token < 0xd4;
    const length = isSized ? this.length(1 << (token - 0xc7)) : 1 << (token - 0xd4);
    this.at += 1 + length;
    return this.#msgpackr.unpack(this.bytes.subarray(start, this.at));
  }

  /** A length of 1, 2 or 4 bytes. */
  protected length(size: number): number {
    const { at } = this;
    this.at += size;
    if (size === 1) return this.bytes[at] as number;
    return size === 2 ? this.bytes.dataView.getUint16(at) : this.bytes.dataView.getUint32(at);
  }

  /** Text, or an integer, that names a member. */
  #name(): string {
    const start = this.at + 1;
    const token = this.bytes[this.at] as number;
    if (token < 0xa0 || token >= 0xc0) return String(this.value());
    this.at = start + (token & 31);
    return this.#names.name(this.bytes, start, this.at);
  }

  #text(length: number): string {
    const start = this.at;
    this.at += length;
    return textOf(this.bytes, start, this.at);
  }

  #wide(token: number): unknown {
    switch (token) {
      case 0xc0:
        return null;
      case 0xc2:
      case 0xc3:
        return token === 0xc3;
      case 0xc4:
      case 0xc5:
      case 0xc6: {
        const length = this.length(1 << (token - 0xc4));
        this.at += length;
        return this.bytes.slice(this.at - length, this.at);
      }
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.length(1 << (token - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.array(this.length(2 << (token - 0xdc)));
      case 0xde:
      case 0xdf:
        return this.map(this.length(2 << (token - 0xde)));
      default: {
        const isNumber = token >= 0xca && token <= 0xd3;
        return isNumber ? this.#number(token) : this.extension(token);
      }
    }
  }

  #number(token: number): number | bigint {
    const { at } = this;
    const { dataView } = this.bytes;
    const isFloat = token < 0xcc;
    this.at += isFloat ? 4 << (token - 0xca) : 1 << (token & 3);
    switch (token) {
      case 0xca:
        return dataView.getFloat32(at);
      case 0xcb:
        return dataView.getFloat64(at);
      case 0xcc:
        return dataView.getUint8(at);
      case 0xcd:
        return dataView.getUint16(at);
      case 0xce:
        return dataView.getUint32(at);
      case 0xcf:
        return this.int64(dataView.getBigUint64(at));
      case 0xd0:
        return dataView.getInt8(at);
      case 0xd1:
        return dataView.getInt16(at);
      case 0xd2:
        return dataView.getInt32(at);
      default:
        return this.int64(dataView.getBigInt64(at));
    }
  }
}
