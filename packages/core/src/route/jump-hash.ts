import type { Distribution, HashFunction, Router, Server } from '../contract.js';
import { ConfigurationError } from '../errors.js';
import { md5 } from './hash/md5.js';

/** The multiplier 2862933555777941757 of the generator, in two halves. */
const HIGH_FACTOR = 0x27bb_2ee6;
const LOW_FACTOR = 0x87b0_b0fd;
const TWO_32 = 2 ** 32;

/**
 * Jump consistent hash: the evenest spread with no table at all. For new fleets whose list only grows and shrinks at its
 * end: the key's place is a number, so a server added last moves 1/n of the keys, but one removed or added anywhere
 * else, and a changed order, move many more. It has no weights.
 * Source: Lamping and Veach 2014; the 64-bit key is the uint32 of the key hash.
 */
export function jumpHash(): Distribution {
  return {
    defaultHash: md5,
    build: (servers: readonly Server[], hash: HashFunction): Router => {
      if (servers.some(({ weight }) => weight !== servers[0]?.weight)) {
        throw new ConfigurationError('jumpHash has no weights: give all servers the same, or use rendezvous');
      }
      const count = servers.length;
      return { serverFor: (key) => jump(hash(key), count) };
    },
  };
}

/** The bucket, of `count`, of a uint32. */
export function jump(hash: number, count: number): number {
  let high = 0;
  let low = hash | 0;
  let bucket = 0;
  let next = 0;
  while (next < count) {
    bucket = next;
    // The 64-bit key times the factor plus one, from parts that a double holds exactly.
    const lower = (low & 0xffff) * LOW_FACTOR + 1;
    const upper = (low >>> 16) * LOW_FACTOR;
    const sum = lower + (upper & 0xffff) * 0x1_0000;
    const carry = Math.floor(sum / TWO_32) + Math.floor(upper / 0x1_0000);
    high = (Math.imul(high, LOW_FACTOR) + Math.imul(low, HIGH_FACTOR) + carry) | 0;
    low = sum | 0;
    next = Math.floor((bucket + 1) * (2 ** 31 / ((high >>> 1) + 1)));
  }
  return bucket;
}
