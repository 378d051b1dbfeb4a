interface Encoder {
  encode(text: string): Uint8Array;
  encodeInto(text: string, target: Uint8Array): { readonly written: number };
}

/** What of the global object is used. */
interface Globals {
  readonly TextEncoder: new () => Encoder;
}

const encoder = new (globalThis as unknown as Globals).TextEncoder();

const FIRST_BYTES = 1024;
/** A frame is closed at the first opcode behind this many bytes, and larger strings stand outside of frames. */
const FRAME_TARGET = 65_536;
const FRAME_HEADER = 9;
const SMALLEST_FRAME = 4;
const FRAME = 0x95;
const BINUNICODE8 = 0x8d;
/** Up to this many characters, a loop is quicker than the encoder, and the length of the text takes one byte. */
const SHORT_TEXT = 64;

/** Bytes of a pickle while it is written, in frames where the protocol has them. */
export class PickleBuffer {
  #bytes: Uint8Array;
  #view: DataView;
  #at = 0;
  #frames: boolean;
  /** Where the open frame begins, -1 for none. */
  #frameStart = -1;

  constructor() {
    this.#bytes = new Uint8Array(FIRST_BYTES);
    this.#view = new DataView(this.#bytes.buffer);
    this.#frames = false;
  }

  /** Bytes of memory that it holds. */
  get size(): number {
    return this.#bytes.length;
  }

  /** Begins a new pickle. */
  begin(protocol: number): void {
    this.#at = 0;
    this.#frames = false;
    this.#frameStart = -1;
    this.uint8(0x80, protocol);
    this.#frames = protocol >= 4;
  }

  /** Ends the pickle. @returns a copy of its bytes */
  finish(): Uint8Array {
    this.opcode(0x2e);
    this.#closeFrame();
    return this.#bytes.slice(0, this.#at);
  }

  /** Where a value begins: a frame that is full ends here. */
  boundary(): void {
    if (this.#frameStart >= 0 && this.#at - this.#frameStart - FRAME_HEADER >= FRAME_TARGET)
      this.#closeFrame();
  }

  opcode(opcode: number): void {
    const at = this.#reserve(1);
    this.#bytes[at] = opcode;
  }

  uint8(opcode: number, value: number): void {
    const at = this.#reserve(2);
    this.#bytes[at] = opcode;
    this.#bytes[at + 1] = value;
  }

  uint16(opcode: number, value: number): void {
    const at = this.#reserve(3);
    this.#bytes[at] = opcode;
    this.#view.setUint16(at + 1, value, true);
  }

  /** An unsigned value, or a signed one in two's complement. */
  int32(opcode: number, value: number): void {
    const at = this.#reserve(5);
    this.#bytes[at] = opcode;
    this.#view.setInt32(at + 1, value, true);
  }

  float64(opcode: number, value: number): void {
    const at = this.#reserve(9);
    this.#bytes[at] = opcode;
    this.#view.setFloat64(at + 1, value);
  }

  /** LONG1 of 64 bits in two's complement; the highest bytes are left out where they only repeat the sign. */
  long(low: number, high: number): void {
    const at = this.#reserve(10);
    const bytes = this.#bytes;
    this.#view.setInt32(at + 2, low, true);
    this.#view.setInt32(at + 6, high, true);
    let last = at + 9;
    while (bytes[last] === ((bytes[last - 1] as number) > 0x7f ? 0xff : 0)) last -= 1;
    bytes[at] = 0x8a;
    bytes[at + 1] = last - at - 1;
    this.#at = last + 1;
  }

  /** ASCII text as it is. */
  ascii(text: string): void {
    const at = this.#reserve(text.length);
    for (let i = 0; i < text.length; i += 1) this.#bytes[at + i] = text.charCodeAt(i);
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /**
   * Short text behind an opcode and one byte for its length.
   *
   * @returns false, with nothing written, where it is not short or not ASCII
   */
  shortAscii(opcode: number, text: string): boolean {
    const { length } = text;
    if (length > SHORT_TEXT) return false;
    const at = this.#reserve(length + 2);
    const bytes = this.#bytes;
    bytes[at] = opcode;
    bytes[at + 1] = length;
    for (let i = 0; i < length; i += 1) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) {
        this.#at = at;
        return false;
      }
      bytes[at + 2 + i] = code;
    }
    return true;
  }

  /** Well-formed text as UTF-8, behind the opcode for its length; 0 stands for an opcode that the protocol has not. */
  text(shortOpcode: number, opcode: number, text: string): void {
    this.block(shortOpcode, opcode, BINUNICODE8, encoder.encode(text));
  }

  /** Bytes behind the opcode for their length; 0 stands for an opcode that the protocol does not have. */
  block(shortOpcode: number, opcode: number, longOpcode: number, content: Uint8Array): void {
    const { length } = content;
    const framed = this.#frames;
    if (length >= FRAME_TARGET) {
      this.#closeFrame();
      this.#frames = false;
    }
    if (length <= 0xff && shortOpcode !== 0) this.uint8(shortOpcode, length);
    else if (length <= 0xffff_ffff && opcode !== 0) this.int32(opcode, length);
    else this.#uint64(longOpcode, length);
    this.raw(content);
    this.#frames = framed;
  }

  #uint64(opcode: number, value: number): void {
    const at = this.#reserve(9);
    this.#bytes[at] = opcode;
    this.#setUint64(at + 1, value);
  }

  #setUint64(at: number, value: number): void {
    this.#view.setUint32(at, value % 2 ** 32, true);
    this.#view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
  }

  #closeFrame(): void {
    const start = this.#frameStart;
    if (start < 0) return;
    const length = this.#at - start - FRAME_HEADER;
    if (length >= SMALLEST_FRAME) {
      this.#bytes[start] = FRAME;
      this.#setUint64(start + 1, length);
    } else {
      this.#bytes.copyWithin(start, start + FRAME_HEADER, this.#at);
      this.#at -= FRAME_HEADER;
    }
    this.#frameStart = -1;
  }

  /** Makes room, and opens a frame where there is none. @returns where to write */
  #reserve(length: number): number {
    let at = this.#at;
    if (this.#frames && this.#frameStart < 0) {
      this.#frameStart = at;
      at += FRAME_HEADER;
    }
    const end = at + length;
    if (end > this.#bytes.length) this.#grow(end, at);
    this.#at = end;
    return at;
  }

  #grow(needed: number, used: number): void {
    const old = this.#bytes.subarray(0, used);
    this.#allocate(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.set(old);
  }

  #allocate(length: number): void {
    this.#bytes = new Uint8Array(length);
    this.#view = new DataView(this.#bytes.buffer);
  }
}
