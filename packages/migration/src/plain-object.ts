/** Largest index of an array; as the name of a member, an engine takes it for one too. */
const MAX_INDEX = 4_294_967_294;
/** How far beyond the number of members an index may lie and still stand at its place in a store. */
const NEAR_FACTOR = 2;
const NEAR_EXTENT = 8;

/** Builds an object of members that came with the data: `__proto__` is one like any other. */
export class PlainObjectBuilder {
  readonly members: Record<string, unknown> = {};
  #count = 0;
  /** True once the engine has been told to look indexes up rather than to make room for all up to the largest. */
  #isSparse = false;

  /** Sets a member; the last of a name counts. */
  add(name: string, value: unknown): void {
    if (name === '__proto__') {
      Object.defineProperty(this.members, name, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
      return;
    }
    if (!this.#isSparse && isFarIndex(name, this.#count)) this.#makeSparse(name);
    this.#count += 1;
    this.members[name] = value;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.members, name);
  }

  /**
   * `{ 1023: null }` takes 12 kB in V8, whose store of indexes grows up to the largest while that is below some
   * thousands. An index that is read-only, if for a moment only, makes it a table for good.
   */
  #makeSparse(index: string): void {
    this.#isSparse = true;
    const member = { value: undefined, enumerable: true, configurable: true };
    Object.defineProperty(this.members, index, { ...member, writable: false });
    Object.defineProperty(this.members, index, { ...member, writable: true });
  }
}

/** True for an index, written as one is, far beyond the number of members. */
function isFarIndex(name: string, members: number): boolean {
  const first = name.charCodeAt(0);
  if (first < 0x30 || first > 0x39) return false;
  const index = Number(name);
  return index > members * NEAR_FACTOR + NEAR_EXTENT && index <= MAX_INDEX && String(index) === name;
}
