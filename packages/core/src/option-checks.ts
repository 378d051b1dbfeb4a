import { isTimeout } from './arguments.js';
import { ConfigurationError } from './errors.js';

/**
 * @param types what each option is, as `typeof` says; '' where that is checked elsewhere
 * @throws ConfigurationError for what is no object of options, or has others, or one of another type
 */
export function checkOptionTypes(
  owner: string,
  options: object,
  types: Readonly<Record<string, string>>,
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ConfigurationError(`${owner} takes an object of options`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(types, name)) throw new ConfigurationError(`${owner} has no option ${name}`);
    const type = types[name];
    if (!type || value === undefined || typeof value === type) continue;
    const kind = type === 'boolean' ? 'true or false' : `a ${type}`;
    throw new ConfigurationError(`${owner}: ${name} must be ${kind}`);
  }
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
