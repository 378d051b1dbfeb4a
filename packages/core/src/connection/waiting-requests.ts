import type { MemcachedError } from '@mc/protocol';
import { Fifo } from './fifo.js';
import type { Pending } from './pending.js';
import { Probe } from './probe.js';
import { MAX_LINE_KEYS } from './request-sender.js';

/** So many requests of one tick are worth a write of their own; the next ones wait for twice as many each time. */
const FIRST_EARLY_SEND = 32;

/** The requests that wait to be sent, oldest first, and their deadlines. */
export class WaitingRequests {
  readonly queue: Fifo<Pending> = new Fifo<Pending>();
  /** How many of the newest have no deadline yet. */
  #unstamped = 0;
  #sendAt = FIRST_EARLY_SEND;

  /** Number of requests that wait. */
  get length(): number {
    return this.queue.length;
  }

  /**
   * True where so many wait that the server should begin on them while the rest of the tick goes on; it then takes
   * more to be true again in the same tick.
   */
  startsEarly(): boolean {
    if (this.queue.length < this.#sendAt) return false;
    this.#sendAt = Math.min(this.#sendAt * 2, MAX_LINE_KEYS);
    return true;
  }

  /** The tick is over: a few requests are worth sending again. */
  endTick(): void {
    this.#sendAt = FIRST_EARLY_SEND;
  }

  /** Adds the newest. */
  add(request: Pending): void {
    this.queue.push(request);
    this.#unstamped += 1;
  }

  /** Puts requests that were lost before all others, in the order given; each goes out on a line of its own. */
  addAgain(requests: readonly Pending[]): void {
    for (const request of requests.toReversed()) {
      request.alone = true;
      request.answered = false;
      request.lineLength = 1;
      request.sent = false;
      this.queue.unshift(request);
    }
  }

  /** The requests of a line that was refused go again, one by one; one that a later write has overtaken fails. */
  addLineAgain(
    requests: readonly Pending[],
    isOvertaken: (request: Pending) => boolean,
    error: MemcachedError,
  ): void {
    for (const request of requests.filter(isOvertaken)) request.onFailure(error);
    this.addAgain(requests.filter((request) => !isOvertaken(request)));
  }

  /** Removes all; those that are not settled fail. */
  failOpen(error: MemcachedError): void {
    this.#unstamped = 0;
    for (const request of this.queue.takeAll()) if (!request.settled) request.onFailure(error);
  }

  /**
   * Drops those that are settled. Where no connection may be made before `dueMs`, which is what `refusal` says, only the
   * reads that are tried one by one and have time until then wait on; the others fail.
   */
  holdUntil(dueMs: number, refusal: MemcachedError | undefined): void {
    const open = this.queue.takeAll().filter(({ settled }) => !settled);
    const mayWait = (request: Pending): boolean => request.alone && request.deadlineMs > dueMs;
    const held = refusal === undefined ? open : open.filter(mayWait);
    for (const request of held) this.queue.push(request);
    this.#unstamped = held.length;
    if (refusal === undefined) return;
    for (const request of open) if (!mayWait(request)) request.onFailure(refusal);
  }

  /**
   * Gives the newest their deadlines. These count from the flush of the tick, so that one look at the clock serves all
   * calls of it.
   *
   * @returns the earliest of them, or Infinity
   */
  stampDeadlines(nowMs: number): number {
    let dueMs = Number.POSITIVE_INFINITY;
    const { queue } = this;
    for (let at = queue.length - this.#unstamped; at < queue.length; at += 1) {
      const request = queue.at(at) as Pending;
      if (request.deadlineMs === 0) request.deadlineMs = nowMs + request.timeoutMs;
      if (request.deadlineMs < dueMs) dueMs = request.deadlineMs;
    }
    this.#unstamped = 0;
    return dueMs;
  }
}

/** True where a caller still waits for a request of the queue. */
export function hasOpenCalls(queue: Fifo<Pending> | undefined): boolean {
  for (let at = 0; queue !== undefined && at < queue.length; at += 1) {
    const request = queue.at(at) as Pending;
    if (!request.settled && !(request instanceof Probe)) return true;
  }
  return false;
}
