import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import type { BareCompressor } from './compressor-contest.js';

type Callback = (error: Error | null, result: Uint8Array) => void;

/** What node:zlib has from Node 22.15 on. */
interface ZstdCalls {
  readonly zstdCompressSync: (data: Uint8Array) => Uint8Array;
  readonly zstdDecompressSync: (data: Uint8Array) => Uint8Array;
  readonly zstdCompress: (data: Uint8Array, callback: Callback) => void;
  readonly zstdDecompress: (data: Uint8Array, callback: Callback) => void;
}

/** Node's own calls; `undefined` where it has none. */
export function bareZstd(): BareCompressor | undefined {
  const calls = zlib as unknown as Partial<ZstdCalls>;
  const { zstdCompressSync, zstdDecompressSync, zstdCompress, zstdDecompress } = calls;
  if (!zstdCompressSync || !zstdDecompressSync || !zstdCompress || !zstdDecompress) return undefined;
  return {
    here: { encode: (data) => zstdCompressSync(data), decode: (data) => zstdDecompressSync(data) },
    inPool: { encode: promisify(zstdCompress), decode: promisify(zstdDecompress) },
  };
}
