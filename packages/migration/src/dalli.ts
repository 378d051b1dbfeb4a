import type { ForeignLayout, MigrationOptions, ValueFormat } from '@mc/core';
import { ZLIB_COMPRESSOR } from './compressor-ids.js';
import { flaggedLayout } from './flagged-layout.js';
import { type StringOptions, type StringReader, stringsFormat } from './foreign-strings.js';
import { readRubyMarshal } from './ruby-marshal.js';

const SERIALIZED = 1;
const COMPRESSED = 2;

/** Options of {@link dalliFormat}. `strings` is for raw values, and is `text` unless told otherwise. */
export interface DalliOptions extends MigrationOptions, StringOptions {}

/**
 * Reads what Dalli has written with its own serializer (Ruby's Marshal) and its own compressor (zlib); writes our own.
 * A Hash whose keys are all Strings or Symbols is an object, any other a `Map`.
 *
 * @throws ConfigurationError
 */
export function dalliFormat(options: DalliOptions = {}): ValueFormat {
  return stringsFormat('dalliFormat', options, 'text', dalliLayout);
}

const dalliLayout = (readString: StringReader): ForeignLayout =>
  flaggedLayout({
    name: 'Dalli',
    known: SERIALIZED | COMPRESSED,
    compressed: COMPRESSED,
    decompress: (data, _, readers) => readers.decompress(ZLIB_COMPRESSOR, data),
    readTyped: (data, type) =>
      type === SERIALIZED ? readRubyMarshal(data) : readString(data, 0, data.length),
  });
