import type { HashFunction, Router } from '../contract.js';
import { ConfigurationError } from '../errors.js';

/** Points of a ring, in any order: the value and the index of the server that owns it. */
export interface RingPoints {
  readonly values: Uint32Array;
  readonly owners: Uint32Array;
}

/** A consistent-hashing ring: a key belongs to the first point at or after its hash. */
export class Ring implements Router {
  readonly #values: Uint32Array;
  readonly #owners: Uint32Array;
  readonly #hash: HashFunction;

  constructor(points: RingPoints, hash: HashFunction) {
    if (points.values.length === 0) throw new ConfigurationError('no server has a point on the ring');
    const order = Array.from(points.values.keys());
    // Equal values are in server order, as libmemcached 1.1 sorts them.
    order.sort(
      (a, b) =>
        (points.values[a] as number) - (points.values[b] as number) ||
        (points.owners[a] as number) - (points.owners[b] as number),
    );
    this.#values = Uint32Array.from(order, (at) => points.values[at] as number);
    this.#owners = Uint32Array.from(order, (at) => points.owners[at] as number);
    this.#hash = hash;
  }

  serverFor(key: Uint8Array | string): number {
    const hash = this.#hash(key) >>> 0;
    const values = this.#values;
    let low = 0;
    let high = values.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((values[middle] as number) < hash) low = middle + 1;
      else high = middle;
    }
    return this.#owners[low === values.length ? 0 : low] as number;
  }

  /** The points in order, for comparison with other clients' rings. */
  points(): Array<readonly [value: number, server: number]> {
    return Array.from(this.#values, (value, at) => [value, this.#owners[at] as number] as const);
  }
}
