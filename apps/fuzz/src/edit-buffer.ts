/** Room for an input; an edit that would need more does less. */
const CAPACITY = 65_536;

/** Inputs do not begin where memory does, as values in a chunk of a connection do not. */
const MAX_START = 8;

/** An input while it is broken: bytes that are edited in place, in memory that is used again for the next one. */
export class EditBuffer {
  readonly #memory: Uint8Array = new Uint8Array(MAX_START + CAPACITY);
  #start = 0;
  #length = 0;

  /** In bytes. */
  get length(): number {
    return this.#length;
  }

  /** The input as it is now; valid until the next edit. */
  view(): Uint8Array {
    return this.#memory.subarray(this.#start, this.#start + this.#length);
  }

  /** Starts anew with these bytes, `start` (0 to 7) bytes into the memory. */
  reset(data: Uint8Array, start: number): void {
    this.#start = start;
    this.#length = Math.min(data.length, CAPACITY);
    this.#memory.set(data.length > CAPACITY ? data.subarray(0, CAPACITY) : data, start);
  }

  at(index: number): number {
    return this.#memory[this.#start + index] as number;
  }

  put(index: number, byte: number): void {
    this.#memory[this.#start + index] = byte;
  }

  /** Drops everything from `length` on. */
  cut(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  /** Puts bytes before `index`. */
  insert(index: number, data: Uint8Array): void {
    const room = CAPACITY - this.#length;
    const piece = data.length > room ? data.subarray(0, room) : data;
    const from = this.#start + index;
    this.#memory.copyWithin(from + piece.length, from, this.#start + this.#length);
    this.#memory.set(piece, from);
    this.#length += piece.length;
  }

  /** Takes `count` bytes out at `index`. */
  remove(index: number, count: number): void {
    const from = this.#start + index;
    const taken = Math.min(count, this.#length - index);
    this.#memory.copyWithin(from, from + taken, this.#start + this.#length);
    this.#length -= taken;
  }
}
