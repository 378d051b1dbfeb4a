import { MemcachedError } from '@mc/protocol';
import type { Connection } from './connection.js';
import type { DialPace } from './dial-pace.js';
import type { Pending } from './pending.js';

/**
 * True where the loss of a connection counts against its server: it broke the protocol or was silent, or never
 * answered anything. A connection that one of the client's own reads may have ended, or that the client gave up for its
 * own sake, does not count, nor does its dial.
 */
export function isFault(
  connection: Connection,
  cause: unknown,
  owed: readonly Pending[],
  pace: DialPace,
): boolean {
  if (connection.isGivenUp) {
    pace.forget(1);
    return false;
  }
  if (cause instanceof MemcachedError) return true;
  const [head] = owed;
  if (head === undefined) return false;
  // A line that was shared is going to be sorted key by key. A key that ends a connection of its own is taken for the
  // cause of the one before, too.
  const isSorted = head.alone || head.lineLength > 1;
  if (isSorted && pace.excuse(head.alone ? 2 : 1)) return false;
  return !connection.hasAnswered;
}
