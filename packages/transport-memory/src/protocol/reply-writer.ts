/** Size of a piece of the output, in bytes: what a socket typically delivers at once. */
const CHUNK_BYTES = 65_536;
/** More than the longest head of a value: `VALUE `, a key, flags, length, CAS id, spaces and CRLF. */
const HEAD_BYTES = 512;
/** Emptied chunks that are kept for later replies. */
const MAX_SPARE_CHUNKS = 16;
const SPACE = 0x20;
const CR = 0x0d;
const LF = 0x0a;
const ZERO = 0x30;

interface Chunk {
  readonly bytes: Uint8Array;
  readonly length: number;
}

const NO_BYTES = new Uint8Array(0);

/**
 * Writes replies into chunks of up to 64 kB. Text given to it is ASCII or text of one character a byte; bodies are
 * copied, so they may change afterwards.
 */
export class ReplyWriter {
  #chunk: Uint8Array = NO_BYTES;
  #at = 0;
  #full: Chunk[] = [];
  readonly #spare: Uint8Array[] = [];

  /** True where something waits to be taken. */
  get hasOutput(): boolean {
    return this.#at > 0 || this.#full.length > 0;
  }

  /** A line; any text of less than 64 kB. */
  line(text: string): void {
    this.#reserve(text.length + 2);
    this.#text(text);
    this.#lineEnd();
  }

  /** A line of a dump, which ends in LF alone; any text of less than 64 kB. */
  dumpLine(text: string): void {
    this.#reserve(text.length + 1);
    this.#text(`${text}\n`);
  }

  /** `STAT <name> <value>`. */
  stat(name: string, value: string | number): void {
    this.line(`STAT ${name} ${value}`);
  }

  /** `VALUE <key> <flags> <bytes> [<cas>]` and the body. */
  value(key: string, flags: number, body: Uint8Array, cas?: number): void {
    this.#reserve(HEAD_BYTES);
    this.#text('VALUE ');
    this.#text(key);
    this.#number(flags);
    this.#number(body.length);
    if (cas !== undefined) this.#number(cas);
    this.#lineEnd();
    this.#body(body);
    this.#reserve(2);
    this.#lineEnd();
  }

  /** `CONFIG <name> 0 <bytes>` and the body. `name` is less than 256 characters. */
  config(name: string, body: Uint8Array): void {
    this.#reserve(HEAD_BYTES);
    this.#text('CONFIG ');
    this.#text(name);
    this.#number(0);
    this.#number(body.length);
    this.#lineEnd();
    this.#body(body);
    this.#reserve(2);
    this.#lineEnd();
  }

  /**
   * Gives all that was written so far to `deliver`, chunk by chunk; a chunk is valid during its call only. What is
   * written meanwhile waits for the next time. Where `deliver` returns false, the rest is dropped.
   *
   * @returns the number of bytes delivered
   */
  drain(deliver: (chunk: Uint8Array) => boolean): number {
    if (this.#at > 0) this.#seal();
    const chunks = this.#full;
    this.#full = [];
    let delivered = 0;
    for (const { bytes, length } of chunks) {
      delivered += length;
      const wanted = deliver(bytes.subarray(0, length));
      if (this.#spare.length < MAX_SPARE_CHUNKS) this.#spare.push(bytes);
      if (!wanted) break;
    }
    return delivered;
  }

  /** Closes the current chunk. */
  #seal(): void {
    this.#full.push({ bytes: this.#chunk, length: this.#at });
    this.#chunk = NO_BYTES;
    this.#at = 0;
  }

  /** Makes room for `bytes` in one piece. */
  #reserve(bytes: number): void {
    if (this.#at + bytes > this.#chunk.length) this.#nextChunk();
  }

  #nextChunk(): void {
    if (this.#at > 0) this.#seal();
    this.#chunk = this.#spare.pop() ?? new Uint8Array(CHUNK_BYTES);
    this.#at = 0;
  }

  #text(text: string): void {
    const chunk = this.#chunk;
    const at = this.#at;
    const length = text.length;
    for (let i = 0; i < length; i += 1) chunk[at + i] = text.charCodeAt(i);
    this.#at = at + length;
  }

  /** A space and a decimal number. */
  #number(value: number): void {
    this.#chunk[this.#at] = SPACE;
    this.#at += 1;
    if (value < 10) {
      this.#chunk[this.#at] = ZERO + value;
      this.#at += 1;
    } else {
      this.#text(String(value));
    }
  }

  #lineEnd(): void {
    this.#chunk[this.#at] = CR;
    this.#chunk[this.#at + 1] = LF;
    this.#at += 2;
  }

  #body(body: Uint8Array): void {
    const length = body.length;
    if (length <= this.#chunk.length - this.#at) {
      this.#chunk.set(body, this.#at);
      this.#at += length;
      return;
    }
    let from = 0;
    while (from < length) {
      if (this.#at === this.#chunk.length) this.#nextChunk();
      const count = Math.min(length - from, this.#chunk.length - this.#at);
      this.#chunk.set(body.subarray(from, from + count), this.#at);
      this.#at += count;
      from += count;
    }
  }
}
