import type { Distribution, HashFunction, Router, Server } from '../contract.js';
import { type LibmemcachedHashName, libmemcachedHash } from './hash/libmemcached-hash.js';
import { ketama } from './ketama.js';
import { modula } from './modula.js';
import { random } from './random.js';
import { virtualBucket } from './virtual-bucket.js';

/** A hash by pylibmc's name. `hsieh` is missing from most builds of libmemcached, and refused there. */
export type PylibmcHashName = Exclude<LibmemcachedHashName, 'murmur3'>;

/** A distribution by pylibmc's name. */
export type PylibmcDistributionName =
  | 'modula'
  | 'consistent'
  | 'consistent ketama'
  | 'consistent ketama spy'
  | 'consistent weighted'
  | 'random'
  | 'virtual bucket';

/** Every hash that pylibmc knows, by its number. */
export const PYLIBMC_HASHES: readonly PylibmcHashName[] = [
  ...(['default', 'md5', 'crc', 'fnv1_64', 'fnv1a_64'] as const),
  ...(['fnv1_32', 'fnv1a_32', 'hsieh', 'murmur', 'jenkins'] as const),
];

const RINGS: ReadonlySet<PylibmcDistributionName> = new Set([
  ...(['consistent', 'consistent ketama', 'consistent ketama spy', 'consistent weighted'] as const),
]);

/** Every distribution that pylibmc knows. */
export const PYLIBMC_DISTRIBUTIONS: readonly PylibmcDistributionName[] = [
  ...(['modula', ...RINGS, 'random', 'virtual bucket'] as const),
];

/** The behaviors that decide on a key's server; flags are zero or not. */
export interface RoutingBehaviors {
  readonly hash?: PylibmcHashName;
  readonly ketama?: number;
  readonly ketama_weighted?: number;
  readonly distribution?: PylibmcDistributionName;
  readonly _sort_hosts?: number;
}

/** What of libmemcached's state decides on a key's server. */
export interface RoutingState {
  keyHash: PylibmcHashName;
  /** The key hash as it was when the ring was built. */
  pointHash: PylibmcHashName;
  distribution: PylibmcDistributionName;
  isWeighted: boolean;
}

/**
 * The state in the end: of a client that is made with the first behaviors and has the others set later, or of its
 * clone. `isHeavy`: the list has a server of a weight over 1.
 */
export function settle(
  [first = {}, ...later]: readonly RoutingBehaviors[],
  isHeavy: boolean,
  isClone: boolean,
): RoutingState {
  const state: RoutingState = {
    keyHash: 'default',
    pointHash: 'default',
    distribution: 'modula',
    isWeighted: false,
  };
  change(state, first);
  addServers(state, isHeavy);
  for (const behaviors of later) change(state, behaviors);
  if (!isClone) return state;
  // A clone takes over hash and distribution, and is given the servers anew; that the ring is weighted gets lost.
  state.isWeighted = false;
  addServers(state, isHeavy);
  return state;
}

/** In pylibmc's order. Each but the hash builds the ring anew. */
function change(state: RoutingState, behaviors: RoutingBehaviors): void {
  const { hash, ketama: isKetama, ketama_weighted: isWeighted, distribution, _sort_hosts } = behaviors;
  if (hash !== undefined) state.keyHash = hash;
  if (isKetama !== undefined) distribute(state, isKetama ? 'consistent ketama' : 'modula');
  if (isWeighted) state.keyHash = 'md5';
  if (isWeighted !== undefined) distribute(state, isWeighted ? 'consistent weighted' : 'consistent ketama');
  if (distribution !== undefined) distribute(state, distribution);
  if (_sort_hosts !== undefined) state.pointHash = state.keyHash;
}

function distribute(state: RoutingState, distribution: PylibmcDistributionName): void {
  state.distribution = distribution;
  state.pointHash = state.keyHash;
  if (distribution === 'consistent weighted') state.isWeighted = true;
  if (distribution === 'consistent' || distribution === 'consistent ketama') state.isWeighted = false;
}

function addServers(state: RoutingState, isHeavy: boolean): void {
  state.pointHash = state.keyHash;
  if (isHeavy && RINGS.has(state.distribution)) state.isWeighted = true;
}

/** Hash and distribution of the state that `stateOf` tells for a list with a heavy server, and for one without. */
export function distributionFor(
  stateOf: (isHeavy: boolean) => RoutingState,
  signedChars: boolean,
): { keyHash: HashFunction; distribution: Distribution } {
  const even = stateOf(false);
  const keyHash = libmemcachedHash(even.keyHash, { signedChars });
  if (!RINGS.has(even.distribution)) return { keyHash, distribution: plain(even.distribution) };
  const forEven = ringOf(even, signedChars);
  const forHeavy = ringOf(stateOf(true), signedChars);
  // Weights switch the algorithm when servers are added, and it stays where the ring is rebuilt without the heavy ones.
  const build = (servers: readonly Server[], hash: HashFunction, all: readonly Server[] = servers): Router =>
    (all.some(({ weight }) => weight > 1) ? forHeavy : forEven).build(servers, hash);
  return { keyHash, distribution: { isConsistent: true, defaultHash: keyHash, build } };
}

function ringOf({ isWeighted, distribution, pointHash }: RoutingState, signedChars: boolean): Distribution {
  return ketama({
    weighted: isWeighted,
    spy: distribution === 'consistent ketama spy',
    pointHash: libmemcachedHash(pointHash, { signedChars }),
  });
}

function plain(distribution: PylibmcDistributionName): Distribution {
  if (distribution === 'random') return random();
  return distribution === 'modula' ? modula() : virtualBucket();
}
