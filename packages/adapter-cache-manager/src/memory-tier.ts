import { ConfigurationError } from '@mc/memcached';
import type { Keyv } from 'keyv';
import { BoundedMemory, type Values } from './bounded-memory.js';
import { EntryKeyv } from './entry-keyv.js';

/** The tier in this process's memory. */
export interface MemoryTierOptions {
  /** Most entries kept; the one used longest ago makes room for a new one. Default 1,000. */
  readonly maxItems?: number;
  /**
   * Longest time an entry is served from memory, in milliseconds: how long this process may not see what another one
   * has changed or deleted. Default 5,000.
   */
  readonly maxAge?: number;
}

/**
 * A Keyv that keeps a bounded number of entries in this process, each for a bounded time. They are kept as memcached
 * would keep them, so each reader gets an object of its own, and the same value from either tier.
 *
 * @throws ConfigurationError for what are no options, and for a limit that is not a positive number
 */
export function memoryTier(values: Values, namespace: string | undefined, options: MemoryTierOptions): Keyv {
  if (!isPlainObject(options)) throw new ConfigurationError('memory must be true, options, or a Keyv');
  const { maxItems = 1_000, maxAge = 5_000, ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new ConfigurationError(`memory has no option ${unknown}`);
  if (!Number.isSafeInteger(maxItems) || maxItems < 1) {
    throw new ConfigurationError('maxItems must be a positive integer');
  }
  if (typeof maxAge !== 'number' || !(maxAge > 0)) {
    throw new ConfigurationError('maxAge must be a positive number of milliseconds');
  }
  return new EntryKeyv({
    store: new BoundedMemory(values, maxItems, maxAge),
    ...(namespace !== undefined && { namespace }),
  });
}

/** An object of no class, from whichever realm. */
function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
