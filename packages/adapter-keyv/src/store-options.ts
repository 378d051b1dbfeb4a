import { ConfigurationError, type ServerFailurePolicy } from '@mc/memcached';
import type { ClearPolicy } from './spaces.js';

/** Options of a store. */
export interface KeyvMemcachedOptions {
  /**
   * What `clear()` does. `namespace`: hides all entries of the namespace, in one round trip, for every process. `flush`:
   * drops every item of every server, whoever they belong to. `error`: rejects. Default `namespace`; with the others
   * reads ask for one key less.
   */
  readonly clear?: ClearPolicy;
  /**
   * `miss`: where a server cannot be reached, reads are misses, `set` and `delete` are `false`, and an `error` event
   * says so. `throw`: they reject. `clear()` always rejects. Default: that of the client options, else `miss`.
   */
  readonly onServerFailure?: ServerFailurePolicy;
  /** The namespace until Keyv sets another. Default none. */
  readonly namespace?: string;
}

const NAMES: ReadonlySet<string> = new Set(['clear', 'onServerFailure', 'namespace', 'keyv']);

/** @throws ConfigurationError */
export function checkStoreOptions(options: KeyvMemcachedOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError('the options of a store must be an object');
  }
  const unknown = Object.keys(options).find((name) => !NAMES.has(name));
  if (unknown !== undefined) throw new ConfigurationError(`a store has no option ${unknown}`);
  const { clear = 'namespace', onServerFailure = 'miss', namespace = '' } = options;
  if (!['namespace', 'flush', 'error'].includes(clear)) {
    throw new ConfigurationError("clear must be 'namespace', 'flush' or 'error'");
  }
  if (onServerFailure !== 'miss' && onServerFailure !== 'throw') {
    throw new ConfigurationError("onServerFailure must be 'miss' or 'throw'");
  }
  if (typeof namespace !== 'string') throw new ConfigurationError('namespace must be a string');
}
