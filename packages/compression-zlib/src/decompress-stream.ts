import { constants } from 'node:buffer';
import type { PoolQueue } from './pool-queue.js';
import { runInPool } from './run-in-pool.js';
import { bytesFollow, streamError, tooLarge } from './stream-error.js';
import type { InfoResult, ReadOptions, StreamFormat } from './stream-format.js';

/** How a stream is read. */
export interface ReadChoice {
  /** Largest output that is made in this thread, in bytes. */
  readonly asyncFromBytes: number;
  /** True: what follows the stream is dropped. False: it is an error. */
  readonly ignoreTrailing: boolean;
  readonly queue: PoolQueue;
  /** Bytes of output, where the stream says so itself. */
  readonly announcedBytes?: number | undefined;
}

/** Output is expected to be at most this many times as large as the input; buffers are made for that. */
const EXPECTED_RATIO = 4;
const SMALLEST_CHUNK_BYTES = 128;
/** In the pool each further buffer is a job of its own, which costs as much as inflating 30 kB. */
const SMALLEST_POOL_CHUNK_BYTES = 262_144;

/**
 * Decompresses a stream that must end where `data` ends.
 *
 * How large the output will be shows only on the way. So a stream is begun in this thread with a limit on its output,
 * and begun anew in the thread pool where it passes that: what is lost is the time that the limit allows.
 *
 * @throws RangeError for more output than `maxBytes`; Error for a damaged stream
 */
export function decompressStream<Options>(
  format: StreamFormat<Options>,
  data: Uint8Array,
  maxBytes: number,
  options: Options,
  choice: ReadChoice,
): Uint8Array | Promise<Uint8Array> {
  const expected = choice.announcedBytes ?? data.length * EXPECTED_RATIO;
  if (expected < choice.asyncFromBytes) {
    const limit = Math.min(maxBytes, choice.asyncFromBytes);
    const readOptions = { ...options, ...readOptionsFor(limit, expected, SMALLEST_CHUNK_BYTES) };
    try {
      const result = format.decompressSync(data, readOptions) as unknown as InfoResult;
      return wholeOutput(format.name, data, maxBytes, result, choice);
    } catch (error) {
      if (!isTooLarge(error) || maxBytes <= limit) throw streamError(format.name, error, maxBytes);
    }
  }
  return decompressInPool(format, data, maxBytes, options, choice);
}

async function decompressInPool<Options>(
  format: StreamFormat<Options>,
  data: Uint8Array,
  maxBytes: number,
  options: Options,
  choice: ReadChoice,
): Promise<Uint8Array> {
  const expected = choice.announcedBytes ?? data.length * EXPECTED_RATIO;
  const readOptions = { ...options, ...readOptionsFor(maxBytes, expected, SMALLEST_POOL_CHUNK_BYTES) };
  try {
    const result = await runInPool(choice.queue, format.decompress, data, readOptions);
    return wholeOutput(format.name, data, maxBytes, result as unknown as InfoResult, choice);
  } catch (error) {
    throw streamError(format.name, error, maxBytes);
  }
}

function readOptionsFor(maxBytes: number, expectedBytes: number, smallestChunk: number): ReadOptions {
  // node:zlib takes no limit of 0; one byte more is refused afterwards.
  const maxOutputLength = Math.min(Math.max(maxBytes, 1), constants.MAX_LENGTH);
  const chunkSize = Math.max(
    SMALLEST_CHUNK_BYTES,
    Math.floor(Math.min(Math.max(expectedBytes, smallestChunk), maxOutputLength)),
  );
  return { maxOutputLength, chunkSize, info: true };
}

/** The output, if it is what the stream was to give. */
function wholeOutput(
  name: string,
  data: Uint8Array,
  maxBytes: number,
  { buffer, engine }: InfoResult,
  choice: ReadChoice,
): Uint8Array {
  if (buffer.length > maxBytes) throw tooLarge(maxBytes);
  if (engine.bytesWritten !== data.length && !choice.ignoreTrailing) throw bytesFollow(name);
  // A small value must not keep a large buffer alive; that of the pool it shares with others, as its copy would.
  return buffer.buffer.byteLength > Math.max(buffer.length * EXPECTED_RATIO, Buffer.poolSize)
    ? Buffer.from(buffer)
    : buffer;
}

function isTooLarge(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ERR_BUFFER_TOO_LARGE';
}
