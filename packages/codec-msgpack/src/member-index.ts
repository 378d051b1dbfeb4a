/** V8 grows a store of more slots than about this only where it is well used. */
const MAX_INDEX = 3400;
/** How far beyond the number of members an index may lie and still stand at its place in a store. */
const NEAR_FACTOR = 2;
const SLOT_BYTES = 8;
/** A store grows by half as much again as it needs, and 16 slots. */
const SPARE_FACTOR = 1.5;
const SPARE_SLOTS = 16;

/**
 * Bytes that an engine takes for a member with an index for a name: `{ 1023: null }` takes 12 kB in V8, whose store of
 * indexes grows up to the largest while that is below some thousands. 0 where that is in proportion to the members.
 *
 * @param members how many members come before it
 */
export function roomOfIndex(index: number, members: number): number {
  if (index <= members * NEAR_FACTOR || index >= MAX_INDEX) return 0;
  return (index * SPARE_FACTOR + SPARE_SLOTS) * SLOT_BYTES;
}

/** The index that a member name is, written as one is, if its store may take room; else -1. */
export function indexOfName(name: string): number {
  const first = name.charCodeAt(0);
  if (first < 0x30 || first > 0x39) return -1;
  const index = Number(name);
  return index < MAX_INDEX && String(index) === name ? index : -1;
}
