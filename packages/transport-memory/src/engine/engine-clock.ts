/** Longest exptime that is read as relative: 30 days, in seconds. Source: memcached.h, REALTIME_MAXDELTA. */
const MAX_RELATIVE_SECONDS = 2_592_000;
/** memcached counts from a point a little before its start, so that no time is 0. Source: memcached.c, process_started. */
const SECONDS_BEFORE_START = 62;

/** Whether time goes in whole seconds, as in memcached, or as finely as the clock tells it. */
export type ClockMode = 'second' | 'precise';

/**
 * The clock of one embedded server, in seconds since shortly before it started. It stands still between two ticks,
 * so that all commands of one delivery see one time.
 */
export class EngineClock {
  /** Seconds since the base; whole ones in mode `second`. */
  current: number;
  /** The base, in seconds since 1970. */
  readonly base: number;
  /** Length of the clock's step in seconds: 0 in mode `precise`. */
  readonly step: 0 | 1;
  readonly #now: () => number;

  constructor(now: () => number, mode: ClockMode) {
    this.#now = now;
    this.step = mode === 'second' ? 1 : 0;
    this.base = Math.floor(now() / 1000) - SECONDS_BEFORE_START;
    this.current = this.#read();
  }

  /** Reads the time anew. */
  tick(): void {
    this.current = this.#read();
  }

  /** Seconds since the server was made. */
  get uptime(): number {
    return Math.floor(this.current) - SECONDS_BEFORE_START;
  }

  /**
   * The time an exptime means: 0 never; up to 30 days from now; beyond that seconds since 1970. A point before the
   * base becomes 1, long past but not never. Source: memcached.c, realtime().
   */
  timeOf(exptime: number): number {
    if (exptime === 0) return 0;
    if (exptime <= MAX_RELATIVE_SECONDS) return exptime + this.current;
    return exptime <= this.base ? 1 : exptime - this.base;
  }

  /** When an item expires; unlike for other times, a negative exptime means at once. */
  expiryOf(exptime: number): number {
    return exptime < 0 ? 1 : this.timeOf(exptime);
  }

  #read(): number {
    const seconds = this.#now() / 1000 - this.base;
    return this.step === 1 ? Math.floor(seconds) : seconds;
  }
}
