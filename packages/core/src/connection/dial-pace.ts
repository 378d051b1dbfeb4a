import type { MemcachedError } from '@mc/protocol';
import { clockMs } from '../runtime.js';
import { endedSoonError } from './lost-requests.js';

/** At most two dials lie within this time, or within `retryTimeoutMs` where that is shorter. */
const MAX_WINDOW_MS = 1000;
/** What chance adds to a wait, as shares of the window: at least enough that no timer is early, at most a half. */
const LEAST_CHANCE = 0.02;
const MOST_CHANCE = 0.5;
/** So many connections in a row may end on reads that are sorted, without any answer, and not count. */
const MAX_UNANSWERED = 4;
/** So many dials may be forgotten within one window. */
const MAX_FORGOTTEN = 32;

/**
 * Says when a server may be dialled: never a third time within a second, whatever ended the connections before. Calls
 * that would need the third fail at once.
 */
export class DialPace {
  readonly #windowMs: number;
  /** When it was dialled last and the time before that, on the monotonic clock. */
  #lastMs = Number.NEGATIVE_INFINITY;
  #beforeMs = Number.NEGATIVE_INFINITY;
  /** Drawn with each dial, so that clients spread. */
  #chance = 0;
  /** A connection could not be made: until then none is tried. */
  #restMs = Number.NEGATIVE_INFINITY;
  #error: MemcachedError | undefined;
  #cause: MemcachedError | undefined;
  /** How many connections may yet end unanswered and not count; none before the first answer. */
  #credit = 0;
  #forgottenSinceMs = Number.NEGATIVE_INFINITY;
  #forgotten = 0;

  constructor(retryTimeoutMs: number) {
    this.#windowMs = Math.min(retryTimeoutMs, MAX_WINDOW_MS);
  }

  /** When the server was dialled last, on the monotonic clock. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** When it may be dialled next, on the monotonic clock. */
  get nextMs(): number {
    return Math.max(this.#restMs, this.#beforeMs + this.#windowMs * (1 + this.#chance));
  }

  /** What calls fail with while it may not be dialled. */
  refusal(server: string): MemcachedError | undefined {
    if (clockMs() >= this.nextMs) return undefined;
    this.#error ??= endedSoonError(server, this.#cause);
    return this.#error;
  }

  /** A connection is being made. */
  dialled(nowMs: number): void {
    this.#beforeMs = this.#lastMs;
    this.#lastMs = nowMs;
    this.#chance = LEAST_CHANCE + (MOST_CHANCE - LEAST_CHANCE) * Math.random();
  }

  /** No connection could be made: none is tried for half the window to the whole. */
  failed(error: MemcachedError): void {
    this.#restMs = clockMs() + this.#windowMs * (MOST_CHANCE + this.#chance);
    this.#error = error;
  }

  /** A connection ended; `cause` is absent where nothing was owed. */
  ended(cause: MemcachedError | undefined): void {
    this.#error = undefined;
    this.#cause = cause;
  }

  /** The server answered. */
  answered(): void {
    this.#credit = MAX_UNANSWERED;
  }

  /**
   * A connection ended on a read that is tried on its own, or is going to be: behind a proxy that read may be the
   * cause. The last `dials` are forgotten; returns false where they count, since the server answers too little.
   */
  excuse(dials: number): boolean {
    if (this.#credit === 0 || !this.forget(dials)) return false;
    this.#credit -= 1;
    return true;
  }

  /** The last `dials` do not count, unless too many did not already. */
  forget(dials: number): boolean {
    const nowMs = clockMs();
    if (nowMs - this.#forgottenSinceMs >= this.#windowMs) {
      this.#forgottenSinceMs = nowMs;
      this.#forgotten = 0;
    }
    if (this.#forgotten + dials > MAX_FORGOTTEN) return false;
    this.#forgotten += dials;
    this.#lastMs = dials > 1 ? Number.NEGATIVE_INFINITY : this.#beforeMs;
    this.#beforeMs = Number.NEGATIVE_INFINITY;
    return true;
  }
}
