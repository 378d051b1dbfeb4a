import { DecodeError } from '@mc/core';

const MAX_DEPTH = 1000;
/** In memory a value takes up to 200 bytes, and in a stream as little as one. */
const MAX_VALUES = 2_000_000;

/** What one stream may hold. A value within another counts too. */
export class ReadLimits {
  #values = 0;

  /** Counts a value that is read. @throws DecodeError */
  countValue(): void {
    this.#values += 1;
    if (this.#values > MAX_VALUES) throw new DecodeError(`the value holds more than ${MAX_VALUES} values`);
  }

  /** @throws DecodeError */
  checkDepth(depth: number): void {
    if (depth > MAX_DEPTH) throw new DecodeError(`the value nests more than ${MAX_DEPTH} levels`);
  }
}
