import { Fifo } from './fifo.js';
import type { Pending } from './pending.js';
import { Probe } from './probe.js';

/** The requests that wait to be sent, oldest first, and their deadlines. */
export class WaitingRequests {
  readonly queue: Fifo<Pending> = new Fifo<Pending>();
  /** How many of the newest have no deadline yet. */
  #unstamped = 0;

  /** Number of requests that wait. */
  get length(): number {
    return this.queue.length;
  }

  /** Adds the newest. */
  add(request: Pending): void {
    this.queue.push(request);
    this.#unstamped += 1;
  }

  /** Puts a request that was lost before all others; it goes out on a line of its own. */
  addAgain(request: Pending): void {
    request.alone = true;
    request.answered = false;
    request.lineLength = 1;
    request.sent = false;
    this.queue.unshift(request);
  }

  /** Removes all; returns those that are not settled. */
  takeOpen(): Pending[] {
    this.#unstamped = 0;
    return this.queue.takeAll().filter((request) => !request.settled);
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
