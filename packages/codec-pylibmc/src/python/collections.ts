/** Python's `tuple`. */
export class PythonTuple {
  readonly items: readonly unknown[];

  constructor(items: Iterable<unknown>) {
    this.items = Array.from(items);
  }

  [Symbol.iterator](): IterableIterator<unknown> {
    return this.items[Symbol.iterator]();
  }

  toJSON(): readonly unknown[] {
    return this.items;
  }
}

/** Python's `frozenset`. */
export class PythonFrozenset {
  readonly members: ReadonlySet<unknown>;

  constructor(members: Iterable<unknown>) {
    this.members = new Set(members);
  }

  [Symbol.iterator](): IterableIterator<unknown> {
    return this.members[Symbol.iterator]();
  }

  toJSON(): readonly unknown[] {
    return [...this.members];
  }
}

/** Python's `collections.OrderedDict`. */
export class PythonOrderedDict {
  readonly entries: ReadonlyMap<unknown, unknown>;

  constructor(entries: Iterable<readonly [unknown, unknown]>) {
    this.entries = new Map(entries);
  }

  [Symbol.iterator](): IterableIterator<[unknown, unknown]> {
    return this.entries[Symbol.iterator]();
  }

  toJSON(): readonly (readonly [unknown, unknown])[] {
    return [...this.entries];
  }
}

/** Python's `bytearray`: bytes that may be changed there. */
export class PythonBytearray {
  readonly bytes: Uint8Array;

  /** @throws TypeError for what is no `Uint8Array` */
  constructor(bytes: Uint8Array) {
    if (!(bytes instanceof Uint8Array)) throw new TypeError('a PythonBytearray holds a Uint8Array');
    this.bytes = bytes;
  }
}

/** Python's `range`. */
export class PythonRange {
  readonly start: number | bigint;
  readonly stop: number | bigint;
  readonly step: number | bigint;

  /** @throws RangeError for bounds that are no integers, or a step of 0 */
  constructor(start: number | bigint, stop: number | bigint, step: number | bigint = 1) {
    for (const bound of [start, stop, step]) {
      if (typeof bound !== 'bigint' && !Number.isSafeInteger(bound)) {
        throw new RangeError('the bounds of a PythonRange are integers');
      }
    }
    if (step === 0 || step === 0n) throw new RangeError('the step of a PythonRange is not 0');
    this.start = withoutSign(start);
    this.stop = withoutSign(stop);
    this.step = step;
  }

  toString(): string {
    return `range(${this.start}, ${this.stop}, ${this.step})`;
  }
}

/** -0 would be written as a float. */
function withoutSign(bound: number | bigint): number | bigint {
  return bound === 0 ? 0 : bound;
}
