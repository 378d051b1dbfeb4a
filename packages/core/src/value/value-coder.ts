import type { CompressionChoice, Packed } from '../contract.js';

/** Turns values into packed bytes and back: this project's layout, or a format of the user's. */
export interface ValueCoder {
  /**
   * A promise where the value is compressed off the thread.
   *
   * @throws EncodeError
   */
  pack(value: unknown, choice: CompressionChoice | undefined): Packed | Promise<Packed>;
  /**
   * Reads the value in `[start, end)` of `bytes`, which are valid during the call only unless `owned` is true.
   * A promise where the bytes are decompressed off the thread.
   *
   * @throws DecodeError
   */
  unpack(bytes: Uint8Array, start: number, end: number, flags: number, owned: boolean): unknown;
  /** True where a value with these flags is handed to the caller as the very bytes that came. */
  keepsBytes(flags: number): boolean;
}
