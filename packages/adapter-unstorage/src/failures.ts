import {
  canBeMiss,
  ERROR_TABLE,
  InvalidArgumentError,
  isMemcachedError,
  type MemcachedError,
  type ServerFailurePolicy,
} from '@mc/memcached';

/** A failure that was answered with a miss, or with nothing done. */
export interface HiddenFailure {
  /** The driver's method. */
  readonly operation: string;
  readonly error: MemcachedError;
}

/** Told of each failure that callers do not see. */
export type FailureListener = (failure: HiddenFailure) => void;

/** Decides which failures callers see, counts the others and tells of them. */
export class Failures {
  readonly #policy: ServerFailurePolicy;
  readonly #listeners: Set<FailureListener> = new Set();
  count = 0;

  constructor(policy: ServerFailurePolicy) {
    this.#policy = policy;
  }

  /** Returns a function that removes the listener. @throws InvalidArgumentError */
  on(event: 'failure', listener: FailureListener): () => void {
    if (event !== 'failure') throw new InvalidArgumentError('there is no event of this name');
    if (typeof listener !== 'function') throw new InvalidArgumentError('a listener must be a function');
    const entry: FailureListener = (failure) => listener(failure);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  /** Hides the failure of a read where a miss may stand for it; else throws it. */
  missed(operation: string, error: unknown): void {
    const isMiss = this.#policy === 'miss' && canBeMiss(error);
    if (!isMemcachedError(error) || !(isMiss || error.code === 'MC_DECODE')) throw error;
    this.report(operation, error);
  }

  /** Hides that a value cannot be read; throws any other failure. */
  unreadable(operation: string, error: unknown): void {
    if (!isMemcachedError(error) || error.code !== 'MC_DECODE') throw error;
    this.report(operation, error);
  }

  /** Hides that the server could not be reached, where callers are not to be told; throws any other failure. */
  unreached(operation: string, error: unknown): void {
    const isHidden =
      this.#policy === 'miss' && isMemcachedError(error) && ERROR_TABLE[error.code].serverFailure;
    if (!isHidden) throw error;
    this.report(operation, error);
  }

  /** Hides that an item cannot be listed, since the server cannot be reached or the item not be read. */
  unlisted(operation: string, error: unknown): void {
    if (isMemcachedError(error) && error.code === 'MC_DECODE') this.report(operation, error);
    else this.unreached(operation, error);
  }

  /** Counts it, and calls the listeners after the current code: what they throw is theirs. */
  report(operation: string, error: MemcachedError): void {
    this.count += 1;
    for (const listener of this.#listeners) queueMicrotask(() => listener({ operation, error }));
  }
}
