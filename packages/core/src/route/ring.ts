import type { HashFunction, Router } from '../contract.js';
import { ConfigurationError } from '../errors.js';
import type { RingPoints } from './ring-points.js';

/**
 * The most bits of a hash that are looked up at once. The table of them then takes 64 kB, which stays in the core's
 * cache, and a ring of 1,000 servers has ten points for each entry; larger tables are slower.
 */
const MOST_HIGH_BITS = 14;

/**
 * A consistent-hashing ring: a key belongs to the first point at or after its hash. The high bits of the hash tell
 * between which few points it lies.
 */
export class Ring implements Router {
  readonly #points: RingPoints;
  readonly #hash: HashFunction;
  /** For each value of the high bits, the first point that has these or higher ones. */
  readonly #starts: Uint32Array;
  readonly #lowBits: number;

  /** @param points all added; the ring sorts them */
  constructor(points: RingPoints, hash: HashFunction) {
    const { count } = points;
    if (count === 0) throw new ConfigurationError('no server has a point on the ring');
    points.sort();
    this.#points = points;
    this.#hash = hash;
    // One or two points for each value of the high bits, if so many bits may be taken.
    const highBits = Math.min(Math.max(31 - Math.clz32(count), 1), MOST_HIGH_BITS);
    this.#lowBits = 32 - highBits;
    this.#starts = new Uint32Array(2 ** highBits + 1).fill(count);
    let next = 0;
    for (let at = 0; at < count; at += 1) {
      const bucket = points.valueAt(at) >>> this.#lowBits;
      while (next <= bucket) {
        this.#starts[next] = at;
        next += 1;
      }
    }
  }

  serverFor(key: Uint8Array | string): number {
    const hash = this.#hash(key) >>> 0;
    const points = this.#points;
    const bucket = hash >>> this.#lowBits;
    let low = this.#starts[bucket] as number;
    let high = this.#starts[bucket + 1] as number;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (points.valueAt(middle) < hash) low = middle + 1;
      else high = middle;
    }
    return points.ownerAt(low === points.count ? 0 : low);
  }

  /** The points in order, for comparison with other clients' rings. */
  points(): Array<readonly [value: number, server: number]> {
    const points = this.#points;
    return Array.from({ length: points.count }, (_, at) => [points.valueAt(at), points.ownerAt(at)] as const);
  }
}
