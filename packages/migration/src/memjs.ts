import {
  ConfigurationError,
  DecodeError,
  type ForeignLayout,
  type MigrationOptions,
  migrationFormat,
  type ValueFormat,
} from '@mc/core';
import { type StringOptions, stringReader } from './foreign-strings.js';

/** Options of {@link memjsFormat}. `strings` is for all values, and is `bytes` unless told otherwise. */
export interface MemjsOptions extends MigrationOptions, StringOptions {
  /**
   * What the `deserialize` of the `serializer` that was given to memjs did. `flags` is the number that its `extras`
   * held. Excludes `strings`. May throw anything; it reaches the caller as the cause of a `DecodeError`.
   */
  readonly deserialize?: (data: Uint8Array, flags: number) => unknown;
}

/**
 * Reads what memjs has written, with its own serializer (which does nothing) or with yours; writes our own.
 *
 * @throws ConfigurationError
 */
export function memjsFormat(options: MemjsOptions = {}): ValueFormat {
  const { strings, deserialize, ...own } = options;
  return migrationFormat({ name: 'memjs', read: memjsReader(strings, deserialize) }, own);
}

function memjsReader(
  strings: MemjsOptions['strings'],
  deserialize: MemjsOptions['deserialize'],
): ForeignLayout['read'] {
  if (deserialize === undefined) {
    const readString = stringReader(strings ?? 'bytes');
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
