import { ERROR_TABLE, isMemcachedError, type MemcachedError } from '@mc/core';

/** What a proxy says whose servers are down, and a queue that such a server has filled. */
const ALSO: ReadonlySet<string> = new Set(['MC_SERVER_ERROR', 'MC_QUEUE_FULL']);

/**
 * Whether an adapter whose `onServerFailure` is `miss` may answer a read that failed so with a miss: the server is to
 * blame, and not the call.
 */
export function canBeMiss(error: unknown): error is MemcachedError {
  return isMemcachedError(error) && (ERROR_TABLE[error.code].serverFailure || ALSO.has(error.code));
}
