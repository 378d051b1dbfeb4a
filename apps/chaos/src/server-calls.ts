/** A stretch of time, in milliseconds of the process's clock. */
export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A call that failed. */
export interface FailedCall {
  readonly startMs: number;
  readonly tookMs: number;
  /** The code of its error, or what else was wrong. */
  readonly code: string;
}

/** What became of the calls on the keys of one server. */
export class ServerCalls {
  readonly failed: FailedCall[] = [];
  readonly #startMs: number[] = [];
  readonly #tookMs: number[] = [];

  /** Notes a call that went well. */
  succeeded(startMs: number, tookMs: number): void {
    this.#startMs.push(startMs);
    this.#tookMs.push(tookMs);
  }

  /** How many calls that began in the period went well. */
  count(period: Period): number {
    return this.#timesIn(period).length;
  }

  /** When the first good call that began at or after this time ended; Infinity where there is none. */
  firstSuccessMs(fromMs: number): number {
    const at = this.#startMs.findIndex((startMs) => startMs >= fromMs);
    return at < 0 ? Number.POSITIVE_INFINITY : (this.#startMs[at] as number) + (this.#tookMs[at] as number);
  }

  /** The failed calls that began in the period. */
  failedIn({ fromMs, toMs }: Period): FailedCall[] {
    return this.failed.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
  }

  /** How long the good calls of the period took. */
  #timesIn({ fromMs, toMs }: Period): number[] {
    return this.#tookMs.filter((_, at) => {
      const startMs = this.#startMs[at] as number;
      return startMs >= fromMs && startMs < toMs;
    });
  }

  /** The time that 99 of 100 good calls on these servers in the period took at most. */
  static p99(servers: readonly ServerCalls[], period: Period): number {
    const times = Float64Array.from(servers.flatMap((calls) => calls.#timesIn(period))).sort();
    return times[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN;
  }
}
