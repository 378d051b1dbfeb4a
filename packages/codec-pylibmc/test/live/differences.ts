/** Where an item is not what it should be. */
export interface Difference {
  /** Names and indexes that lead to the first place where the two differ, the item's own index first. */
  readonly at: string;
  readonly expected: unknown;
  readonly found: unknown;
}

const SHOWN = 5;

/**
 * The first few items that differ, each at the innermost place: hundreds of values would hide what is
 * wrong.
 */
export function differences(expected: readonly unknown[], found: readonly unknown[]): Difference[] {
  const all: Difference[] = [];
  for (let index = 0; index < Math.max(expected.length, found.length) && all.length < SHOWN; index++) {
    const difference = firstDifference(expected[index], found[index], String(index));
    if (difference !== undefined) all.push(difference);
  }
  return all;
}

function firstDifference(expected: unknown, found: unknown, at: string): Difference | undefined {
  if (Object.is(expected, found)) return undefined;
  if (!isContainer(expected) || !isContainer(found)) return { at, expected, found };
  const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
  if (Object.keys(expected).length !== Object.keys(found).length) return { at, expected, found };
  for (const name of names) {
    const difference = firstDifference(expected[name], found[name], `${at}.${name}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
