import { expectsMemcached, randomFrom, testSeed } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { FAULTS } from '../src/fault.js';
import { runFault } from '../src/run-fault.js';
import { runScaling } from '../src/run-scaling.js';
import { SHORT } from '../src/settings.js';
import { faultsOf, scalingFaultsOf } from '../src/verdict.js';

const SEED = testSeed();

if (expectsMemcached()) {
  describe(`three real servers under load (MC_SEED=${SEED})`, () => {
    for (const fault of FAULTS) {
      it(`${fault.name}: the other two go on, the dead one fails at once, and comes back`, async () => {
        const outcome = await runFault(fault, SHORT, randomFrom(SEED));
        expect(faultsOf(outcome), JSON.stringify(outcome)).toStrictEqual([]);
      }, 30_000);
    }

    it('three servers, then five, then two: no call fails', async () => {
      const outcome = await runScaling(SHORT, randomFrom(SEED));
      expect(scalingFaultsOf(outcome), JSON.stringify(outcome)).toStrictEqual([]);
    }, 30_000);
  });
}
