import {
  DecodeError,
  type ForeignLayout,
  type ForeignReaders,
  type MigrationOptions,
  type ValueFormat,
} from '@mc/core';
import { endsEarly } from './byte-cursor.js';
import { ZLIB_COMPRESSOR, ZSTD_COMPRESSOR } from './compressor-ids.js';
import { decompressFastLz } from './fast-lz.js';
import { type FlaggedClient, flaggedLayout, foreignFlags } from './flagged-layout.js';
import { type StringOptions, type StringReader, stringsFormat } from './foreign-strings.js';
import { readJson } from './json-text.js';
import { numberText, parseDecimal, parseInteger } from './number-text.js';
import { readPhpSerialized } from './php-serialized.js';

const NAME = 'php-memcached';
const TYPE_MASK = 0xf;
const COMPRESSED = 1 << 4;
const ZLIB = 1 << 5;
const FASTLZ = 1 << 6;
const ZSTD = 1 << 7;
/** Bits 4 to 15 mark how a value is compressed, and nothing else. */
const COMPRESSION_MASK = 0xfff0;
/** Those from 16 on are the user's, who may have set any. */
const ANY = 0xffff_ffff;
/** Codec id of plain MessagePack. */
const MSGPACK_CODEC = 2;
/** A compressed value starts with its length before it was compressed. */
const PREFIX_BYTES = 4;

/** How its own writer of floats says what is not finite. */
const FLOAT_NAMES: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/** Options of {@link phpMemcachedFormat}. `strings` is `text` unless told otherwise, also within arrays. */
export interface PhpMemcachedOptions extends MigrationOptions, StringOptions {}

/**
 * Reads what php-memcached 3 has written with any of its serializers but igbinary, compressed or not; writes our own.
 * An array with the keys 0, 1, 2, … in this order is an Array, any other an object.
 *
 * @throws ConfigurationError
 */
export function phpMemcachedFormat(options: PhpMemcachedOptions = {}): ValueFormat {
  return stringsFormat('phpMemcachedFormat', options, 'text', phpMemcachedLayout);
}

const phpMemcachedLayout = (readString: StringReader): ForeignLayout =>
  flaggedLayout({
    name: NAME,
    known: ANY,
    compressed: COMPRESSION_MASK,
    decompress,
    readTyped: typedReader(readString),
  });

function typedReader(readString: StringReader): FlaggedClient['readTyped'] {
  return (data, type, readers) => {
    switch (type & TYPE_MASK) {
      case 0:
        return readString(data, 0, data.length);
      case 1:
        return parseInteger(numberText(data, 0, data.length));
      case 2:
        return parseDecimal(numberText(data, 0, data.length), FLOAT_NAMES);
      case 3:
        return readBoolean(data);
      case 4:
        return readPhpSerialized(data, readString);
      case 5:
        throw new DecodeError(
          'the value was serialized by igbinary, which is not read: have PHP write it anew',
        );
      case 6:
        return readJson(data);
      case 7:
        return readers.decode(MSGPACK_CODEC, data);
      default:
        throw foreignFlags(NAME);
    }
  };
}

/** True is `1`, false is nothing. @throws DecodeError */
function readBoolean(data: Uint8Array): boolean {
  if (data.length === 0) return false;
  if (data.length > 1 || data[0] !== 0x31)
    throw new DecodeError('the value is marked as a boolean and is none');
  return true;
}

function decompress(
  data: Uint8Array,
  flags: number,
  readers: ForeignReaders,
): Uint8Array | Promise<Uint8Array> {
  if (data.length < PREFIX_BYTES) throw endsEarly();
  const length = new DataView(data.buffer, data.byteOffset, PREFIX_BYTES).getUint32(0, true);
  if (length > readers.maxBytes) throw new DecodeError('the value is larger than maxValueBytes');
  const stream = data.subarray(PREFIX_BYTES);
  switch (flags) {
    case COMPRESSED | FASTLZ:
      return decompressFastLz(stream, length);
    case COMPRESSED | ZLIB:
      return ofLength(readers.decompress(ZLIB_COMPRESSOR, stream), length);
    case COMPRESSED | ZSTD:
      return ofLength(readers.decompress(ZSTD_COMPRESSOR, stream), length);
    default:
      throw new DecodeError('the flags of the value mark a compression that php-memcached 3 does not have');
  }
}

function ofLength(
  result: Uint8Array | Promise<Uint8Array>,
  length: number,
): Uint8Array | Promise<Uint8Array> {
  if (result instanceof Promise) return result.then((plain) => ofLength(plain, length));
  if (result.length !== length) throw new DecodeError('the value is not as long as it says that it is');
  return result;
}
