import { afterPoll, clearTimer, clockMs, setTimer, type TimerHandle } from '../runtime.js';

/** A timer later than this means that the event loop was blocked, and with it every reply. */
const LATE_MS = 20;
/** Deadlines nearer than this to each other share one run of the timer. */
const STEP_MS = 10;

/** What a {@link Watch} asks. */
export interface Watched {
  /** Acts on all that is due at `nowMs`; returns when the next thing is due, or Infinity. */
  onDue(nowMs: number): number;
  /** The event loop stood still for about `lateMs`: time in which nobody could have been heard. */
  onBlocked(lateMs: number): void;
}

/**
 * One coarse timer for all deadlines of a server. Before anything is judged to be late, the event loop passes through
 * a phase in which bytes that have arrived are read; after a blocked loop it gets {@link LATE_MS} more.
 */
export class Watch {
  readonly #watched: Watched;
  #timer: TimerHandle | undefined;
  #dueMs: number = Number.POSITIVE_INFINITY;
  #isJudging = false;
  #isStopped = false;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  /** Something is due at `dueMs`. Cheap where something else is due earlier. */
  arm(dueMs: number, nowMs: number): void {
    if (dueMs >= this.#dueMs || this.#isStopped || this.#isJudging) return;
    this.#start(dueMs, dueMs - nowMs);
  }

  /** Ends the watch; nothing is due any more. */
  stop(): void {
    this.#isStopped = true;
    this.#clear();
  }

  #start(dueMs: number, delayMs: number): void {
    this.#clear();
    this.#dueMs = dueMs;
    this.#timer = setTimer(() => this.#fire(false), Math.max(1, Math.ceil(delayMs)));
  }

  #clear(): void {
    if (this.#timer !== undefined) clearTimer(this.#timer);
    this.#timer = undefined;
    this.#dueMs = Number.POSITIVE_INFINITY;
  }

  #fire(isGrace: boolean): void {
    const lateMs = clockMs() - this.#dueMs;
    if (lateMs > LATE_MS && !isGrace) {
      this.#watched.onBlocked(lateMs);
      this.#timer = setTimer(() => this.#fire(true), LATE_MS);
      return;
    }
    this.#isJudging = true;
    afterPoll(() => this.#judge());
  }

  #judge(): void {
    this.#isJudging = false;
    this.#clear();
    if (this.#isStopped) return;
    const nowMs = clockMs();
    const nextMs = this.#watched.onDue(nowMs);
    if (nextMs < this.#dueMs && !this.#isStopped) this.#start(nextMs, Math.max(nextMs - nowMs, STEP_MS));
  }
}
