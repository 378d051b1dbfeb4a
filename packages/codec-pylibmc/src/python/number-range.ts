/** @throws RangeError for anything but an integer in the range */
export function checkInteger(name: string, value: number, low: number, high: number): number {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new RangeError(`${name} must be an integer from ${low} to ${high}`);
  }
  // -0 is an integer too, and would come back as 0.
  return value + 0;
}
