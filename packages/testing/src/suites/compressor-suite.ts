import type { Compressor } from '@mc/core';
import { describe, expect, it } from 'vitest';
import { testSeed } from '../random.js';
import { refusalTests } from './compressor/refusals.js';
import { roundTripTests } from './compressor/round-trips.js';
import { type CompressorTests, expectRefused, expectRoundTrip } from './compressor-context.js';

/** Bytes for {@link compressorSuite} besides its own, each under a name that is shown in the test's name. */
export interface CompressorSamples {
  /** Values that come back as they were. */
  readonly same?: Readonly<Record<string, Uint8Array>>;
  /** Bytes that `decompress` must refuse. */
  readonly damaged?: Readonly<Record<string, Uint8Array>>;
}

/** A test tries hundreds of values; a slow compressor on a busy machine needs longer than vitest allows. */
const TIMEOUT_MS = 60_000;

/**
 * Registers what every compressor must keep to, as vitest tests. Random values are decided by `MC_SEED`, which stands in
 * the title.
 *
 * @param title what stands before the tests' names
 */
export function compressorSuite(
  title: string,
  compressor: Compressor,
  samples: CompressorSamples = {},
): void {
  describe(`${title} (MC_SEED=${testSeed()})`, () => {
    it('has a name and an id from 1 to 8', () => {
      expect(compressor.name).toMatch(/\S/);
      expect(Number.isInteger(compressor.id) && compressor.id >= 1 && compressor.id <= 8).toBe(true);
    });
    describe('what goes in comes out', () => {
      register(roundTripTests, compressor);
      for (const [name, value] of Object.entries(samples.same ?? {})) {
        it(`brings back ${name}`, () => expectRoundTrip(compressor, value, name));
      }
    });
    describe('what it cannot read', () => {
      register(refusalTests, compressor);
      for (const [name, stored] of Object.entries(samples.damaged ?? {})) {
        it(`refuses to read ${name}`, () => expectRefused(compressor, stored, name));
      }
    });
  });
}

function register(tests: CompressorTests, compressor: Compressor): void {
  for (const [name, test] of Object.entries(tests)) it(name, { timeout: TIMEOUT_MS }, () => test(compressor));
}
