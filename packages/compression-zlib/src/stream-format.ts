/** A compressed stream format as node:zlib offers it: two calls in this thread and two in the thread pool. */
export interface StreamFormat<Options> {
  /** Shown in errors. */
  readonly name: string;
  readonly compressSync: (data: Uint8Array, options: Options) => Uint8Array;
  readonly compress: PoolCall<Options>;
  readonly decompressSync: (data: Uint8Array, options: Options & ReadOptions) => Uint8Array;
  readonly decompress: PoolCall<Options & ReadOptions>;
}

/** A function of node:zlib that works in the thread pool. */
export type PoolCall<Options> = (
  data: Uint8Array,
  options: Options,
  done: (error: Error | null, result: Uint8Array) => void,
) => void;

/** What every format is read with. */
export interface ReadOptions {
  /** Bytes of output, 1 or more, past which node:zlib gives up. */
  readonly maxOutputLength: number;
  /** Size of the buffers that the output is made in. */
  readonly chunkSize: number;
  /** The result is an {@link InfoResult} then, whatever its type says. */
  readonly info: true;
}

/** What node:zlib returns with `info`. */
export interface InfoResult {
  readonly buffer: Uint8Array;
  /** `bytesWritten`: bytes of input that belonged to the stream. */
  readonly engine: { readonly bytesWritten: number };
}
