/** The error for a stream that node:zlib refused. Its own messages say nothing of the content, and stay as the cause. */
export function streamError(name: string, cause: unknown, maxBytes: number): Error {
  const { code } = cause as { code?: unknown };
  if (code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(maxBytes);
  // What this package found is said already.
  if (code === undefined && cause instanceof Error) return cause;
  if (code === 'Z_BUF_ERROR') return cutShort(name, cause);
  if (code === 'Z_NEED_DICT') return new Error(`the ${name} stream needs a dictionary`, { cause });
  return unsound(name, cause);
}

/** The error for output over the limit. */
export function tooLarge(maxBytes: number): RangeError {
  return new RangeError(`the value takes more than the ${maxBytes} bytes allowed once decompressed`);
}

/** The error for a stream that ends before the value does. */
export function bytesFollow(name: string): Error {
  return new Error(`bytes follow the ${name} stream`);
}

/** The error for a stream that does not end. */
export function cutShort(name: string, cause?: unknown): Error {
  return new Error(`the ${name} stream is cut short`, { cause });
}

/** The error for anything else that cannot be read. */
export function unsound(name: string, cause?: unknown): Error {
  return new Error(`the bytes are no sound ${name} stream`, { cause });
}
