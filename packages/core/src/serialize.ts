import { checkFlags, InvalidArgumentError, plainBytes } from '@mc/protocol';
import { DecodeError, EncodeError } from './errors.js';
import { encodeUtf8 } from './runtime.js';
import type { ValueCoder } from './value/value-coder.js';

/** The value as it would be stored, uncompressed. @throws EncodeError */
export function serialize(coder: ValueCoder, value: unknown): { data: Uint8Array; flags: number } {
  const packed = coder.pack(value, { minCompressLen: 0 });
  if (packed instanceof Promise) {
    packed.catch(() => {});
    throw new EncodeError('the value format works off the thread even where nothing is to be compressed');
  }
  const { data, flags } = packed;
  return { data: typeof data === 'string' ? encodeUtf8(data) : data, flags };
}

/** The value that is stored as `data` and `flags`. @throws DecodeError, InvalidArgumentError */
export function deserialize(coder: ValueCoder, data: Uint8Array, flags: number): unknown {
  const bytes = plainBytes(data);
  if (bytes === undefined) throw new InvalidArgumentError('data must be a Uint8Array');
  const value = coder.unpack(bytes, 0, bytes.length, checkFlags(flags), false);
  if (!(value instanceof Promise)) return value;
  value.catch(() => {});
  throw new DecodeError('a value of this size is decompressed off the thread: use get()');
}
