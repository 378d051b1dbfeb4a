import { testSeed } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { formatFailure } from '../src/outcome-table.js';
import { runTarget } from '../src/run-target.js';
import { TARGETS } from '../src/targets.js';

const REGISTRY = new URL('../src/targets.ts', import.meta.url).href;
const INPUTS = 20_000;
const TIMEOUT_MS = 240_000;

describe(`${INPUTS} hostile inputs, seed ${testSeed()}`, () => {
  for (const { name, unavailable } of TARGETS.filter((entry) => entry.unavailable === undefined)) {
    it.concurrent(name, { timeout: TIMEOUT_MS }, async () => {
      const task = { registry: REGISTRY, target: name, seed: testSeed(), first: 0, inputs: INPUTS };
      const outcome = await runTarget(task, () => {});
      expect(formatFailure(outcome, testSeed())).toBe('');
      const { valid, refused } = outcome.tally;
      expect(valid).toBe(Math.ceil(INPUTS / 16));
      expect(refused).toBeGreaterThan(INPUTS / 20);
      expect(unavailable).toBeUndefined();
    });
  }
});
