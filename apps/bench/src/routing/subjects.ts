import * as crypto from 'node:crypto';
import { createRequire } from 'node:module';
import {
  type Distribution,
  type HashFunction,
  jumpHash,
  ketama,
  md5,
  modula,
  oneAtATime,
  rendezvous,
} from '@mc/core';
import { makeEvenFleet, makeKeys } from './fleet.js';

/** Something that is timed: `run` does it `times` times. */
export interface Subject {
  readonly id: string;
  readonly title: string;
  /** How often a round does it. */
  readonly times: number;
  run(times: number): void;
}

interface HashRing {
  readonly size: number;
  reset(): void;
  continuum(): void;
}

/** More keys than the caches of a core hold, so that a lookup meets a cold ring as it does in a program. */
const KEYS = 65_536;
const LOOKUPS = 60_000;
const POINTS = 160;

/** All that is timed; `many` is the size of the large fleet. */
export function makeSubjects(many: number): Subject[] {
  const keys = makeKeys(KEYS);
  return [...rebuilds(many), ...digests(keys), ...lookups(keys, many)];
}

function rebuilds(many: number): Subject[] {
  const servers = makeEvenFleet(many);
  const HashRingClass = createRequire(import.meta.url)('hashring') as new (servers: string[]) => HashRing;
  const theirs = new HashRingClass(servers.map(({ name }) => name));
  if (theirs.size !== many * POINTS) throw new Error(`hashring made ${theirs.size} points`);
  return [
    {
      id: 'rebuild',
      title: `ketama() rebuilt, ${many} servers x ${POINTS} points`,
      times: 1,
      run: () => void ketama().build(servers, md5),
    },
    {
      id: 'rebuild-hashring',
      title: 'hashring (npm) rebuilt, the same',
      times: 1,
      run: () => {
        theirs.reset();
        theirs.continuum();
      },
    },
  ];
}

function digests(keys: readonly string[]): Subject[] {
  const createHash = over('createhash', "createHash('md5') of a 40-byte key", keys, (key) => {
    crypto.createHash('md5').update(key).digest();
  });
  const { hash } = crypto as { hash?: (algorithm: string, data: string) => string };
  const oneShot = (use: NonNullable<typeof hash>): Subject =>
    over('one-shot', "crypto.hash('md5') of a 40-byte key, as text", keys, (key) => use('md5', key));
  return hash === undefined ? [createHash] : [createHash, oneShot(hash)];
}

function lookups(keys: readonly string[], many: number): Subject[] {
  const kinds: ReadonlyArray<readonly [id: string, name: string, make: Distribution, hash: HashFunction]> = [
    ['ketama', 'ketama() with md5', ketama(), md5],
    ['ring', 'ketama(), the ring alone', ketama(), drawnHash()],
    ['jump', 'jumpHash() with md5', jumpHash(), md5],
    ['rendezvous', 'rendezvous() with md5', rendezvous(), md5],
    ['modula', 'modula() with one-at-a-time', modula(), oneAtATime],
  ];
  return kinds.flatMap(([id, name, distribution, hash]) =>
    [3, many].map((size) => {
      const router = distribution.build(makeEvenFleet(size), hash);
      return over(`${id}-${size === 3 ? 'few' : 'many'}`, `${name}: a lookup, ${size} servers`, keys, (key) =>
        router.serverFor(key),
      );
    }),
  );
}

/** A hash that costs nearly nothing: a number drawn anew each time. */
function drawnHash(): HashFunction {
  let state = 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
}

function over(id: string, title: string, keys: readonly string[], use: (key: string) => unknown): Subject {
  let at = 0;
  const run = (times: number): void => {
    for (let done = 0; done < times; done += 1) {
      use(keys[at] as string);
      at = (at + 1) % keys.length;
    }
  };
  return { id, title, times: LOOKUPS, run };
}
