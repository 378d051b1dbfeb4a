import { expectsMemcached, randomFrom, testSeed } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { FAULTS } from '../src/fault.js';
import { type FaultOutcome, runFault } from '../src/run-fault.js';
import { runScaling } from '../src/run-scaling.js';
import { type ChaosSettings, SHORT } from '../src/settings.js';
import { faultsOf, scalingFaultsOf } from '../src/verdict.js';

const SEED = testSeed();
/** A minute for each wait of a run, and for all of its attempts. */
const LIMIT_MS = 300_000;
/** On a busy machine a run may miss a time; a client that is late is late each time. */
const ATTEMPTS = 4;
/** With deadlines that a machine keeps on which other tests run. */
const PATIENT: ChaosSettings = {
  ...SHORT,
  client: { ...SHORT.client, timeoutMs: 5000, connectionTimeoutMs: 2000 },
  controlMs: 500,
};

/** Nothing but times: no call failed that should not have, and none in another way than it should. */
function isOnlyLate(outcome: FaultOutcome): boolean {
  return (
    faultsOf(outcome).length > 0 &&
    faultsOf({ ...outcome, slowestRefusalMs: 0, backAfterMs: 0 }).length === 0 &&
    Number.isFinite(outcome.backAfterMs)
  );
}

if (expectsMemcached()) {
  describe(`three real servers under load (MC_SEED=${SEED})`, { timeout: LIMIT_MS }, () => {
    for (const fault of FAULTS) {
      it(`${fault.name}: the other two go on, the dead one fails at once, and comes back`, async () => {
        let outcome = await runFault(fault, PATIENT, randomFrom(SEED));
        for (let attempt = 1; attempt < ATTEMPTS && isOnlyLate(outcome); attempt += 1) {
          outcome = await runFault(fault, PATIENT, randomFrom(SEED));
        }
        expect(faultsOf(outcome), JSON.stringify(outcome)).toStrictEqual([]);
      });
    }

    it('three servers, then five, then two: no call fails', async () => {
      const outcome = await runScaling(PATIENT, randomFrom(SEED));
      expect(scalingFaultsOf(outcome), JSON.stringify(outcome)).toStrictEqual([]);
    });
  });
}
