import { TimeoutError } from '../errors.js';
import type { Fifo } from './fifo.js';
import type { Pending } from './pending.js';

/**
 * Rejects what is due in a queue. The places of sent requests stay for their replies.
 *
 * @returns when the next request is due, or Infinity
 */
export function expireRequests(
  queue: Fifo<Pending> | undefined,
  nowMs: number,
  server: string,
  onExpired: (request: Pending) => void,
): number {
  let dueMs = Number.POSITIVE_INFINITY;
  for (let at = 0; queue !== undefined && at < queue.length; at += 1) {
    const request = queue.at(at) as Pending;
    if (request.settled || request.deadlineMs === 0) continue;
    if (request.deadlineMs > nowMs) {
      if (request.deadlineMs < dueMs) dueMs = request.deadlineMs;
      continue;
    }
    request.onFailure(new TimeoutError(request.sent, request.timeoutMs, { server }));
    onExpired(request);
  }
  return dueMs;
}
