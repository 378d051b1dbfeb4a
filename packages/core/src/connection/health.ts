import { clearTimer, setTimer, type TimerHandle } from '../runtime.js';

/** Longest wait between two probes of a server that is down. */
const MAX_PROBE_WAIT_MS = 60_000;
const MIN_WAIT_SHARE = 0.25;

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
   * Exponential with full jitter, so that a fleet of clients does not come back all at once, and never so short that a
   * dying server is hammered.
   */
  #nextWaitMs(): number {
    const most = Math.min(this.#options.retryTimeoutMs * 2 ** this.#probes, MAX_PROBE_WAIT_MS);
    this.#probes += 1;
    return most * (MIN_WAIT_SHARE + (1 - MIN_WAIT_SHARE) * Math.random());
  }
}
