import type { MemcachedClient } from '@mc/core';
import { expectsMemcached, testSeed } from '@mc/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonical, type Description } from './described-value.js';
import { differences } from './differences.js';
import { expectedForm, type Form, formOf } from './plain-form.js';
import { expectsPylibmc } from './pylibmc-python.js';
import { expectedInstance, formOfInstance } from './python-classes.js';
import type { PylibmcClient } from './python-peer.js';
import { type SetUp, setUps } from './set-ups.js';
import { openSharedCache, type SharedCache } from './shared-cache.js';

const COUNT = 500;
const KEYS = Array.from({ length: COUNT }, (_, index) => `value:${index}`);
/** Bytes from which pylibmc compresses, where it does: every second value of each protocol. */
const MIN_COMPRESS_LEN = 16;

interface Written {
  readonly cache: SharedCache;
  readonly values: readonly Description[];
  readonly python: PylibmcClient;
}

/** Each value goes through one of the six pickle protocols, compressed or not. */
async function writeAll(): Promise<Written> {
  const cache = await openSharedCache();
  const named = { seed: testSeed(), count: COUNT };
  const { corpus, values } = await cache.peer.ask<{ corpus: number; values: Description[] }>(
    'generate',
    named,
  );
  for (let protocol = 0; protocol <= 5; protocol++) {
    const python = await cache.python({ pickle_protocol: protocol });
    const pairs = KEYS.map((key, index) => [key, index] as const).filter(
      ([, index]) => index % 6 === protocol,
    );
    await python.store(
      corpus,
      pairs.filter(([, index]) => index % 12 < 6),
    );
    await python.store(
      corpus,
      pairs.filter(([, index]) => index % 12 >= 6),
      MIN_COMPRESS_LEN,
    );
  }
  return { cache, values, python: await cache.python() };
}

/** What a client reads, in the order of the keys; what cannot be read says why in its place. */
async function readForms(client: MemcachedClient): Promise<Form[]> {
  const found = await Promise.allSettled(KEYS.map((key) => client.get(key)));
  return found.map((result) => {
    if (result.status === 'fulfilled') return formOf(result.value, formOfInstance);
    return { is: 'an error', of: `${result.reason}: ${result.reason.cause}` };
  });
}

function expectedForms(values: readonly Description[], setUp: SetUp): Form[] {
  return values.map((value) => {
    return expectedForm(setUp.readsBooleans ? value : asReadByPython(value), expectedInstance);
  });
}

if (expectsMemcached() && expectsPylibmc()) {
  describe(`${COUNT} random values that Python wrote (MC_SEED=${testSeed()})`, () => {
    const world: { written?: Written } = {};
    const written = () => world.written as Written;
    beforeAll(async () => {
      world.written = await writeAll();
    }, 60_000);
    afterAll(() => world.written?.cache[Symbol.asyncDispose]());

    it('are of every type, in every form that pylibmc has, compressed and not', async () => {
      const types = JSON.stringify(written().values).match(/(?<="t":")[a-z]+/g);
      expect([...new Set(types)].sort()).toEqual(
        [
          ...[
            'bool',
            'bytearray',
            'bytes',
            'date',
            'datetime',
            'decimal',
            'dict',
            'float',
            'frozenset',
            'int',
          ],
          ...[
            'list',
            'none',
            'ordereddict',
            'range',
            'set',
            'str',
            'time',
            'timedelta',
            'timezone',
            'tuple',
            'uuid',
          ],
        ].sort(),
      );
      const flags = await Promise.all(KEYS.map((key) => written().cache.flagsOf(key)));
      expect([...new Set(flags)].sort()).toEqual(expect.arrayContaining([0, 1, 2, 4, 9, 16]));
      expect(flags.filter((flag) => flag === 9).length).toBeGreaterThan(50);
      expect(flags.filter((flag) => flag === 1).length).toBeGreaterThan(100);
    });

    for (const setUp of setUps) {
      it(`are read equal, as the nearest JavaScript values: ${setUp.title}`, async () => {
        const { cache, values } = written();
        const node = cache.node(setUp.options({}));
        expect(differences(expectedForms(values, setUp), await readForms(node))).toEqual([]);
        const together = await node.getMulti(KEYS);
        const forms = KEYS.map((key) => formOf(together.get(key), formOfInstance));
        expect(differences(expectedForms(values, setUp), forms)).toEqual([]);
      }, 60_000);

      it(`are read so that they can be written back with their types: ${setUp.title}`, async () => {
        const { cache, python, values } = written();
        const before = await python.read(KEYS);
        const unchanged = differences(values.map(asReadByPython).map(withoutFold), before.map(withoutFold));
        expect(unchanged, 'what Python itself reads').toEqual([]);
        const node = cache.node(setUp.options({ exact: true }));
        const found = await node.getMulti(KEYS);
        const back = KEYS.map((key) => [`back:${key}`, found.get(key)] as const);
        expect(await node.setMulti(back, { minCompressLen: 1000 })).toEqual([]);
        const after = await python.read(back.map(([key]) => key));
        expect(differences(before.map(comparable), after.map(comparable))).toEqual([]);
      }, 60_000);
    }
  });
}

function comparable(value: Description | null): Description {
  return canonical(value ?? { t: 'error', v: 'a miss' });
}

/** Half of the values were written with protocols in which a time has no fold. */
function withoutFold(value: Description | null): Description {
  return canonical(value ?? { t: 'error', v: 'a miss' }, { fold: false });
}

/** pylibmc reads the booleans that it wrote as integers. */
function asReadByPython(value: Description): Description {
  return value.t === 'bool' ? { t: 'int', v: value.v ? '1' : '0' } : value;
}
