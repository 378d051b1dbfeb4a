import type { Codec, CompressionChoice, Compressor, Packed } from '../contract.js';
import { DecodeError, EncodeError } from '../errors.js';
import { copyBytes, encodeUtf8, utf8Length } from '../runtime.js';
import { minCompressLenOf } from './compression-choice.js';
import {
  BYTES,
  codecFlags,
  codecIdOf,
  compressorFlags,
  compressorIdOf,
  isForeign,
  TEXT,
  TYPE_MASK,
} from './flags.js';
import { bytesOnly, isThenable, settledValue, textOrBytes } from './plugin-output.js';
import { captureBytes, packSimple, unpackSimple } from './simple.js';
import type { ValueCoder } from './value-coder.js';

/** What a {@link LayoutCoder} works with. */
export interface LayoutCoderOptions {
  /** Writes what is not simple. */
  readonly codec: Codec | undefined;
  /** All codecs that may read, by id. */
  readonly codecs: ReadonlyMap<number, Codec>;
  readonly compressor: Compressor | undefined;
  /** All compressors that may read, by id. */
  readonly compressors: ReadonlyMap<number, Compressor>;
  readonly minCompressLen: number;
  readonly compressLevel: number | undefined;
  /** Largest value after decompression, in bytes. */
  readonly maxValueBytes: number;
}

/** Packages that bring the codecs and compressors with fixed ids. */
const CODEC_PACKAGES: ReadonlyMap<number, string> = new Map([
  [1, '@mc/codec-json'],
  [2, '@mc/codec-msgpack'],
  [3, 'a codec for v8.serialize'],
  [4, '@mc/codec-msgpack'],
  [5, '@mc/adapter-keyv'],
  [8, '@mc/codec-pylibmc'],
]);
const COMPRESSOR_PACKAGES: ReadonlyMap<number, string> = new Map([
  [1, '@mc/compression-lz4'],
  [2, '@mc/compression-zlib'],
  [3, '@mc/compression-zlib'],
  [8, '@mc/compression-zlib'],
]);

/** This project's own value layout. */
export class LayoutCoder implements ValueCoder {
  readonly #options: LayoutCoderOptions;
  /** The codec that takes simple values too, and nothing but what it wrote. */
  readonly #onlyCodec: Codec | undefined;

  constructor(options: LayoutCoderOptions) {
    this.#options = options;
    this.#onlyCodec = options.codec?.takesSimple === true ? options.codec : undefined;
  }

  /** Largest value in bytes, also after decompression. */
  get maxBytes(): number {
    return this.#options.maxValueBytes;
  }

  /** The same layout with this limit. */
  limitedTo(maxValueBytes: number): LayoutCoder {
    return maxValueBytes === this.maxBytes ? this : new LayoutCoder({ ...this.#options, maxValueBytes });
  }

  pack(value: unknown, choice: CompressionChoice | undefined): Packed | Promise<Packed> {
    const simple = this.#onlyCodec === undefined ? packSimple(value) : undefined;
    const packed = simple ?? encodeWith(this.#options.codec, value);
    const minBytes = minCompressLenOf(choice) ?? this.#options.minCompressLen;
    return minBytes === 0 ? packed : this.#compress(packed, minBytes, choice);
  }

  unpack(bytes: Uint8Array, start: number, end: number, flags: number, owned: boolean): unknown {
    // Text is by far the most frequent, and needs none of the checks below.
    if (flags === TEXT && this.#onlyCodec === undefined) return unpackSimple(bytes, start, end, TEXT, owned);
    if (isForeign(flags)) throw new DecodeError('the flags of the value were written by another client');
    const compressorId = compressorIdOf(flags);
    if (compressorId === 0) return this.#decode(bytes, start, end, flags, owned);
    const plain = this.decompress(compressorId, copyBytes(bytes, start, end));
    if (plain instanceof Promise)
      return plain.then((data) => this.#decode(data, 0, data.length, flags, true));
    return this.#decode(plain, 0, plain.length, flags, true);
  }

  keepsBytes(flags: number): boolean {
    return flags === BYTES;
  }

  /** What the codec with this id reads from the bytes. @throws DecodeError */
  decode(codecId: number, data: Uint8Array): unknown {
    const codec = this.#options.codecs.get(codecId);
    if (codec === undefined) throw missingReader('codec', codecId, CODEC_PACKAGES);
    try {
      return settledValue(codec.decode(data));
    } catch (cause) {
      throw new DecodeError(`the codec ${codec.name} cannot read the value`, { cause });
    }
  }

  /** What the compressor with this id makes of the bytes; -1 is none. @throws DecodeError */
  decompress(compressorId: number, data: Uint8Array): Uint8Array | Promise<Uint8Array> {
    const { compressors, maxValueBytes } = this.#options;
    if (compressorId < 0) throw new DecodeError('the flags of the value mark two compressors at once');
    const compressor = compressors.get(compressorId);
    if (compressor === undefined) throw missingReader('compressor', compressorId, COMPRESSOR_PACKAGES);
    const fail = (cause: unknown): never => {
      throw new DecodeError(`the compressor ${compressor.name} cannot read the value`, { cause });
    };
    try {
      const result = compressor.decompress(data, maxValueBytes);
      return isThenable(result) ? Promise.resolve(result).then(bytesOnly).catch(fail) : bytesOnly(result);
    } catch (cause) {
      return fail(cause);
    }
  }

  #decode(bytes: Uint8Array, start: number, end: number, flags: number, owned: boolean): unknown {
    const codecId = codecIdOf(flags);
    if (this.#onlyCodec !== undefined && codecId !== this.#onlyCodec.id) {
      throw new DecodeError(`the value was not written by the codec ${this.#onlyCodec.name}`);
    }
    if (codecId === 0) return unpackSimple(bytes, start, end, flags & TYPE_MASK, owned);
    if ((flags & TYPE_MASK) !== (codecFlags(codecId) & TYPE_MASK)) {
      throw new DecodeError('the flags of the value mark several types at once');
    }
    return this.decode(codecId, bytes.subarray(start, end));
  }

  #compress(
    packed: Packed,
    minBytes: number,
    choice: CompressionChoice | undefined,
  ): Packed | Promise<Packed> {
    const { compressor, compressLevel } = this.#options;
    if (compressor === undefined) return packed;
    const length = typeof packed.data === 'string' ? utf8Length(packed.data) : packed.data.length;
    // A stream of nothing gains nothing, and reading one aborts a Python process with pylibmc.
    if (length < minBytes || length === 0) return packed;
    const plain = typeof packed.data === 'string' ? encodeUtf8(packed.data) : packed.data;
    const keepSmaller = (result: unknown): Packed => {
      const data = bytesOnly(result);
      return data.length < length ? { data, flags: packed.flags | compressorFlags(compressor.id) } : packed;
    };
    const fail = (cause: unknown): never => {
      throw new EncodeError(`the compressor ${compressor.name} failed`, { cause });
    };
    try {
      const result = compressor.compress(plain, choice?.compressLevel ?? compressLevel);
      return isThenable(result) ? Promise.resolve(result).then(keepSmaller).catch(fail) : keepSmaller(result);
    } catch (cause) {
      return fail(cause);
    }
  }
}

function encodeWith(codec: Codec | undefined, value: unknown): Packed {
  if (codec === undefined) {
    throw new EncodeError(`a value of type ${typeof value} needs a codec: pass codec to createClient`);
  }
  const flags = codecFlags(codec.id);
  try {
    const data = textOrBytes(codec.encode(value));
    return { data: typeof data === 'string' ? data : captureBytes(data), flags };
  } catch (cause) {
    throw new EncodeError(`the codec ${codec.name} cannot hold the value`, { cause });
  }
}

function missingReader(kind: string, id: number, packages: ReadonlyMap<number, string>): DecodeError {
  const source = packages.get(id);
  return new DecodeError(
    source === undefined
      ? `the value was written by a ${kind} with id ${id}, which this client was not given`
      : `the value was written by a ${kind} this client was not given: add ${source}`,
  );
}
