import { describe, expect, it } from 'vitest';
import { ketama, ketamaPointCounts } from '../../src/route/ketama.js';
import { routerWithout } from '../../src/route/router-without.js';
import { sortHosts } from '../../src/route/sort-hosts.js';
import {
  distributionOf,
  expectIndexes,
  expectRing,
  hashedPrefix,
  hashOf,
  load,
  makeServers,
  type RoutingCase,
  type RoutingVectors,
} from './routing-cases.js';

const FILES = [
  ['modula', 40],
  ['ketama', 22],
  ['ketama-weighted', 21],
  ['ketama-spy', 12],
  ['virtual-bucket', 6],
] as const;

describe.each(FILES)('%s.json', (file, count) => {
  const vectors = load<RoutingVectors>(file);
  it(`has ${count} cases`, () => expect(vectors.cases.length).toBe(count));

  it.each(vectors.cases.map((test) => [test.name, test] as const))('%s', (_name, test) => {
    const given = makeServers(test.servers);
    const sorts = [...(test.setup ?? []), ...(test.late ?? [])].some(([name]) => name === 'SORT_HOSTS');
    const servers = sorts ? sortHosts(given) : given;
    if (test.order !== undefined) expect(servers.map(({ name }) => name)).toEqual(test.order);
    const router = distributionOf(test).build(servers, hashOf(test.state.hash));
    const prefix = hashedPrefix(test);
    expectIndexes(
      router,
      test.index,
      vectors.keys_hex.map((key) => prefix + key),
    );
    if (test.ring_sha1 !== undefined) expectRing(router, test, [...servers.keys()]);
  });
});

describe('ketama-weight-points.json', () => {
  const { cases } = load<{ cases: Array<{ weights: number[]; points: number[] }> }>('ketama-weight-points');
  it(`gives the points of all ${cases.length} weight lists`, () => {
    expect(cases.length).toBe(228);
    for (const { weights, points } of cases) expect(ketamaPointCounts(weights)).toEqual(points);
  });
});

interface EjectCase extends Pick<RoutingCase, 'name' | 'servers' | 'points_per_server' | 'ring_sha1'> {
  setup: Array<[name: string, value: number]>;
  ejected: number[];
  index_before: number[];
  index_after: number[];
}

describe('ketama-eject.json', () => {
  const vectors = load<RoutingVectors<EjectCase>>('ketama-eject');
  it('has 17 cases', () => expect(vectors.cases.length).toBe(17));

  const named = vectors.cases.map((test) => [`${test.name} without ${test.ejected}`, test] as const);
  it.each(named)('%s', (_name, test) => {
    const servers = makeServers(test.servers);
    const distribution = ketama({ weighted: test.setup.some(([name]) => name === 'KETAMA_WEIGHTED') });
    const hash = hashOf(1);
    const before = distribution.build(servers, hash);
    expectIndexes(before, test.index_before, vectors.keys_hex);
    const without = routerWithout(new Set(test.ejected), servers, distribution, hash);
    expectIndexes(without ?? before, test.index_after, vectors.keys_hex);

    const live = [...servers.keys()].filter((index) => !test.ejected.includes(index));
    expect(without === undefined).toBe(live.length === 0);
    const kept = live.length === 0 ? [...servers.keys()] : live;
    const ring = distribution.build(
      kept.flatMap((index) => servers[index] ?? []),
      hash,
    );
    expectRing(ring, test, kept);
  });
});
