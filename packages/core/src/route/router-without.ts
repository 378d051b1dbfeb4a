import type { Distribution, HashFunction, Router, Server } from '../contract.js';
import { buildRouter } from './routing.js';

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
  const left = live.map((index) => servers[index] as Server);
  const router = buildRouter(distribution, left, hash, servers);
  // By a Map, since an array has other names than its indexes: a router of the user's own may answer anything.
  const indexes = new Map(live.entries());
  return { serverFor: (key) => indexes.get(router.serverFor(key)) as number };
}
