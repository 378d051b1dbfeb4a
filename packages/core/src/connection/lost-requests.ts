import { keyIdentity, MemcachedError } from '@mc/protocol';
import { ConnectionError } from '../errors.js';
import type { Fifo } from './fifo.js';
import type { Pending } from './pending.js';

/** What becomes of the requests that a lost connection owed. */
export interface LostRequests {
  /** Reads to be sent again one by one, the newest first. */
  readonly again: readonly Pending[];
  readonly failed: readonly Pending[];
}

/**
 * Sorts the requests that a lost connection owed, oldest first. A read may be sent again where it has a retry left or
 * shared its line, which one bad key or backend may have ended. Only the line at the head can have been the cause, so
 * what stood behind it is not charged. Behind a later write of its key a read would see the future: it fails. Each loss
 * turns the order of the rest round, so that keys at one end that end connections do not hide the others.
 */
export function sortLost(owed: readonly Pending[]): LostRequests {
  const again: Pending[] = [];
  const failed: Pending[] = [];
  const isOvertaken = laterWrites(owed);
  let lineStart = 0;
  let lineEnd = 0;
  for (const [at, request] of owed.entries()) {
    if (at === lineEnd) {
      lineStart = at;
      lineEnd = at + request.lineLength;
    }
    if (request.settled) continue;
    const isShared = lineEnd - lineStart > 1;
    const isCharged = lineStart === 0;
    const mayTry = isShared || request.retries > 0 || (request.alone && !isCharged);
    if (mayTry && isCharged) request.retries -= 1;
    if (mayTry && !isOvertaken(request)) again.push(request);
    else failed.push(request);
  }
  return { again: again.reverse(), failed };
}

/** True for a read behind which a write of its key, or a flush, is in flight. */
export function isOvertakenBy(inFlight: Fifo<Pending>): (read: Pending) => boolean {
  const requests: Pending[] = [];
  for (let at = 0; at < inFlight.length; at += 1) requests.push(inFlight.at(at) as Pending);
  return laterWrites(requests);
}

/** What the requests of a lost connection fail with. */
export function lossError(server: string, cause: Error | undefined): MemcachedError {
  if (cause instanceof MemcachedError) return cause;
  const message = `the connection to ${server} ended while a reply was owed`;
  return new ConnectionError('MC_CONNECTION_LOST', message, { server, cause });
}

/** What calls fail with that would need a third connection within a second. */
export function endedSoonError(server: string, cause: MemcachedError | undefined): ConnectionError {
  const message = `${server} ends its connections soon: the next is tried in a moment`;
  return new ConnectionError('MC_CONNECT_FAILED', message, { server, cause });
}

/** What the requests fail with whose connection could not be made. */
export function connectError(server: string, cause: unknown): MemcachedError {
  if (cause instanceof MemcachedError) return cause;
  return new ConnectionError('MC_CONNECT_FAILED', `no connection to ${server} could be made`, {
    server,
    cause,
  });
}

/** Whether a write of the read's key comes after it; writes before it do not count. */
function laterWrites(requests: readonly Pending[]): (read: Pending) => boolean {
  const lastWrites = new Map<string, number>();
  const places = new Map<Pending, number>();
  let lastFlush = -1;
  for (const [at, request] of requests.entries()) {
    places.set(request, at);
    if (request.command.shape === 'flush') lastFlush = at;
    else if (!request.command.multiKey && request.key !== undefined) {
      lastWrites.set(keyIdentity(request.key), at);
    }
  }
  return (read) => {
    const place = places.get(read) ?? -1;
    const lastWrite = read.key === undefined ? -1 : (lastWrites.get(keyIdentity(read.key)) ?? -1);
    return Math.max(lastWrite, lastFlush) > place;
  };
}
