import type { PoolQueue } from './pool-queue.js';
import { runInPool } from './run-in-pool.js';
import type { StreamFormat } from './stream-format.js';

/** Room for what a stream has besides its data; node:zlib takes no buffers of less than 64 bytes. */
const SMALLEST_CHUNK_BYTES = 128;

/**
 * Compresses in this thread below `asyncFromBytes`, else in the thread pool; `data` must not change until the promise
 * settles.
 */
export function compressStream<Options>(
  format: StreamFormat<Options>,
  data: Uint8Array,
  options: Options,
  asyncFromBytes: number,
  queue: PoolQueue,
): Uint8Array | Promise<Uint8Array> {
  if (data.length < asyncFromBytes) return format.compressSync(data, options);
  return runInPool(queue, format.compress, data, options);
}

/** Size of the buffers for the output: half of the input, as most values shrink more than that. */
export function outputChunkBytes(inputBytes: number): number {
  return (inputBytes >>> 1) + SMALLEST_CHUNK_BYTES;
}
