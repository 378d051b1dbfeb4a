import type { Distribution, HashFunction, Router, Server } from '../contract.js';
import { ketama } from './ketama.js';

/** Which server holds which key: the configured hash and the router built from it. */
export interface Routing {
  readonly hash: HashFunction;
  readonly router: Router;
}

const SINGLE: Router = { serverFor: () => 0 };

/** Builds the routing; a single server needs no hashing. */
export function buildRouting(
  servers: readonly Server[],
  hash: HashFunction | undefined,
  distribution: Distribution = ketama(),
): Routing {
  const keyHash = hash ?? distribution.defaultHash;
  return { hash: keyHash, router: servers.length === 1 ? SINGLE : distribution.build(servers, keyHash) };
}
