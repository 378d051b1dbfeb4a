import { randomFrom, testSeed } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import type { Distribution, Server } from '../../src/contract.js';
import { jumpHash } from '../../src/route/jump-hash.js';
import { ketama } from '../../src/route/ketama.js';
import { modula } from '../../src/route/modula.js';
import { rendezvous } from '../../src/route/rendezvous.js';
import { routerWithout } from '../../src/route/router-without.js';
import { makeServer } from './routing-cases.js';

const SEED = testSeed();
const KEYS = 10_000;
/** A ring's share of one server differs by a tenth and more; that of several fleets together does not. */
const FLEETS = 10;
const random = randomFrom(SEED);
const keys = Array.from({ length: KEYS }, (_, at) => `user:${random.integer(1e9)}:${at}`);

function fleet(size: number, weightOf: (index: number) => number = () => 1): Server[] {
  return Array.from({ length: size }, (_, index) =>
    makeServer(`10.${random.integer(256)}.${index}.1`, 11211 + (index % 3), weightOf(index)),
  );
}

/** The name of each key's server. */
function placement(distribution: Distribution, servers: readonly Server[]): string[] {
  const router = distribution.build(servers, distribution.defaultHash);
  return keys.map((key) => servers[router.serverFor(key)]?.name ?? 'none');
}

/** Shares of the keys by server, in the order of the list. */
function shares(distribution: Distribution, servers: readonly Server[]): number[] {
  const names = placement(distribution, servers);
  return servers.map(({ name }) => names.filter((other) => other === name).length / KEYS);
}

/** How far a share of this size is off by chance; seven times that never is. */
const chance = (share: number): number => Math.sqrt((share * (1 - share)) / KEYS);

interface Moves {
  /** Share of the keys whose server changed. */
  readonly share: number;
  /** Names of the servers that keys left, and of those that they came to. */
  readonly from: ReadonlySet<string>;
  readonly to: ReadonlySet<string>;
}

function moves(before: readonly string[], after: readonly string[]): Moves {
  const moved = [...before.keys()].filter((at) => before[at] !== after[at]);
  return {
    share: moved.length / KEYS,
    from: new Set(moved.map((at) => before[at] as string)),
    to: new Set(moved.map((at) => after[at] as string)),
  };
}

const STABLE: ReadonlyArray<readonly [string, Distribution]> = [
  ['ketama', ketama()],
  ['ketama, unweighted', ketama({ weighted: false })],
  ['ketama, spy', ketama({ spy: true })],
  ['rendezvous', rendezvous()],
];

describe(`only keys that must move do (MC_SEED=${SEED})`, () => {
  describe.each(STABLE)('%s', (_name, distribution) => {
    it.each([2, 3, 5, 10, 20])('one of %i removed, or added anywhere', (size) => {
      let shares = 0;
      for (let round = 0; round < FLEETS; round += 1) {
        const all = fleet(size);
        const gone = random.pick(all);
        const rest = all.filter((server) => server !== gone);
        const [before, after] = [placement(distribution, all), placement(distribution, rest)];
        expect([...moves(before, after).from]).toEqual([gone.name]);
        expect([...moves(after, before).to]).toEqual([gone.name]);
        shares += moves(before, after).share;
      }
      expect(shares / FLEETS).toBeLessThanOrEqual(1.2 / size);
    });

    it('a server that is ejected costs its own keys only', () => {
      const servers = fleet(6);
      const before = placement(distribution, servers);
      const router = routerWithout(new Set([4]), servers, distribution, distribution.defaultHash);
      const after = keys.map((key) => servers[router?.serverFor(key) ?? -1]?.name ?? 'none');
      expect([...moves(before, after).from]).toEqual([servers[4]?.name]);
      expect(after).not.toContain(servers[4]?.name);
      expect(after).not.toContain('none');
    });
  });

  it('on a weighted ring of many servers, the rounding of point counts moves few others', () => {
    const all = fleet(50, (index) => 1 + (index % 7));
    const rest = all.slice(1);
    const { share } = moves(placement(ketama(), all), placement(ketama(), rest));
    expect(share).toBeLessThan(0.05);
  });

  it.each([1, 2, 3, 10, 100])('jumpHash: a last server added to %i', (size) => {
    const all = fleet(size + 1);
    const last = all.at(-1)?.name;
    const [before, after] = [placement(jumpHash(), all.slice(0, -1)), placement(jumpHash(), all)];
    const { share, to } = moves(before, after);
    expect([...to]).toEqual([last]);
    expect(share).toBeLessThan(1 / (size + 1) + 7 * chance(1 / (size + 1)));
  });

  it('jumpHash: the first removed moves most keys, as does modula with any', () => {
    const all = fleet(10);
    expect(moves(placement(jumpHash(), all), placement(jumpHash(), all.slice(1))).share).toBeGreaterThan(0.5);
    expect(moves(placement(modula(), all), placement(modula(), all.slice(0, -1))).share).toBeGreaterThan(0.8);
  });

  it('rendezvous: a server that gets more weight only wins keys, and its order in the list is nothing', () => {
    const lighter = fleet(5);
    const heavier = lighter.map((server, index) => (index === 2 ? { ...server, weight: 3 } : server));
    const [before, after] = [placement(rendezvous(), lighter), placement(rendezvous(), heavier)];
    expect([...moves(before, after).to]).toEqual([lighter[2]?.name]);
    expect(placement(rendezvous(), heavier.toReversed())).toEqual(after);
  });
});

describe(`balance (MC_SEED=${SEED})`, () => {
  it.each([
    ['rendezvous', rendezvous()],
    ['jumpHash', jumpHash()],
  ])('%s is even', (_name, distribution) => {
    for (const size of [2, 3, 7, 10, 40]) {
      for (const share of shares(distribution, fleet(size))) {
        expect(Math.abs(share - 1 / size)).toBeLessThan(7 * chance(1 / size));
      }
    }
  });

  it('rendezvous follows the weights', () => {
    const weights = [1, 2, 3, 10, 100];
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const found = shares(
      rendezvous(),
      fleet(weights.length, (index) => weights[index] as number),
    );
    for (const [index, share] of found.entries()) {
      const due = (weights[index] as number) / total;
      expect(Math.abs(share - due)).toBeLessThan(7 * chance(due));
    }
  });

  it('ketama follows the weights as closely as its points do', () => {
    const fleets = Array.from({ length: FLEETS }, () =>
      shares(
        ketama(),
        fleet(6, (index) => 1 + (index % 3)),
      ),
    );
    for (let index = 0; index < 6; index += 1) {
      const share = fleets.reduce((sum, found) => sum + (found[index] as number), 0) / FLEETS;
      const due = (1 + (index % 3)) / 12;
      expect(share).toBeGreaterThan(due * 0.7);
      expect(share).toBeLessThan(due * 1.3);
    }
  });
});
