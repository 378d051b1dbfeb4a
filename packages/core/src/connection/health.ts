import type { MemcachedError } from '@mc/protocol';
import { ServerDownError } from '../errors.js';
import { clearTimer, clockMs, setTimer, type TimerHandle, withoutStack } from '../runtime.js';

/** Longest wait between two probes of a server that is down, unless `retryTimeoutMs` is longer. */
const MAX_PROBE_WAIT_MS = 60_000;
/** The least wait, of what the jitter is drawn from without it: a dying server is not hammered. */
const MIN_WAIT_SHARE = 0.25;
/** A server that goes down again within this time of coming up is flapping. */
const FLAP_WINDOW_MS = 60_000;

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

  /** What calls fail with at once while the server is down. They may be many, and each as good as the other. */
  refusal(server: string): MemcachedError | undefined {
    if (!this.isDown) return undefined;
    return withoutStack(() => new ServerDownError({ server, cause: this.#lastError }));
  }

  /** The server answered. */
  succeeded(): void {
    if (this.isDown) this.#upSinceMs = clockMs();
    this.#failures = 0;
    this.#probes = 0;
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

  /** Runs `probe` after a wait, once; not before `dialMs` on the monotonic clock. */
  scheduleProbe(probe: () => void, dialMs: number = Number.NEGATIVE_INFINITY): void {
    this.stop();
    this.#probeTimer = setTimer(
      () => {
        this.#probeTimer = undefined;
        probe();
      },
      Math.max(this.#nextWaitMs(), dialMs - clockMs()),
    );
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
    const longest = Math.max(this.#options.retryTimeoutMs, MAX_PROBE_WAIT_MS);
    const least = Math.min(base, longest) * MIN_WAIT_SHARE;
    const most = Math.min(base * 2 ** this.#probes, longest);
    this.#probes += 1;
    return least + (most - least) * Math.random();
  }
}
