import { ConfigurationError } from '@mc/memcached';

/**
 * The Keyvs that use a store, and their namespaces. Keyv does not say who it is: each one listens to the store's errors
 * and, in the same turn, sets its namespace; one that only sets it has changed its mind.
 */
export class Owners {
  #count = 0;
  #isArriving = false;
  #names: readonly string[] = [];

  /** The namespaces in use, each once. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** Somebody listens; it may be another Keyv. */
  listening(): void {
    this.#isArriving = true;
    queueMicrotask(() => {
      this.#isArriving = false;
    });
  }

  /**
   * A namespace was set.
   *
   * @param mayShare whether two namespaces can be in use at once
   * @throws ConfigurationError where it and another one would mix; then all stays as it was
   */
  named(name: string, mayShare: (name: string, other: string) => boolean): void {
    const count = this.#count + (this.#isArriving ? 1 : 0);
    const others = count > 1 ? this.#names.filter((other) => other !== name) : [];
    if (others.some((other) => !mayShare(name, other))) throw refusal();
    this.#count = count;
    this.#isArriving = false;
    this.#names = [...others, name];
  }
}

/** Two namespaces would mix, or it is not known which is meant. */
export function refusal(): ConfigurationError {
  return new ConfigurationError(
    'these namespaces cannot share a store: make a store for each (they may share a client)',
  );
}
