/** `Compressor.id` of zlib, by which the layouts ask for what decompresses theirs. */
export const ZLIB_COMPRESSOR = 8;

/** `Compressor.id` of zstd. */
export const ZSTD_COMPRESSOR = 2;
