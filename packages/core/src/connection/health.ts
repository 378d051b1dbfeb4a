import { MemcachedError } from '@mc/protocol';
import { clearTimer, clockMs, setTimer, type TimerHandle } from '../runtime.js';
import type { Connection } from './connection.js';
import type { Pending } from './pending.js';

/** Longest wait between two probes of a server that is down. */
const MAX_PROBE_WAIT_MS = 60_000;
/** The least wait, of what the jitter is drawn from without it: a dying server is not hammered. */
const MIN_WAIT_SHARE = 0.25;
/** Longest rest after a connection that could not be made: two attempts a second at most, and at least one. */
const MAX_REST_MS = 1000;
/** A server that goes down again within this time of coming up is flapping. */
const FLAP_WINDOW_MS = 60_000;
/** Keys in a row that may end a connection on their own before it counts against the server. */
const MAX_SUSPECTS = 32;

/** Settings of {@link Health}. */
export interface HealthOptions {
  readonly failureLimit: number;
  readonly retryTimeoutMs: number;
}

/** Counts the failures of one server, and says when it is down and when to look again. */
export class Health {
  isDown = false;
  readonly #options: HealthOptions;
  #failures = 0;
  #probes = 0;
  /** How often, in a row, it went down again soon after it had come up. */
  #flaps = 0;
  #upSinceMs = Number.NEGATIVE_INFINITY;
  #lastError: MemcachedError | undefined;
  /** No new connection is tried before this time, on the monotonic clock. */
  #redialMs = 0;
  /** Connections in a row that ended, without any answer, on a key that was tried on its own. */
  #suspects = 0;
  #probeTimer: TimerHandle | undefined;

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** The last failure, while it counts. */
  get lastError(): MemcachedError | undefined {
    return this.#lastError;
  }

  /** True for a moment after a connection could not be made: so calls fail at once, and do not each dial. */
  isResting(nowMs: number): boolean {
    return nowMs < this.#redialMs;
  }

  /** The server answered. */
  succeeded(): void {
    if (this.isDown) this.#upSinceMs = clockMs();
    this.#failures = 0;
    this.#probes = 0;
    this.#redialMs = 0;
    this.#lastError = undefined;
    this.isDown = false;
  }

  /** The server failed; returns true where that marks it down. */
  failed(error: MemcachedError): boolean {
    this.#lastError = error;
    this.#failures += 1;
    if (this.isDown || this.#failures < this.#options.failureLimit) return false;
    this.isDown = true;
    this.#flaps = clockMs() - this.#upSinceMs < FLAP_WINDOW_MS ? this.#flaps + 1 : 0;
    return true;
  }

  /** No connection could be made: the next attempt has to wait a little, by chance, so that clients spread. */
  rest(): void {
    const leastMs = Math.min(this.#options.retryTimeoutMs, MAX_REST_MS) / 2;
    this.#redialMs = clockMs() + leastMs * (1 + Math.random());
  }

  /** Whether the loss of a connection that owed these replies counts against the server. */
  isFault(connection: Connection, cause: unknown, owed: readonly Pending[]): boolean {
    if (connection.hasAnswered) this.#suspects = 0;
    if (this.isDown) return true;
    if (connection.isGivenUp) return false;
    if (cause instanceof MemcachedError) return true;
    // A server that takes connections and answers nothing on them fails as surely as one that refuses them. But
    // behind a proxy a key that is tried on its own may be the cause, and so may a number of them in a row.
    if (owed.length === 0 || connection.hasAnswered) return false;
    if (!owed[0]?.alone) return true;
    this.#suspects += 1;
    return this.#suspects > MAX_SUSPECTS;
  }

  /** Runs `probe` after a wait, once. */
  scheduleProbe(probe: () => void): void {
    this.stop();
    this.#probeTimer = setTimer(() => {
      this.#probeTimer = undefined;
      probe();
    }, this.#nextWaitMs());
  }

  /** Cancels the probe that is scheduled. */
  stop(): void {
    if (this.#probeTimer !== undefined) clearTimer(this.#probeTimer);
    this.#probeTimer = undefined;
  }

  /**
   * Exponential, with full jitter, so that a fleet of clients does not come back all at once. A server that keeps dying
   * is looked at ever more slowly.
   */
  #nextWaitMs(): number {
    const base = this.#options.retryTimeoutMs * 2 ** this.#flaps;
    const least = Math.min(base, MAX_PROBE_WAIT_MS) * MIN_WAIT_SHARE;
    const most = Math.min(base * 2 ** this.#probes, MAX_PROBE_WAIT_MS);
    this.#probes += 1;
    return least + (most - least) * Math.random();
  }
}
