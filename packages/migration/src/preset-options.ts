import { ConfigurationError, type MigrationOptions } from '@mc/core';

/** The options of every preset; the type keeps the list complete. */
const COMMON: Readonly<Record<keyof MigrationOptions, true>> = {
  codec: true,
  readCodecs: true,
  compressor: true,
  readCompressors: true,
  minCompressLen: true,
  compressLevel: true,
  maxValueBytes: true,
};

/**
 * Checks the names of what a preset was given; `migrationFormat` checks the values of those that every preset has.
 *
 * @param own names of the options that only this preset has
 * @throws ConfigurationError
 */
export function checkPresetOptions(
  preset: string,
  options: MigrationOptions,
  own: readonly string[] = [],
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new ConfigurationError(`${preset} takes an object of options`);
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(COMMON, name) && !own.includes(name));
  if (unknown !== undefined) throw new ConfigurationError(`${preset} has no option ${unknown}`);
}
