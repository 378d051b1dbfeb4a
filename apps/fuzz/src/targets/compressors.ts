import { lz4Compressor } from '@mc/compression-lz4';
import { brotliCompressor, zlibCompressor, zstdCompressor } from '@mc/compression-zlib';
import { oneByteTokens, type Target } from '../target.js';
import { compressorTarget } from './compressor-target.js';

/** Heads of a zlib stream, of stored, fixed and dynamic blocks, and what gzip begins with. */
const ZLIB_TOKENS = [
  Uint8Array.of(0x78, 0x9c),
  Uint8Array.of(0x78, 0xbb),
  Uint8Array.of(0x1f, 0x8b, 8),
  Uint8Array.of(1, 0, 0, 0xff, 0xff),
  ...oneByteTokens([0x03, 0x04, 0x05, 0x63, 0xed]),
];
/** Window sizes, the large window's mark, an empty last block. */
const BROTLI_TOKENS = [
  Uint8Array.of(0x11, 0x1e),
  ...oneByteTokens([0x03, 0x06, 0x0b, 0x1b, 0x3b, 0x8b, 0x91]),
];
/** The magic number, a skippable frame, a run-length block. */
const ZSTD_TOKENS = [
  Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd),
  Uint8Array.of(0x50, 0x2a, 0x4d, 0x18),
  Uint8Array.of(0x03, 0xff, 0xff),
  ...oneByteTokens([0x00, 0x20, 0x60, 0xe0]),
];

/** Lengths of 15 go on in further bytes; offsets of 0 and 65,535. */
const LZ4_TOKENS = [
  Uint8Array.of(0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0x1f, 0x61, 0x01, 0x00),
  Uint8Array.of(0x0f, 0xff, 0xff),
  ...oneByteTokens([0x00, 0x0f, 0x10, 0x1f, 0xf0, 0xff]),
];

/** zlib streams. */
export function zlibTarget(seed: number): Promise<Target> {
  return compressorTarget('zlib', zlibCompressor(), seed, ZLIB_TOKENS);
}

/** Brotli streams. */
export function brotliTarget(seed: number): Promise<Target> {
  return compressorTarget('brotli', brotliCompressor(), seed, BROTLI_TOKENS);
}

/** Zstandard frames, where this Node has them. */
export function zstdTarget(seed: number): Promise<Target> {
  return compressorTarget('zstd', zstdCompressor(), seed, ZSTD_TOKENS);
}

/** lz4 blocks behind their length. */
export function lz4Target(seed: number): Promise<Target> {
  return compressorTarget('lz4', lz4Compressor(), seed, LZ4_TOKENS);
}
