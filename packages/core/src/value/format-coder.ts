import type { Packed, ValueFormat } from '../contract.js';
import { DecodeError, EncodeError } from '../errors.js';
import { copyBytes } from '../runtime.js';
import { packedBy, settledValue } from './plugin-output.js';
import { captureBytes } from './simple.js';
import type { ValueCoder } from './value-coder.js';

/** A {@link ValueFormat} of the user's in the place of the project's layout. */
export class FormatCoder implements ValueCoder {
  readonly #format: ValueFormat;

  constructor(format: ValueFormat) {
    this.#format = format;
  }

  pack(value: unknown): Packed {
    try {
      const { data, flags } = packedBy(this.#format.pack(value));
      return { data: typeof data === 'string' ? data : captureBytes(data), flags };
    } catch (cause) {
      throw new EncodeError('the value format cannot hold the value', { cause });
    }
  }

  unpack(bytes: Uint8Array, start: number, end: number, flags: number, owned: boolean): unknown {
    const data = owned ? bytes.subarray(start, end) : copyBytes(bytes, start, end);
    try {
      return settledValue(this.#format.unpack(data, flags));
    } catch (cause) {
      throw new DecodeError('the value format cannot read the value', { cause });
    }
  }

  keepsBytes(): boolean {
    return true;
  }
}
