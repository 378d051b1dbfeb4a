/** What a client process measures: a client or a floor, ready to do one workload. */
export interface Subject {
  /** Stores the values and reads every one back; rejects if anything is not as it should be. */
  prepare(): Promise<void>;
  /** Does the next step of the plan. */
  step(): Promise<unknown>;
  /** A cheap check of a step's outcome, made inside the timed loop for everybody. */
  isRight(outcome: unknown): boolean;
  close(): Promise<void>;
}
