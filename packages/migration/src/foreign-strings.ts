import {
  ConfigurationError,
  type ForeignLayout,
  type MigrationOptions,
  migrationFormat,
  type ValueFormat,
} from '@mc/core';
import { checkPresetOptions } from './preset-options.js';
import { strictText } from './strict-text.js';

/** How to read strings that are bytes without an encoding in the other client's language. */
export type StringReading = 'text' | 'bytes';

/** What a preset takes that reads such strings. */
export interface StringOptions {
  /**
   * `text` reads them as UTF-8, and one that is not UTF-8 is a `DecodeError`; `bytes` gives each as a `Uint8Array`.
   * It is one or the other for all values, since a guess at each would be wrong at some.
   */
  readonly strings?: StringReading;
}

/** Reads such a string: the bytes `[start, end)`. */
export type StringReader = (bytes: Uint8Array, start: number, end: number) => string | Uint8Array;

/**
 * The format of a preset that reads such strings, and has no other option of its own.
 *
 * @throws ConfigurationError
 */
export function stringsFormat(
  preset: string,
  options: MigrationOptions & StringOptions,
  fallback: StringReading,
  layoutOf: (readString: StringReader) => ForeignLayout,
): ValueFormat {
  checkPresetOptions(preset, options, ['strings']);
  const { strings = fallback, ...own } = options;
  return migrationFormat(layoutOf(stringReader(strings)), own);
}

/** @throws ConfigurationError */
export function stringReader(strings: StringReading): StringReader {
  if (strings === 'text') return readText;
  if (strings === 'bytes') return readBytes;
  throw new ConfigurationError("strings must be 'text' or 'bytes'");
}

const readText: StringReader = (bytes, start, end) =>
  strictText(
    bytes,
    start,
    end,
    "a string of the value is not UTF-8: pass strings: 'bytes' to get such as bytes",
  );

/** All of the bytes belong to the reader already; a part of them must not keep the whole alive. */
const readBytes: StringReader = (bytes, start, end) =>
  start === 0 && end === bytes.length ? bytes : copyOf(bytes, start, end);

/** A copy of `[start, end)`. A Buffer's own `slice` makes none. */
export function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes, start, end);
}
