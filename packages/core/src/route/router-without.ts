import type { Distribution, HashFunction, Router, Server } from '../contract.js';

/**
 * The router for the servers that are not ejected, as libmemcached rebuilds its ring: the others share the points of
 * those, and indexes stay those of the whole list. `undefined` where no server is left: libmemcached then keeps the
 * ring it has.
 */
export function routerWithout(
  ejected: ReadonlySet<number>,
  servers: readonly Server[],
  distribution: Distribution,
  hash: HashFunction,
): Router | undefined {
  const live = [...servers.keys()].filter((index) => !ejected.has(index));
  if (live.length === 0) return undefined;
  const router = distribution.build(
    live.map((index) => servers[index] as Server),
    hash,
    servers,
  );
  return { serverFor: (key) => live[router.serverFor(key)] as number };
}
