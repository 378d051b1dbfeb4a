/**
 * From which size on a value goes to the thread pool.
 *
 * A job there costs this thread 40 to 60 µs and the call 100 to 200 µs, so what is quicker than that gains nothing by it.
 * Below these sizes a call holds the event loop for less than about 0.4 ms, measured on Node 20 with JSON, text and
 * base64, of which the slowest counts. The README has the figures.
 */

const KIB = 1024;

/** Output of any format that is still made in this thread: 64 KiB take 0.07 to 0.17 ms, twice that up to 0.35 ms. */
export const DECOMPRESS_ASYNC_BYTES: number = 128 * KIB;

/** 32 KiB take 0.33 ms at level 6, 16 KiB 0.23 ms at level 9. */
export function zlibAsyncBytes(level: number): number {
  return level <= 6 ? 32 * KIB : 16 * KIB;
}

/** 64 KiB take 0.2 ms at level 1, 32 KiB 0.29 ms at level 4, 16 KiB 0.24 ms at level 5, 256 bytes 0.4 ms at level 11. */
export function brotliAsyncBytes(level: number): number {
  if (level <= 3) return 64 * KIB;
  if (level <= 4) return 32 * KIB;
  return level <= 9 ? 16 * KIB : KIB / 4;
}

/** Node 24: 64 KiB take 0.24 ms at level 3, 16 KiB 0.3 ms at level 9, 4 KiB 0.16 ms at level 12 and 0.4 ms at level 19. */
export function zstdAsyncBytes(level: number): number {
  if (level <= 3) return 64 * KIB;
  if (level <= 9) return 16 * KIB;
  return level <= 12 ? 8 * KIB : 4 * KIB;
}
