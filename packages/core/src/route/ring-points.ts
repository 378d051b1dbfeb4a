/** Where the two halves of a 64-bit number stand: on a little-endian machine the low one comes first. */
const LOW: 0 | 1 = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;
const HIGH: 0 | 1 = LOW === 0 ? 1 : 0;

/**
 * The points of a ring, each a 64-bit number: its value above, the index of its server below. So one sort of numbers,
 * which the runtime does natively, puts them in libmemcached's order: by value, then by server.
 */
export class RingPoints {
  readonly count: number;
  readonly #whole: BigUint64Array;
  readonly #halves: Uint32Array;
  #filled = 0;

  /** @param count how many points will be added */
  constructor(count: number) {
    this.count = count;
    this.#whole = new BigUint64Array(count);
    this.#halves = new Uint32Array(this.#whole.buffer);
  }

  add(value: number, owner: number): void {
    const at = this.#filled * 2;
    this.#halves[at + HIGH] = value;
    this.#halves[at + LOW] = owner;
    this.#filled += 1;
  }

  sort(): void {
    this.#whole.sort();
  }

  valueAt(at: number): number {
    return this.#halves[at * 2 + HIGH] as number;
  }

  ownerAt(at: number): number {
    return this.#halves[at * 2 + LOW] as number;
  }
}
