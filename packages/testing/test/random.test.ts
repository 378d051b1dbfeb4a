import { randomFrom, testSeed } from '@mc/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';

afterEach(() => vi.unstubAllEnvs());

describe('randomFrom', () => {
  it('repeats itself for a seed and differs between seeds', () => {
    const draw = (seed: number) => {
      const random = randomFrom(seed);
      return Array.from({ length: 50 }, () => random.integer(1000));
    };
    expect(draw(1)).toStrictEqual(draw(1));
    expect(draw(1)).not.toStrictEqual(draw(2));
  });

  it('spreads over its whole range', () => {
    const random = randomFrom(7);
    const seen = new Set(Array.from({ length: 1000 }, () => random.integer(10)));
    expect([...seen].sort()).toStrictEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const heads = Array.from({ length: 1000 }, () => random.chance(0.25)).filter(Boolean).length;
    expect(heads).toBeGreaterThan(180);
    expect(heads).toBeLessThan(320);
    expect(() => random.pick([])).toThrow();
  });
});

describe('testSeed', () => {
  it('is fixed, or what MC_SEED says', () => {
    vi.stubEnv('MC_SEED', '');
    expect(testSeed()).toBe(testSeed());
    vi.stubEnv('MC_SEED', '42');
    expect(testSeed()).toBe(42);
    vi.stubEnv('MC_SEED', 'many');
    expect(() => testSeed()).toThrow('MC_SEED');
  });
});
