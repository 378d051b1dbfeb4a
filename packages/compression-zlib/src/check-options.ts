/** An integer from `least` to `most`. */
export interface LevelRange {
  /** Shown in errors. */
  readonly name: string;
  readonly least: number;
  readonly most: number;
}

/** @throws RangeError for a level that the format does not have */
export function checkLevel({ name, least, most }: LevelRange, level: number): number {
  if (!Number.isInteger(level) || level < least || level > most) {
    throw new RangeError(`the level of ${name} must be an integer from ${least} to ${most}`);
  }
  return level;
}

/** @throws RangeError for what is no size */
export function checkAsyncFromBytes(bytes: number | undefined): number | undefined {
  const isSize = bytes === Number.POSITIVE_INFINITY || (Number.isSafeInteger(bytes) && Number(bytes) >= 0);
  if (bytes !== undefined && !isSize) {
    throw new RangeError('asyncFromBytes must be an integer of at least 0, or Infinity');
  }
  return bytes;
}

/** @throws RangeError for what is no limit */
export function checkMaxBytes(maxBytes: number): number {
  if (!(maxBytes >= 0)) throw new RangeError('maxBytes must be a number of at least 0');
  return maxBytes;
}
