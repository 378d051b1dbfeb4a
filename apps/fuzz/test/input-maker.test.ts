import { describe, expect, it } from 'vitest';
import { BATCH, InputMaker, VALID_EVERY } from '../src/input-maker.js';
import type { Target } from '../src/target.js';
import { TARGETS } from '../src/targets.js';

async function jsonTarget(): Promise<Target> {
  const entry = TARGETS.find(({ name }) => name === 'json');
  if (entry === undefined) throw new Error('there is no target json');
  return entry.build(5);
}

/** The inputs `[from, to)` as text. */
function inputsOf(target: Target, seed: number, from: number, to: number): string[] {
  const maker = new InputMaker(target, seed);
  maker.seek(from);
  return Array.from({ length: to - from }, () => Buffer.from(maker.next().data).toString('base64'));
}

describe('InputMaker', () => {
  it('makes the same inputs from the same seed, wherever it starts', async () => {
    const target = await jsonTarget();
    const all = inputsOf(target, 9, 0, BATCH + 300);
    expect(inputsOf(await jsonTarget(), 9, BATCH + 100, BATCH + 300)).toEqual(all.slice(BATCH + 100));
    expect(inputsOf(target, 10, 0, 100)).not.toEqual(all.slice(0, 100));
    expect(all.slice(BATCH, BATCH + 100)).not.toEqual(all.slice(0, 100));
  });

  it('makes every so many a valid one, and leaves no byte of the sample behind', async () => {
    const target = await jsonTarget();
    const maker = new InputMaker(target, 3);
    for (let index = 0; index < 1000; index += 1) {
      const { data, sample } = maker.next();
      expect(sample !== undefined).toBe(index % VALID_EVERY === 0);
      if (sample !== undefined) expect(target.isSame(target.decode(data, 0), sample.value)).toBe(true);
      data.fill(0);
    }
  });

  it('breaks in many ways: shorter, longer, deep, and of every length in between', async () => {
    const lengths = new Set(inputsOf(await jsonTarget(), 4, 0, 3000).map((text) => text.length));
    expect(lengths.size).toBeGreaterThan(200);
    expect(Math.max(...lengths)).toBeGreaterThan(10_000);
    expect(Math.min(...lengths)).toBe(0);
  });
});
