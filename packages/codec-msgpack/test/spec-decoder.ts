/**
 * A second reader of MessagePack, written from its specification alone: what a program in another language sees.
 * Maps come back as lists of pairs, integers as bigints, so that nothing is hidden.
 */
export type Seen =
  | null
  | boolean
  | bigint
  | { readonly float: number }
  | { readonly text: string }
  | { readonly bin: string }
  | { readonly list: readonly Seen[] }
  | { readonly map: readonly (readonly [Seen, Seen])[] }
  | { readonly ext: number; readonly data: string };

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function seenByOthers(bytes: Uint8Array): Seen {
  const reader = new SpecReader(Buffer.from(bytes));
  const value = reader.value();
  if (reader.left() !== 0) throw new Error('bytes are left over');
  return value;
}

class SpecReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  left(): number {
    return this.#bytes.length - this.#at;
  }

  value(): Seen {
    const first = this.#unsigned(1);
    if (first <= 0x7f) return BigInt(first);
    if (first <= 0x8f) return this.#map(first - 0x80);
    if (first <= 0x9f) return this.#list(first - 0x90);
    if (first <= 0xbf) return this.#text(first - 0xa0);
    if (first >= 0xe0) return BigInt(first) - 256n;
    return this.#long(first);
  }

  #long(first: number): Seen {
    if (first === 0xc0) return null;
    if (first === 0xc2 || first === 0xc3) return first === 0xc3;
    if (first >= 0xc4 && first <= 0xc6) return { bin: this.#take(this.#sized(first - 0xc4)).toString('hex') };
    if (first >= 0xc7 && first <= 0xc9) return this.#ext(this.#sized(first - 0xc7));
    if (first === 0xca) return { float: this.#take(4).readFloatBE() };
    if (first === 0xcb) return { float: this.#take(8).readDoubleBE() };
    if (first >= 0xcc && first <= 0xcf) return this.#integer(1 << (first - 0xcc), false);
    if (first >= 0xd0 && first <= 0xd3) return this.#integer(1 << (first - 0xd0), true);
    if (first >= 0xd4 && first <= 0xd8) return this.#ext(1 << (first - 0xd4));
    if (first >= 0xd9 && first <= 0xdb) return this.#text(this.#sized(first - 0xd9));
    if (first === 0xdc || first === 0xdd) return this.#list(this.#sized(first - 0xdb));
    if (first === 0xde || first === 0xdf) return this.#map(this.#sized(first - 0xdd));
    throw new Error(`no token of MessagePack: ${first.toString(16)}`);
  }

  #take(length: number): Buffer {
    if (length > this.left()) throw new Error('the bytes are cut');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #unsigned(size: number): number {
    return this.#take(size).readUIntBE(0, size);
  }

  /** A length of 2 to the power of `log` bytes. */
  #sized(log: number): number {
    return this.#unsigned(1 << log);
  }

  #integer(size: number, signed: boolean): bigint {
    const value = BigInt(`0x${this.#take(size).toString('hex')}`);
    return signed ? BigInt.asIntN(size * 8, value) : value;
  }

  #text(length: number): Seen {
    return { text: UTF8.decode(this.#take(length)) };
  }

  #ext(length: number): Seen {
    const ext = this.#take(1).readInt8();
    return { ext, data: this.#take(length).toString('hex') };
  }

  #list(length: number): Seen {
    return { list: Array.from({ length }, () => this.value()) };
  }

  #map(length: number): Seen {
    return { map: Array.from({ length }, () => [this.value(), this.value()] as const) };
  }
}
