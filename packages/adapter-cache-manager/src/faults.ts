import { InvalidArgumentError } from '@mc/memcached';
import type { KeyvEntry } from 'keyv';

/** What is wrong with a key. As text all objects would be one key, and so would all that has no name yet. */
export function faultOfKey(key: unknown): Error | undefined {
  if (typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint') return undefined;
  return new InvalidArgumentError('a key must be text or a number');
}

/** What is wrong with an entry that is to be stored. */
export function faultOfEntry(entry: KeyvEntry): Error | undefined {
  if (typeof entry !== 'object' || entry === null) {
    return new InvalidArgumentError('an entry must be an object with a key and a value');
  }
  const { ttl } = entry as { ttl?: unknown };
  if (ttl !== undefined && ttl !== null && (typeof ttl !== 'number' || Number.isNaN(ttl))) {
    return new InvalidArgumentError('the ttl must be a number of milliseconds');
  }
  return faultOfKey(entry.key);
}
