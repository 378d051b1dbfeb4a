export { type BrotliCompressorOptions, brotliCompressor } from './brotli-compressor.js';
export { type ZlibCompressorOptions, zlibCompressor } from './zlib-compressor.js';
export { type ZstdCompressorOptions, zstdCompressor } from './zstd-compressor.js';
