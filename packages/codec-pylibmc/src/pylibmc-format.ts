import type { CompressionChoice, Compressor, Packed, ValueFormat } from '@mc/core';
import { type PickleOptions, pickleSettings } from './pickle-options.js';
import { integerText, pythonInteger, strictText, utf8Bytes, wellFormed } from './plain-payload.js';
import { pickleReader } from './read-pickle.js';
import { pickleWriter } from './write-pickle.js';

/** How a {@link pylibmcFormat} writes and reads. */
export interface PylibmcFormatOptions extends PickleOptions {
  /** `zlibCompressor({ trailingBytes: 'ignore' })` of `@mc/compression-zlib`. Without one, nothing is compressed. */
  readonly compressor?: Compressor;
  /** Compress values of at least this many bytes; 0 never compresses. Default 0. */
  readonly minCompressLen?: number;
  /** 0 (none) to 9 (smallest), or -1 for zlib's own choice. Default -1. */
  readonly compressLevel?: number;
}

/** The bits of pylibmc's flags, and what they mean to it (`_pylibmcmodule.h`). */
const BYTES = 0;
const PICKLE = 1;
const INTEGER = 2;
const LONG = 4;
const ZLIB_BIT = 8;
const TEXT = 16;
/** All other bits mean nothing to it. */
const TYPE_MASK = 23;

/** The id that `@mc/compression-zlib` has among compressors. It is the number of a bit above by chance. */
const ZLIB_COMPRESSOR_ID = 8;

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/**
 * pylibmc's own layout of values and flags, for an application that shares its cache with Python: what pylibmc 1.6
 * writes for a value is written, and what it reads is read, with its quirks. The README lists how that differs from
 * the client's own layout.
 *
 * @throws RangeError or TypeError for an option out of its range
 */
export function pylibmcFormat(options: PylibmcFormatOptions = {}): ValueFormat {
  return new PylibmcFormat(options);
}

class PylibmcFormat implements ValueFormat {
  readonly #readPickle: (data: Uint8Array) => unknown;
  readonly #writePickle: (value: unknown) => Uint8Array;
  readonly #compressor: Compressor | undefined;
  readonly #minCompressLen: number;
  readonly #compressLevel: number | undefined;

  constructor({ compressor, minCompressLen = 0, compressLevel, ...pickle }: PylibmcFormatOptions) {
    const settings = pickleSettings({ trailingBytes: 'ignore', ...pickle });
    this.#writePickle = pickleWriter(settings);
    this.#readPickle = pickleReader(settings);
    if (compressor !== undefined && compressor.id !== ZLIB_COMPRESSOR_ID) {
      throw new TypeError(
        'compressor must be zlibCompressor() of @mc/compression-zlib: pylibmc knows no other',
      );
    }
    this.#compressor = compressor;
    this.#minCompressLen = checkMinCompressLen(minCompressLen);
    this.#compressLevel = checkLevel(compressLevel);
  }

  pack(value: unknown, choice?: CompressionChoice): Packed | Promise<Packed> {
    const packed = this.#packPlain(value);
    const minBytes = checkMinCompressLen(choice?.minCompressLen ?? this.#minCompressLen);
    const level = checkLevel(choice?.compressLevel ?? this.#compressLevel);
    if (this.#compressor === undefined || minBytes === 0 || level === 0) return packed;
    return compressed(this.#compressor, packed, minBytes, level);
  }

  #packPlain(value: unknown): Packed {
    switch (typeof value) {
      case 'string':
        return { data: wellFormed(value), flags: TEXT };
      case 'boolean':
        return { data: value ? '1' : '0', flags: INTEGER };
      case 'bigint':
        return { data: integerText(value), flags: LONG };
      case 'number':
        // -0 has no form as an integer.
        if (Number.isSafeInteger(value) && !Object.is(value, -0)) return { data: String(value), flags: LONG };
        break;
      default:
        if (value instanceof Uint8Array) return { data: value, flags: BYTES };
    }
    return { data: this.#writePickle(value), flags: PICKLE };
  }

  unpack(data: Uint8Array, flags: number, maxBytes: number = DEFAULT_MAX_BYTES): unknown {
    if ((flags & ZLIB_BIT) === 0) return this.#unpackPlain(data, flags & TYPE_MASK);
    if (this.#compressor === undefined) {
      throw new TypeError(
        'the value is a zlib stream: pass compressor, zlibCompressor() of @mc/compression-zlib',
      );
    }
    const plain = this.#compressor.decompress(data, maxBytes);
    if ('then' in plain) return plain.then((bytes) => this.#unpackPlain(bytes, flags & TYPE_MASK));
    return this.#unpackPlain(plain, flags & TYPE_MASK);
  }

  #unpackPlain(data: Uint8Array, type: number): unknown {
    switch (type) {
      case BYTES:
        return data;
      case PICKLE:
        return this.#readPickle(data);
      case INTEGER:
      case LONG:
        return pythonInteger(data);
      case TEXT:
        return strictText(data);
      default:
        throw new RangeError(`the flags of the value mark several types at once: ${type}`);
    }
  }
}

/** The value within a zlib stream, where that is smaller; never an empty value, which would abort Python. */
function compressed(
  compressor: Compressor,
  packed: Packed,
  minBytes: number,
  level: number | undefined,
): Packed | Promise<Packed> {
  const plain = typeof packed.data === 'string' ? utf8Bytes(packed.data) : packed.data;
  if (plain.length < minBytes || plain.length === 0) return packed;
  const keepSmaller = (data: Uint8Array): Packed =>
    data.length < plain.length ? { data, flags: packed.flags | ZLIB_BIT } : packed;
  const stream = compressor.compress(plain, level);
  return 'then' in stream ? stream.then(keepSmaller) : keepSmaller(stream);
}

function checkMinCompressLen(bytes: number): number {
  if (!Number.isSafeInteger(bytes) || bytes < 0)
    throw new RangeError('minCompressLen must be an integer of at least 0');
  return bytes;
}

function checkLevel(level: number | undefined): number | undefined {
  if (level !== undefined && (!Number.isInteger(level) || level < -1 || level > 9)) {
    throw new RangeError('compressLevel must be an integer from -1 to 9');
  }
  return level;
}
