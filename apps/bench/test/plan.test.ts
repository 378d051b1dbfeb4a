import { describe, expect, it } from 'vitest';
import { planOf } from '../src/plan.js';
import { operationsPerStep, WORKLOADS, workloadOf } from '../src/workload.js';

describe('planOf', () => {
  it.each(WORKLOADS.map((workload) => workload.id))('%s: touches every key equally often', (id) => {
    const workload = workloadOf(id);
    const plan = planOf(workload, 'tst');
    const touched = new Map<string, number>();
    for (const step of plan.steps) {
      expect(step.keys).toHaveLength(operationsPerStep(workload));
      for (const key of step.keys) touched.set(key, (touched.get(key) ?? 0) + 1);
    }
    expect(touched.size).toBe(workload.keyCount);
    expect(new Set(touched.values()).size).toBe(1);
  });

  it('uses keys of 13 bytes and different values of the asked length', () => {
    const plan = planOf(workloadOf('get-64'), 'tst');
    expect(plan.keys.every((key) => Buffer.byteLength(key) === 13)).toBe(true);
    expect(plan.values.every((value) => Buffer.byteLength(value) === 100)).toBe(true);
    expect(new Set(plan.values).size).toBe(plan.values.length);
  });

  it('writes one operation in ten of the mix', () => {
    const writes = planOf(workloadOf('mix-64'), 'tst').steps.flatMap((step) => step.writes);
    expect(writes.filter(Boolean)).toHaveLength(writes.length / 10);
  });
});
