import { MemcachedError } from '@mc/protocol';
import { ServerDownError } from '../errors.js';
import { clearTimer, clockMs, setTimer, type TimerHandle } from '../runtime.js';
import type { Connection } from './connection.js';
import type { Pending } from './pending.js';

/** Longest wait between two probes of a server that is down, unless `retryTimeoutMs` is longer. */
const MAX_PROBE_WAIT_MS = 60_000;
/** The least wait, of what the jitter is drawn from without it: a dying server is not hammered. */
const MIN_WAIT_SHARE = 0.25;
/** In this time, or in `retryTimeoutMs` where that is shorter, at most two connections are tried after a failure. */
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

/** What the loss of a connection says of its server. */
export interface Judgement {
  /** It counts against the server. */
  readonly isFault: boolean;
  /** Connections are taken and end without an answer, and no single key can be the cause. */
  readonly isUseless: boolean;
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
  /** When the last two connections were tried, on the monotonic clock. */
  #dialledMs = Number.NEGATIVE_INFINITY;
  #dialledBeforeMs = Number.NEGATIVE_INFINITY;
  /** No new connection is tried before this time, on the monotonic clock. */
  #redialMs = 0;
  /** What calls fail with until then. */
  #restError: MemcachedError | undefined;
  /** Connections in a row that ended while replies were owed, without an answer in between. */
  #losses = 0;
  /** True once anything was answered since the last loss that no single key may have caused. */
  #hasAnsweredSince = true;
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

  /**
   * What calls fail with at once: while the server is down and, where there is no connection (`isIdle`), for a moment
   * after none could be made, so that calls do not each dial.
   */
  refusal(server: string, isIdle: boolean): MemcachedError | undefined {
    if (this.isDown) return new ServerDownError({ server, cause: this.#lastError });
    return isIdle && clockMs() < this.#redialMs ? this.#restError : undefined;
  }

  /** A connection is being made. */
  dialled(nowMs: number): void {
    this.#dialledBeforeMs = this.#dialledMs;
    this.#dialledMs = nowMs;
  }

  /** The server answered. */
  succeeded(): void {
    if (this.isDown) this.#upSinceMs = clockMs();
    this.#failures = 0;
    this.#probes = 0;
    this.#losses = 0;
    this.#hasAnsweredSince = true;
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

  /**
   * No connection could be made: the next attempt has to wait a little, by chance, so that clients spread. Nor may it
   * be the third within {@link MAX_REST_MS}, as it would be where a server comes up and dies at once.
   */
  rest(error: MemcachedError): void {
    const restMs = Math.min(this.#options.retryTimeoutMs, MAX_REST_MS);
    const chance = Math.random() / 2;
    this.#restError = error;
    this.#redialMs = Math.max(
      clockMs() + restMs * (0.5 + chance),
      this.#dialledBeforeMs + restMs * (1 + chance),
    );
  }

  /** What the loss of a connection that owed these replies says of the server. */
  judge(connection: Connection, cause: unknown, owed: readonly Pending[]): Judgement {
    if (connection.hasAnswered) this.#suspects = 0;
    const isOurs = connection.isGivenUp || cause instanceof MemcachedError;
    if (isOurs || owed.length === 0) {
      return { isFault: this.isDown || (isOurs && !connection.isGivenUp), isUseless: false };
    }
    const isOfOneKey = owed[0]?.alone === true;
    if (!isOfOneKey) this.#hasAnsweredSince = false;
    this.#losses += 1;
    const isUseless = this.#losses > 1 && !this.#hasAnsweredSince;
    // A server that takes connections and answers nothing on them fails as surely as one that refuses them. But
    // behind a proxy a key that is tried on its own may be the cause, and so may a number of them in a row.
    if (this.isDown || connection.hasAnswered || !isOfOneKey) {
      return { isFault: this.isDown || !connection.hasAnswered, isUseless };
    }
    this.#suspects += 1;
    return { isFault: this.#suspects > MAX_SUSPECTS, isUseless };
  }

  /** Runs `probe` after a wait, once. */
  scheduleProbe(probe: () => void): void {
    this.stop();
    this.#probeTimer = setTimer(
      () => {
        this.#probeTimer = undefined;
        probe();
      },
      Math.max(this.#nextWaitMs(), this.#redialMs - clockMs()),
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
