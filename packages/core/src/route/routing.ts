import { MemcachedError } from '@mc/protocol';
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
    hash: (key) => guarded(() => keyHash(key) >>> 0),
    router: servers.length <= 1 ? SINGLE : buildRouter(distribution, servers, keyHash),
  };
}

/** @throws ConfigurationError, also where a distribution of the user's own fails or builds what is no router */
export function buildRouter(distribution: Distribution, ...given: Parameters<Distribution['build']>): Router {
  const router = guarded(() => distribution.build(...given));
  if (typeof router?.serverFor === 'function') return router;
  throw new ConfigurationError('build() of a distribution must return a router');
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw cause instanceof MemcachedError ? cause : routingFailed(cause);
  }
}

/** The error of a hash or a distribution of the user's own. */
export function routingFailed(cause: unknown): ConfigurationError {
  return new ConfigurationError('the hash or the distribution failed', { cause });
}
