import { expectsMemcached, randomFrom, testSeed } from '@mc/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonical, type Description } from './described-value.js';
import { differences } from './differences.js';
import { NodeValues } from './node-values.js';
import { expectsPylibmc } from './pylibmc-python.js';
import { describeInstance, PythonInstances } from './python-classes.js';
import { topForm } from './python-form.js';
import { setUps } from './set-ups.js';
import { openSharedCache, type SharedCache } from './shared-cache.js';

const COUNT = 500;
const KEYS = Array.from({ length: COUNT }, (_, index) => `value:${index}`);
const PROTOCOLS = [2, 3, 4, 5] as const;

function makeValues(seed: number): unknown[] {
  const random = randomFrom(seed);
  const instances = new PythonInstances(random);
  const more = { leaves: instances.leaves(), trees: instances.trees(), keys: instances.keys() };
  instances.values = new NodeValues(random, more);
  return instances.values.values(COUNT);
}

if (expectsMemcached() && expectsPylibmc()) {
  describe(`${COUNT} random values that Node wrote (MC_SEED=${testSeed()})`, () => {
    const world: { cache?: SharedCache } = {};
    const cache = () => world.cache as SharedCache;
    beforeAll(async () => {
      world.cache = await openSharedCache();
    }, 60_000);
    afterAll(() => world.cache?.[Symbol.asyncDispose]());

    for (const [index, setUp] of setUps.entries()) {
      it(`are read equal by Python: ${setUp.title}`, async () => {
        const values = makeValues(testSeed() + index);
        const clients = PROTOCOLS.map((protocol) => cache().node(setUp.options({ protocol })));
        const stored = values.map((value, place) => {
          // Each value goes through one of the four protocols, compressed or not.
          const minCompressLen = place % 8 < 4 ? 0 : 16;
          return clients[place % 4]?.set(KEYS[place] ?? '', value, { minCompressLen });
        });
        expect(new Set(await Promise.all(stored))).toEqual(new Set([true]));
        const found = await (await cache().python()).read(KEYS);
        // Below protocol 4 a time is written without its fold, as Python does.
        const comparable = (value: Description, place: number) => canonical(value, { fold: place % 4 >= 2 });
        const expected = values.map((value, place) => comparable(topForm(value, describeInstance), place));
        const read = found.map((value, place) => comparable(value ?? { t: 'error', v: 'a miss' }, place));
        expect(differences(expected, read)).toEqual([]);
        const flags = await Promise.all(KEYS.map((key) => cache().flagsOf(key)));
        expect([...new Set(flags)]).toEqual(expect.arrayContaining([0, 1, 2, 4, 9, 16]));
        expect(flags.filter((flag) => flag === 9).length).toBeGreaterThan(50);
      }, 60_000);
    }
  });
}
