import type { ForeignLayout, MigrationOptions, ValueFormat } from '@mc/core';
import { ZLIB_COMPRESSOR } from './compressor-ids.js';
import { type FlaggedClient, flaggedLayout, severalTypes } from './flagged-layout.js';
import { type StringOptions, type StringReader, stringsFormat } from './foreign-strings.js';
import { numberText, parseInteger } from './number-text.js';
import { strictText } from './strict-text.js';

const PICKLE = 1;
const INTEGER = 2;
const LONG = 4;
const COMPRESSED = 8;
const TEXT = 16;
/** Codec id of pickles. */
const PICKLE_CODEC = 8;

/** Options of {@link pymemcacheFormat}. `strings` is for values without a mark, and is `bytes` unless told otherwise. */
export interface PymemcacheOptions extends MigrationOptions, StringOptions {}

/**
 * Reads what pymemcache has written without a serde, with its `PickleSerde` or `python_memcache_serializer`, and with
 * its `CompressedSerde` around one of these; writes our own. Pickles need a codec for them in `readCodecs`.
 *
 * @throws ConfigurationError
 */
export function pymemcacheFormat(options: PymemcacheOptions = {}): ValueFormat {
  return stringsFormat('pymemcacheFormat', options, 'bytes', pymemcacheLayout);
}

const pymemcacheLayout = (readString: StringReader): ForeignLayout =>
  flaggedLayout({
    name: 'pymemcache',
    known: PICKLE | INTEGER | LONG | COMPRESSED | TEXT,
    compressed: COMPRESSED,
    decompress: (data, _, readers) => readers.decompress(ZLIB_COMPRESSOR, data),
    readTyped: typedReader(readString),
  });

function typedReader(readString: StringReader): FlaggedClient['readTyped'] {
  return (data, type, readers) => {
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
        throw severalTypes();
    }
  };
}
