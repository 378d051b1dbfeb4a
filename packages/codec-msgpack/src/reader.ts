import { dropsMark, withDoubledMarks } from './byte-order-mark.js';
import type { Msgpackr } from './msgpackr.js';
import { damage } from './refusal.js';
import type { Scanner } from './scanner.js';
import type { StagedBytes, Staging } from './staging.js';

const NIL = Uint8Array.of(0xc0);

/** What a form does with bytes of which msgpackr alone does not make what was meant. */
export interface SpecialCases<S extends Scanner> {
  /** The msgpackr for what the scanner found. */
  choose(scanner: S): Msgpackr;
  /** Makes the value of what that one decoded. */
  finish(value: unknown, scanner: S): unknown;
}

/** Reads what a scanner lets pass. */
export class Reader<S extends Scanner> {
  readonly #staging: Staging;
  readonly #scanner: S;
  readonly #msgpackr: Msgpackr;
  readonly #special: SpecialCases<S>;

  constructor(staging: Staging, scanner: S, msgpackr: Msgpackr, special: SpecialCases<S>) {
    this.#staging = staging;
    this.#scanner = scanner;
    this.#msgpackr = msgpackr;
    this.#special = special;
  }

  /** @throws SyntaxError; without a cause, which might quote the data */
  read(data: Uint8Array): unknown {
    const { length } = data;
    const staged = this.#staging.put(data);
    this.#scanner.scan(staged, length);
    try {
      return this.#scanner.isSpecial
        ? this.#readSpecial(staged, length)
        : this.#msgpackr.unpack(staged, length);
    } catch {
      throw damage('a value that cannot be built');
    } finally {
      // msgpackr holds on to a view of what it read last; let that be of something small.
      if (length > this.#staging.length) this.#msgpackr.unpack(this.#staging.put(NIL), 1);
    }
  }

  #readSpecial(staged: StagedBytes, end: number): unknown {
    const scanner = this.#scanner;
    const msgpackr = this.#special.choose(scanner);
    const isChanged = scanner.marked.length > 0 && dropsMark(msgpackr);
    const value = isChanged
      ? msgpackr.unpack(withDoubledMarks(staged, end, scanner.marked))
      : msgpackr.unpack(staged, end);
    return this.#special.finish(value, scanner);
  }
}
