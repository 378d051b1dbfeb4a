import {
  DecodeError,
  type ForeignLayout,
  type ForeignReaders,
  type MigrationOptions,
  migrationFormat,
  type ValueFormat,
} from '@mc/core';
import { type StringOptions, type StringReader, stringReader } from './foreign-strings.js';
import { numberText, parseInteger } from './number-text.js';
import { strictText } from './strict-text.js';

const PICKLE = 1;
const INTEGER = 2;
const LONG = 4;
const COMPRESSED = 8;
const TEXT = 16;
const ALL: number = PICKLE | INTEGER | LONG | COMPRESSED | TEXT;
/** Codec id of pickles. */
const PICKLE_CODEC = 8;
const ZLIB_COMPRESSOR = 8;

/** Options of {@link pymemcacheFormat}. `strings` is for values without a mark, and is `bytes` unless told otherwise. */
export interface PymemcacheOptions extends MigrationOptions, StringOptions {}

/**
 * Reads what pymemcache has written without a serde, with its `PickleSerde` or `python_memcache_serializer`, and with
 * its `CompressedSerde` around one of these; writes our own. Pickles need a codec for them in `readCodecs`.
 *
 * @throws ConfigurationError
 */
export function pymemcacheFormat(options: PymemcacheOptions = {}): ValueFormat {
  const { strings = 'bytes', ...own } = options;
  return migrationFormat(pymemcacheLayout(stringReader(strings)), own);
}

function pymemcacheLayout(readString: StringReader): ForeignLayout {
  return {
    name: 'pymemcache',
    read(data: Uint8Array, flags: number, readers: ForeignReaders): unknown {
      if ((flags & ~ALL) !== 0)
        throw new DecodeError('the flags of the value were not written by pymemcache');
      const type = flags & ~COMPRESSED;
      if (type === flags) return readTyped(data, type, readString, readers);
      const plain = readers.decompress(ZLIB_COMPRESSOR, data);
      return plain instanceof Promise
        ? plain.then((bytes) => readTyped(bytes, type, readString, readers))
        : readTyped(plain, type, readString, readers);
    },
  };
}

function readTyped(
  data: Uint8Array,
  type: number,
  readString: StringReader,
  readers: ForeignReaders,
): unknown {
  switch (type) {
    case 0:
      return readString(data, 0, data.length);
    case PICKLE:
      return readers.decode(PICKLE_CODEC, data);
    case INTEGER:
    case LONG:
      return parseInteger(numberText(data, 0, data.length));
    case TEXT:
      return strictText(data, 0, data.length, 'the value is marked as text and is not UTF-8');
    default:
      throw new DecodeError('the flags of the value mark several types at once');
  }
}
