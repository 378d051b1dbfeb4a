import { isTimeout } from './arguments.js';
import { ConfigurationError } from './errors.js';

/** @throws ConfigurationError */
export function flag(name: string, value: boolean | undefined, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value !== 'boolean') throw new ConfigurationError(`${name} must be true or false`);
  return value;
}

/** @throws ConfigurationError */
export function milliseconds(name: string, value: number | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  if (!isTimeout(value))
    throw new ConfigurationError(`${name} must be a number of milliseconds from 1 to 2^31 - 1`);
  return value;
}

/** @throws ConfigurationError */
export function integer(name: string, value: number | undefined, fallback: number, least: number): number {
  if (value === undefined) return fallback;
  if (!Number.isSafeInteger(value) || value < least)
    throw new ConfigurationError(`${name} must be an integer of at least ${least}`);
  return value;
}
