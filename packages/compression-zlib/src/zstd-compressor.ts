import * as zlib from 'node:zlib';
import type { Compressor } from '@mc/core';
import { checkAsyncFromBytes, checkLevel, checkMaxBytes, type LevelRange } from './check-options.js';
import { compressStream, outputChunkBytes } from './compress-stream.js';
import { decompressStream } from './decompress-stream.js';
import { DECOMPRESS_ASYNC_BYTES, zstdAsyncBytes } from './off-thread.js';
import { PoolQueue } from './pool-queue.js';
import { tooLarge } from './stream-error.js';
import type { StreamFormat } from './stream-format.js';
import { checkZstdFrame } from './zstd-frame.js';

/** Options of {@link zstdCompressor}. */
export interface ZstdCompressorOptions {
  /** -7 to 22: lower is faster, higher is smaller, 0 is zstd's default (3). Default 3. */
  readonly level?: number;
  /**
   * Values of at least this many bytes, before compression, are handled in the thread pool: 0 all, `Infinity` none.
   * Default: what takes this thread about a third of a millisecond, see the README.
   */
  readonly asyncFromBytes?: number;
}

/** The options of node:zlib that are used. */
interface ZstdOptions {
  readonly params: Readonly<Record<number, number>>;
  readonly chunkSize?: number;
  readonly pledgedSrcSize?: number;
}

/** What node:zlib has of zstd from Node 22.15 on. */
interface ZstdFunctions {
  readonly zstdCompressSync: StreamFormat<ZstdOptions>['compressSync'];
  readonly zstdCompress: StreamFormat<ZstdOptions>['compress'];
  readonly zstdDecompressSync: StreamFormat<ZstdOptions>['decompressSync'];
  readonly zstdDecompress: StreamFormat<ZstdOptions>['decompress'];
  readonly constants: { readonly ZSTD_c_compressionLevel: number; readonly ZSTD_d_windowLogMax: number };
}

const LEVELS: LevelRange = { name: 'zstd', least: -7, most: 22 };
const DEFAULT_LEVEL = 3;
/** A reader of zstd is to take windows of 8 MiB (RFC 8878, 3.1.1.1.2), and node:zlib none over 2 GiB. */
const LEAST_WINDOW_LOG = 23;
const MOST_WINDOW_LOG = 31;

/**
 * Zstandard frames (RFC 8878), with the size of the content in their header.
 *
 * @throws Error where this Node has no zstd (it needs 22.15 or newer); RangeError for an option out of range;
 * `compress` for a level out of range
 */
export function zstdCompressor(options: ZstdCompressorOptions = {}): Compressor {
  const { zstdCompressSync, zstdCompress, zstdDecompressSync, zstdDecompress, constants } = zstdFunctions();
  const format: StreamFormat<ZstdOptions> = {
    name: 'zstd',
    compressSync: zstdCompressSync,
    compress: zstdCompress,
    decompressSync: zstdDecompressSync,
    decompress: zstdDecompress,
  };
  const defaultLevel = checkLevel(LEVELS, options.level ?? DEFAULT_LEVEL);
  const asyncFromBytes = checkAsyncFromBytes(options.asyncFromBytes);
  const queue = new PoolQueue();
  return {
    name: 'zstd',
    id: 2,
    compress: (data, level = defaultLevel) => {
      checkLevel(LEVELS, level);
      const choice = {
        params: { [constants.ZSTD_c_compressionLevel]: level },
        chunkSize: outputChunkBytes(data.length),
        pledgedSrcSize: data.length,
      };
      return compressStream(format, data, choice, asyncFromBytes ?? zstdAsyncBytes(level), queue);
    },
    decompress: (data, maxBytes) => {
      checkMaxBytes(maxBytes);
      const announcedBytes = checkZstdFrame(data);
      if (announcedBytes !== undefined && announcedBytes > maxBytes) throw tooLarge(maxBytes);
      const params = { [constants.ZSTD_d_windowLogMax]: windowLogFor(maxBytes) };
      return decompressStream(
        format,
        data,
        maxBytes,
        { params },
        {
          asyncFromBytes: asyncFromBytes ?? DECOMPRESS_ASYNC_BYTES,
          queue,
          ignoreTrailing: false,
          announcedBytes,
        },
      );
    },
  };
}

/** A frame may ask for a window that is far larger than the value may be; that memory would be taken at once. */
function windowLogFor(maxBytes: number): number {
  const log = Math.ceil(Math.log2(Math.max(maxBytes, 1)));
  return Math.min(Math.max(log, LEAST_WINDOW_LOG), MOST_WINDOW_LOG);
}

/** @throws Error where this Node is too old */
function zstdFunctions(): ZstdFunctions {
  // Named imports would keep an older Node from loading the whole package.
  const functions = zlib as unknown as Partial<ZstdFunctions>;
  if (typeof functions.zstdCompressSync !== 'function') {
    throw new Error('zstd needs Node 22.15 or newer: take that, or brotliCompressor()');
  }
  return functions as ZstdFunctions;
}
