import { MemcachedError } from '@mc/protocol';
import { clearTimer, setTimer, type TimerHandle } from '../runtime.js';
import type { Connection } from './connection.js';
import type { Pending } from './pending.js';

/** Longest wait between two probes of a server that is down. */
const MAX_PROBE_WAIT_MS = 60_000;
const MIN_WAIT_SHARE = 0.25;
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
  /** Connections in a row that ended, without any answer, on a key that was tried on its own. */
  #suspects = 0;
  #probeTimer: TimerHandle | undefined;

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  /** The server answered. */
  succeeded(): void {
    this.#failures = 0;
    this.#probes = 0;
    this.isDown = false;
  }

  /** The server failed; returns true where that marks it down. */
  failed(): boolean {
    this.#failures += 1;
    if (this.isDown || this.#failures < this.#options.failureLimit) return false;
    this.isDown = true;
    return true;
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
   * Exponential with jitter over three quarters of the range, so that a fleet of clients does not come back all at once;
   * the first quarter is left out, so that a dying server is not hammered.
   */
  #nextWaitMs(): number {
    const most = Math.min(this.#options.retryTimeoutMs * 2 ** this.#probes, MAX_PROBE_WAIT_MS);
    this.#probes += 1;
    return most * (MIN_WAIT_SHARE + (1 - MIN_WAIT_SHARE) * Math.random());
  }
}
