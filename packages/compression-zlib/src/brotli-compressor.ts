import {
  type BrotliOptions,
  brotliCompress,
  brotliCompressSync,
  brotliDecompress,
  brotliDecompressSync,
  constants,
} from 'node:zlib';
import type { Compressor } from '@mc/core';
import { checkAsyncFromBytes, checkLevel, checkMaxBytes, type LevelRange } from './check-options.js';
import { compressStream, outputChunkBytes } from './compress-stream.js';
import { decompressStream, type ReadChoice } from './decompress-stream.js';
import { brotliAsyncBytes, DECOMPRESS_ASYNC_BYTES } from './off-thread.js';
import { PoolQueue } from './pool-queue.js';
import type { StreamFormat } from './stream-format.js';

/** Options of {@link brotliCompressor}. */
export interface BrotliCompressorOptions {
  /**
   * 0 to 11, brotli's quality: 0 is the fastest, 11 the smallest, and takes some hundred times as long as 4.
   * Default 4.
   */
  readonly level?: number;
  /**
   * Values of at least this many bytes, before compression, are handled in the thread pool: 0 all, `Infinity` none.
   * Default: what takes this thread about a third of a millisecond, see the README.
   */
  readonly asyncFromBytes?: number;
}

const BROTLI: StreamFormat<BrotliOptions> = {
  name: 'brotli',
  compressSync: brotliCompressSync,
  compress: brotliCompress,
  decompressSync: brotliDecompressSync,
  decompress: brotliDecompress,
};
const LEVELS: LevelRange = { name: 'brotli', least: 0, most: 11 };
const DEFAULT_LEVEL = 4;
/** A window of a size holds that much less (RFC 7932, 9.1). */
const WINDOW_GAP_BYTES = 16;

/**
 * Brotli streams (RFC 7932).
 *
 * @throws RangeError for an option out of range; `compress` for a level out of range
 */
export function brotliCompressor(options: BrotliCompressorOptions = {}): Compressor {
  const defaultLevel = checkLevel(LEVELS, options.level ?? DEFAULT_LEVEL);
  const asyncFromBytes = checkAsyncFromBytes(options.asyncFromBytes);
  const queue = new PoolQueue();
  const reading: ReadChoice = {
    asyncFromBytes: asyncFromBytes ?? DECOMPRESS_ASYNC_BYTES,
    queue,
    ignoreTrailing: false,
  };
  return {
    name: 'brotli',
    id: 3,
    compress: (data, level = defaultLevel) => {
      checkLevel(LEVELS, level);
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: level,
        [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
        [constants.BROTLI_PARAM_LGWIN]: windowLogFor(data.length),
      };
      const choice = { params, chunkSize: outputChunkBytes(data.length) };
      return compressStream(BROTLI, data, choice, asyncFromBytes ?? brotliAsyncBytes(level), queue);
    },
    decompress: (data, maxBytes) => decompressStream(BROTLI, data, checkMaxBytes(maxBytes), {}, reading),
  };
}

/**
 * A window that holds the value, as a logarithm; brotli's default is 22. With that one, level 9 takes forty times as long for
 * values of some kilobytes.
 */
function windowLogFor(bytes: number): number {
  const log = Math.ceil(Math.log2(bytes + WINDOW_GAP_BYTES));
  return Math.min(Math.max(log, constants.BROTLI_MIN_WINDOW_BITS), constants.BROTLI_DEFAULT_WINDOW);
}
