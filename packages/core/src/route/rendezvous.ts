import type { Distribution, HashFunction, Router, Server } from '../contract.js';
import { encodeUtf8 } from '../runtime.js';
import { md5, md5Words } from './hash/md5.js';
import { avalanche } from './hash/murmur.js';

const LARGEST_WORD = 2 ** 32 - 1;

/**
 * Highest random weight: each server draws a number for the key, and the best one has it. For new fleets; libmemcached
 * has nothing of the kind. The keys follow the weights more closely than on a ring, the order of the list does not
 * matter, and a server that comes, goes or changes its weight moves its own keys only. A lookup looks at every server:
 * some 5 µs for 1,000.
 * Source: Thaler and Ravishankar 1998; weights by -ln(u) / weight, the least wins.
 */
export function rendezvous(): Distribution {
  return { isConsistent: true, defaultHash: md5, build: (servers, hash) => new Rendezvous(servers, hash) };
}

class Rendezvous implements Router {
  readonly #hash: HashFunction;
  readonly #weights: Float64Array;
  /** Two words a server, taken from the md5 of its name. */
  readonly #seeds: Int32Array;

  constructor(servers: readonly Server[], hash: HashFunction) {
    this.#hash = hash;
    this.#weights = Float64Array.from(servers, ({ weight }) => weight);
    this.#seeds = new Int32Array(servers.length * 2);
    for (const [index, { name }] of servers.entries()) {
      this.#seeds.set(md5Words(encodeUtf8(name)).subarray(0, 2), index * 2);
    }
  }

  serverFor(key: Uint8Array | string): number {
    const hash = this.#hash(key) | 0;
    const weights = this.#weights;
    const seeds = this.#seeds;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let index = 0; index < weights.length; index += 1) {
      const weight = weights[index] as number;
      const seed = seeds[index * 2 + 1] as number;
      const high = avalanche(Math.imul(hash ^ (seeds[index * 2] as number), seed | 1)) >>> 0;
      // -ln(u) is at least 1 - u, so most servers are out without a logarithm.
      if ((LARGEST_WORD - high) * 2 ** -32 >= least * weight) continue;
      const draw = -Math.log(fraction(high, avalanche(high ^ seed))) / weight;
      if (draw >= least) continue;
      best = index;
      least = draw;
    }
    return best;
  }
}

/** Of two words, a number between 0 and 1 and neither of them, exact in its 53 bits. */
function fraction(high: number, low: number): number {
  return (high * 2 ** 20 + (low >>> 12) + 0.5) * 2 ** -52;
}
