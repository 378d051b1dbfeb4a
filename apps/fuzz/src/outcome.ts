/** Why a target failed. */
export type FailureKind =
  | 'hang'
  | 'memory'
  | 'wrong value'
  | 'not an Error'
  | 'changed prototype'
  | 'process died'
  | 'not built';

/** A failure and, where one input is to blame, that input. */
export interface Failure {
  readonly kind: FailureKind;
  readonly reason: string;
  /** Of the input in the run: `--first` repeats it. */
  readonly index?: number;
  readonly base64?: string;
  readonly flags?: number;
}

/** What was counted until the end of a target or its failure. */
export interface Tally {
  /** Valid inputs, all of which came back right. */
  readonly valid: number;
  /** Broken inputs that were read as some value. */
  readonly accepted: number;
  /** Broken inputs that were refused with an `Error`. */
  readonly refused: number;
  /** The slowest decode, in milliseconds: the quicker of two tries, so that a pause of the machine is not counted. */
  readonly slowestMs: number;
}

/** What came of a target. */
export interface Outcome {
  readonly name: string;
  readonly tally: Tally;
  readonly seconds: number;
  /** Resident memory of the process before the first input, and at its highest. */
  readonly startMib: number;
  readonly peakMib: number;
  readonly failure?: Failure;
}
