import type { Msgpackr } from './msgpackr.js';
import { damage } from './refusal.js';
import type { Scanner } from './scanner.js';
import type { StagedBytes, Staging } from './staging.js';

const NIL = Uint8Array.of(0xc0);

/** What a form does with bytes of which msgpackr alone does not make what was meant. */
export type SpecialDecode<S extends Scanner> = (bytes: StagedBytes, scanner: S) => unknown;

/** Reads what a scanner lets pass. */
export class Reader<S extends Scanner> {
  readonly #staging: Staging;
  readonly #scanner: S;
  readonly #msgpackr: Msgpackr;
  readonly #special: SpecialDecode<S>;

  constructor(staging: Staging, scanner: S, msgpackr: Msgpackr, special: SpecialDecode<S>) {
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
        ? this.#special(staged, this.#scanner)
        : this.#msgpackr.unpack(staged, length);
    } catch {
      throw damage('a value that cannot be built');
    } finally {
      if (length > this.#staging.length) this.#forget();
    }
  }

  /** Both hold on to what they read last; let that be something small. */
  #forget(): void {
    const staged = this.#staging.put(NIL);
    this.#msgpackr.unpack(staged, 1);
    this.#scanner.scan(staged, 1);
  }
}
