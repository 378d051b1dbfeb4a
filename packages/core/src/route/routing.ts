import type { Distribution, HashFunction, Router, Server } from '../contract.js';
import { ConfigurationError } from '../errors.js';
import { ketama } from './ketama.js';

/** Which server holds which key: the configured hash and the router built from it. */
export interface Routing {
  /** Always a uint32, whatever a hash of the user's own returns. */
  readonly hash: HashFunction;
  readonly router: Router;
}

const SINGLE: Router = { serverFor: () => 0 };

/** Builds the routing; a single server needs no hashing, nor do none. @throws ConfigurationError */
export function buildRouting(
  servers: readonly Server[],
  hash: HashFunction | undefined,
  distribution: Distribution = ketama(),
): Routing {
  if (typeof distribution?.build !== 'function') {
    throw new ConfigurationError('distribution must be an object with build(), such as ketama()');
  }
  const keyHash = hash ?? distribution.defaultHash;
  if (typeof keyHash !== 'function') throw new ConfigurationError('hash must be a function');
  return {
    hash: (key) => keyHash(key) >>> 0,
    router: servers.length <= 1 ? SINGLE : distribution.build(servers, keyHash),
  };
}
