import { describe, expect, it } from 'vitest';
import { InputMaker } from '../src/input-maker.js';
import type { FailureKind } from '../src/outcome.js';
import { runTarget } from '../src/run-target.js';
import type { Target } from '../src/target.js';
import { TARGETS } from './broken-targets.js';

const REGISTRY = new URL('./broken-targets.ts', import.meta.url).href;
const INPUTS = 5000;

/** A process starts, and one of the faults is a second of hanging. */
const TIMEOUT_MS = 120_000;

function run(target: string): ReturnType<typeof runTarget> {
  return runTarget({ registry: REGISTRY, target, seed: 1, first: 0, inputs: INPUTS });
}

describe('runTarget', () => {
  it('lets a sound reader pass, and counts', { timeout: TIMEOUT_MS }, async () => {
    const { failure, tally, peakMib, startMib } = await run('sound');
    expect(failure).toBeUndefined();
    expect(tally.valid).toBe(Math.ceil(INPUTS / 16));
    expect(tally.valid + tally.accepted + tally.refused).toBe(INPUTS);
    expect(tally.refused).toBeGreaterThan(INPUTS / 2);
    expect(peakMib).toBeGreaterThanOrEqual(startMib);
  });

  const faults: ReadonlyArray<readonly [target: string, kind: FailureKind, reason: RegExp]> = [
    ['errs', 'wrong value', /came back as another/],
    ['refuses', 'wrong value', /valid value was refused: not today/],
    ['aliases', 'wrong value', /came back as another/],
    ['throws text', 'not an Error', /of type string/],
    ['hoards', 'memory', /heap grew|process grew/],
    ['swells', 'memory', /process grew/],
    ['pollutes', 'changed prototype', /Object\.prototype/],
    ['dies', 'process died', /SIGKILL/],
  ];
  for (const [target, kind, reason] of faults) {
    it(`finds a reader that ${target}`, { timeout: TIMEOUT_MS }, async () => {
      const { failure } = await run(target);
      expect(failure?.kind).toBe(kind);
      expect(failure?.reason).toMatch(reason);
    });
  }

  it('shows the input that hangs', { timeout: TIMEOUT_MS }, async () => {
    const { failure } = await run('hangs');
    expect(failure?.kind).toBe('hang');
    // The first input is valid and so does no harm.
    expect(failure?.index).toBeGreaterThan(0);
    expect(failure?.index).toBeLessThan(16);
    const target = TARGETS.find(({ name }) => name === 'hangs')?.build(1);
    const maker = new InputMaker(await (target as Target), 1);
    maker.seek(failure?.index ?? 0);
    expect(failure?.base64).toBe(Buffer.from(maker.next().data).toString('base64'));
  });
});
