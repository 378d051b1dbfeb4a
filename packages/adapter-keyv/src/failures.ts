import { EventEmitter } from 'node:events';
import { canBeMiss, DecodeError, isMemcachedError, type ServerFailurePolicy } from '@mc/memcached';

/** The events of a store, and what becomes of its failures. */
export class Failures extends EventEmitter {
  readonly #policy: ServerFailurePolicy;
  #errorCount = 0;

  constructor(policy: ServerFailurePolicy) {
    super();
    this.#policy = policy;
    // Each Keyv on a store adds a listener.
    this.setMaxListeners(0);
  }

  /** Failures so far that were reported by an `error` event, heard or not. */
  get errorCount(): number {
    return this.#errorCount;
  }

  /** Whether server failures become misses. */
  protected get isForgiving(): boolean {
    return this.#policy === 'miss';
  }

  /** Tells of a failure that the caller does not see. */
  protected report(error: unknown): void {
    this.#errorCount += 1;
    if (this.listenerCount('error') === 0) return;
    try {
      this.emit('error', error);
    } catch {
      // Keyv 6 throws an error that nobody listens to; it is for this event to be missed, not for the caller's read.
    }
  }

  /** True where the failure is to be a miss or a refusal: the event has told of it. */
  protected forgives(error: unknown): boolean {
    const forgiven = error instanceof DecodeError || (this.isForgiving && canBeMiss(error));
    if (forgiven) this.report(error);
    return forgiven;
  }

  /** Forgives each failure of a batch, with one event for those that are alike. @throws the first that it does not forgive */
  protected forgiveAll(errors: readonly unknown[]): void {
    const seen = new Set<string>();
    for (const error of errors) {
      const kind = isMemcachedError(error) ? `${error.code} ${error.server}` : '';
      if (kind !== '' && seen.has(kind)) continue;
      seen.add(kind);
      if (!this.forgives(error)) throw error;
    }
  }
}
