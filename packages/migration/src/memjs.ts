import {
  ConfigurationError,
  DecodeError,
  type ForeignLayout,
  type MigrationOptions,
  migrationFormat,
  type ValueFormat,
} from '@mc/core';
import { type StringOptions, stringReader } from './foreign-strings.js';
import { checkPresetOptions } from './preset-options.js';

/** Options of {@link memjsFormat} for memjs with its own serializer, which does nothing. */
export interface MemjsPlainOptions extends MigrationOptions, StringOptions {
  readonly deserialize?: never;
}

/** Options of {@link memjsFormat} for memjs with a serializer that it was given. */
export interface MemjsSerializerOptions extends MigrationOptions {
  /**
   * What the `deserialize` of that serializer did; it reads all values but ours. `flags` is the number that its
   * `extras` held. May throw anything; it reaches the caller as the cause of a `DecodeError`.
   */
  readonly deserialize: (data: Uint8Array, flags: number) => unknown;
  readonly strings?: never;
}

/** Options of {@link memjsFormat}: `strings`, which is `bytes` unless told otherwise, or `deserialize`, never both. */
export type MemjsOptions = MemjsPlainOptions | MemjsSerializerOptions;

/**
 * Reads what memjs has written, with its own serializer (which does nothing) or with yours; writes our own.
 *
 * @throws ConfigurationError
 */
export function memjsFormat(options: MemjsOptions = {}): ValueFormat {
  checkPresetOptions('memjsFormat', options, ['strings', 'deserialize']);
  const { strings, deserialize, ...own } = options;
  return migrationFormat({ name: 'memjs', read: memjsReader(strings, deserialize) }, own);
}

function memjsReader(
  strings: MemjsOptions['strings'],
  deserialize: MemjsOptions['deserialize'],
): ForeignLayout['read'] {
  if (deserialize === undefined) {
    const readString = stringReader(strings === undefined ? 'bytes' : strings);
    return (data, flags) => {
      if (flags === 0) return readString(data, 0, data.length);
      throw new DecodeError(
        'the value has flags, which memjs writes with a serializer only: pass deserialize',
      );
    };
  }
  if (typeof deserialize !== 'function') throw new ConfigurationError('deserialize must be a function');
  if (strings !== undefined) throw new ConfigurationError('deserialize reads all values: drop strings');
  return (data, flags) => deserialize(data, flags);
}
