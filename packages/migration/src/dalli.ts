import {
  DecodeError,
  type ForeignLayout,
  type ForeignReaders,
  type MigrationOptions,
  migrationFormat,
  type ValueFormat,
} from '@mc/core';
import { type StringOptions, type StringReader, stringReader } from './foreign-strings.js';
import { readRubyMarshal } from './ruby-marshal.js';

const SERIALIZED = 1;
const COMPRESSED = 2;
const ZLIB_COMPRESSOR = 8;

/** Options of {@link dalliFormat}. `strings` is for raw values, and is `text` unless told otherwise. */
export interface DalliOptions extends MigrationOptions, StringOptions {}

/**
 * Reads what Dalli has written with its own serializer (Ruby's Marshal) and its own compressor (zlib); writes our own.
 * A Hash whose keys are all Strings or Symbols is an object, any other a `Map`.
 *
 * @throws ConfigurationError
 */
export function dalliFormat(options: DalliOptions = {}): ValueFormat {
  const { strings = 'text', ...own } = options;
  return migrationFormat(dalliLayout(stringReader(strings)), own);
}

function dalliLayout(readString: StringReader): ForeignLayout {
  const readPlain = (data: Uint8Array, flags: number): unknown =>
    (flags & SERIALIZED) === 0 ? readString(data, 0, data.length) : readRubyMarshal(data);
  return {
    name: 'Dalli',
    read(data: Uint8Array, flags: number, readers: ForeignReaders): unknown {
      if (flags > (SERIALIZED | COMPRESSED))
        throw new DecodeError('the flags of the value were not written by Dalli');
      if ((flags & COMPRESSED) === 0) return readPlain(data, flags);
      const plain = readers.decompress(ZLIB_COMPRESSOR, data);
      return plain instanceof Promise
        ? plain.then((bytes) => readPlain(bytes, flags))
        : readPlain(plain, flags);
    },
  };
}
