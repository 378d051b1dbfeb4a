/** Parent to client process. */
export type Order =
  | {
      readonly order: 'prepare';
      readonly client: string;
      readonly workload: string;
      readonly servers: readonly string[];
    }
  | {
      readonly order: 'measure';
      readonly leadMs: number;
      readonly timedMs: number;
      readonly core: number | undefined;
    }
  | { readonly order: 'close' };

/** One timed slice of one client. */
export interface Slice {
  /** Operations done; keys, where a call has many. */
  readonly operations: number;
  readonly seconds: number;
  /** User and system time of the whole client process, in microseconds. */
  readonly cpuMicros: number;
  /** From the first call of a step until its last reply, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Share of the client's core that other programs took, 0 to 1; undefined where it is not bound to one. */
  readonly others: number | undefined;
}

/** Client process to parent. */
export type Answer =
  | { readonly answer: 'ready'; readonly node: string; readonly source: string }
  | { readonly answer: 'slice'; readonly slice: Slice }
  | { readonly answer: 'closed' }
  | { readonly answer: 'failed'; readonly reason: string };
