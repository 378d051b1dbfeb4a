import type { CompressionChoice, Packed, ValueFormat } from '../contract.js';
import { DecodeError, EncodeError } from '../errors.js';
import { copyBytes } from '../runtime.js';
import { minCompressLenOf } from './compression-choice.js';
import { bytesOnly, isThenable, packedBy, settledValue } from './plugin-output.js';
import { captureBytes } from './simple.js';
import type { ValueCoder } from './value-coder.js';

/** A {@link ValueFormat} in the place of the project's layout. */
export class FormatCoder implements ValueCoder {
  readonly #format: ValueFormat;
  readonly #maxValueBytes: number;

  constructor(format: ValueFormat, maxValueBytes: number) {
    this.#format = format;
    this.#maxValueBytes = maxValueBytes;
  }

  pack(value: unknown, choice: CompressionChoice | undefined): Packed | Promise<Packed> {
    minCompressLenOf(choice);
    try {
      // What the format does with the bytes later is done with these, whatever the caller does with his.
      const given = value instanceof Uint8Array ? captureBytes(bytesOnly(value)) : value;
      const checked = (packed: unknown): Packed => capturedPacked(packed, given);
      const packed: unknown = this.#format.pack(given, choice);
      return isThenable(packed) ? Promise.resolve(packed).then(checked).catch(failEncode) : checked(packed);
    } catch (cause) {
      return failEncode(cause);
    }
  }

  unpack(bytes: Uint8Array, start: number, end: number, flags: number, owned: boolean): unknown {
    const data = owned ? bytes.subarray(start, end) : copyBytes(bytes, start, end);
    try {
      const value = this.#format.unpack(data, flags, this.#maxValueBytes);
      return value instanceof Promise ? value.catch(failDecode) : settledValue(value);
    } catch (cause) {
      return failDecode(cause);
    }
  }

  keepsBytes(): boolean {
    return true;
  }
}

function capturedPacked(packed: unknown, captured: unknown): Packed {
  const { data, flags } = packedBy(packed as Packed);
  return { data: typeof data === 'string' || data === captured ? data : captureBytes(data), flags };
}

/** An error of this project's own says already what to do. */
function failEncode(cause: unknown): never {
  if (cause instanceof EncodeError) throw cause;
  throw new EncodeError('the value format cannot hold the value', { cause });
}

function failDecode(cause: unknown): never {
  if (cause instanceof DecodeError) throw cause;
  throw new DecodeError('the value format cannot read the value', { cause });
}
