import type { Compressor } from '@mc/core';
import { compress as compressBlock, decompress as decompressBlock } from '#lz4';
import { checkLz4Block } from './lz4-block.js';

/** The length of the output stands before the block, little-endian. */
const PREFIX_BYTES = 4;
/**
 * Largest value taken, in bytes. The decoder holds a value twice, and where its memory (4 GiB at most) has no room it stops
 * midway and is of no use from then on.
 */
const MOST_BYTES = 536_870_912;

/** What of the global object is used: a `Buffer`, where the runtime has one, so that both habits of reading bytes work. */
const { Buffer: BufferClass } = globalThis as unknown as {
  readonly Buffer?: { from(bytes: ArrayBufferLike, start: number, length: number): Uint8Array };
};

/**
 * LZ4: an lz4 block behind its length. Several times as fast as zlib, and less small. Everything happens in the calling
 * thread, whatever the size. lz4 has no levels: a level is taken and changes nothing.
 *
 * @throws RangeError in `compress` and `decompress` for a value over 512 MiB
 */
export function lz4Compressor(): Compressor {
  return { name: 'lz4', id: 1, compress, decompress };
}

function compress(data: Uint8Array): Uint8Array {
  if (data.length > MOST_BYTES) throw overLimit(MOST_BYTES);
  return guarded(compressBlock, data);
}

/** @throws RangeError for more output than `maxBytes`; Error for what is no lz4 block behind its length */
function decompress(data: Uint8Array, maxBytes: number): Uint8Array {
  if (!(maxBytes >= 0)) throw new RangeError('maxBytes must be a number of at least 0');
  if (data.length <= PREFIX_BYTES) throw new Error('the lz4 block is cut short');
  const length = new DataView(data.buffer, data.byteOffset, PREFIX_BYTES).getUint32(0, true);
  const limit = Math.min(maxBytes, MOST_BYTES);
  if (length > limit) throw overLimit(limit);
  // The decoder takes memory for whatever length it is told, does not survive where there is none, and trusts the block.
  if (checkLz4Block(data, PREFIX_BYTES, length) !== length) throw wrongLength();
  const output = guarded(decompressBlock, data);
  if (output.length !== length) throw wrongLength();
  return output;
}

/** Calls the library, whose errors are strings. What it returns is a copy of its own. */
function guarded(call: (data: Uint8Array) => Uint8Array, data: Uint8Array): Uint8Array {
  try {
    const { buffer, byteOffset, length } = call(data);
    return BufferClass?.from(buffer, byteOffset, length) ?? new Uint8Array(buffer, byteOffset, length);
  } catch (cause) {
    if (cause instanceof Error) throw new Error('lz4 has failed', { cause });
    throw new Error('lz4 has refused the value');
  }
}

function overLimit(bytes: number): RangeError {
  return new RangeError(`the value takes more than the ${bytes} bytes allowed once decompressed`);
}

function wrongLength(): Error {
  return new Error('the lz4 block is shorter than it says');
}
