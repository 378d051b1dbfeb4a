import { deflate, deflateSync, inflate, inflateSync, type ZlibOptions } from 'node:zlib';
import type { Compressor } from '@mc/core';
import { checkAsyncFromBytes, checkLevel, checkMaxBytes, type LevelRange } from './check-options.js';
import { compressStream, outputChunkBytes } from './compress-stream.js';
import { decompressStream, type ReadChoice } from './decompress-stream.js';
import { DECOMPRESS_ASYNC_BYTES, zlibAsyncBytes } from './off-thread.js';
import { PoolQueue } from './pool-queue.js';
import type { StreamFormat } from './stream-format.js';

/** Options of {@link zlibCompressor}. */
export interface ZlibCompressorOptions {
  /** -1 to 9: 0 stores, 1 is the fastest, 9 the smallest, -1 is zlib's default (6). Default -1. */
  readonly level?: number;
  /** What to do where bytes follow the stream. `ignore` reads as pylibmc does. Default `refuse`. */
  readonly trailingBytes?: 'refuse' | 'ignore';
  /**
   * Values of at least this many bytes, before compression, are handled in the thread pool: 0 all, `Infinity` none.
   * Default: what takes this thread about a third of a millisecond, see the README.
   */
  readonly asyncFromBytes?: number;
}

const ZLIB: StreamFormat<ZlibOptions> = {
  name: 'zlib',
  compressSync: deflateSync,
  compress: deflate,
  decompressSync: inflateSync,
  decompress: inflate,
};
const LEVELS: LevelRange = { name: 'zlib', least: -1, most: 9 };

/**
 * zlib streams (RFC 1950), as pylibmc writes and reads them. gzip and raw deflate are refused.
 *
 * @throws RangeError for an option out of range; `compress` for a level out of range and for an empty value
 */
export function zlibCompressor(options: ZlibCompressorOptions = {}): Compressor {
  const defaultLevel = checkLevel(LEVELS, options.level ?? -1);
  const asyncFromBytes = checkAsyncFromBytes(options.asyncFromBytes);
  const queue = new PoolQueue();
  const reading: ReadChoice = {
    asyncFromBytes: asyncFromBytes ?? DECOMPRESS_ASYNC_BYTES,
    queue,
    ignoreTrailing: ignoresTrailing(options.trailingBytes),
  };
  return {
    name: 'zlib',
    id: 8,
    compress: (data, level = defaultLevel) => {
      checkLevel(LEVELS, level);
      // Reading such a stream aborts a Python process with pylibmc.
      if (data.length === 0) throw new RangeError('an empty value must not be compressed');
      const choice = { level, chunkSize: outputChunkBytes(data.length) };
      return compressStream(ZLIB, data, choice, asyncFromBytes ?? zlibAsyncBytes(level), queue);
    },
    decompress: (data, maxBytes) => decompressStream(ZLIB, data, checkMaxBytes(maxBytes), {}, reading),
  };
}

function ignoresTrailing(choice: string = 'refuse'): boolean {
  if (choice !== 'refuse' && choice !== 'ignore') {
    throw new RangeError("trailingBytes must be 'refuse' or 'ignore'");
  }
  return choice === 'ignore';
}
