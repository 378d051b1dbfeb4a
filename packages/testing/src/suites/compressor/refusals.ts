import type { Compressor } from '@mc/core';
import { expect } from 'vitest';
import { type Random, randomFrom, testSeed } from '../../random.js';
import {
  attempt,
  attemptAmid,
  type CompressorTests,
  expectBytes,
  expectRefused,
  expectRoundTrip,
  ROOMY,
} from '../compressor-context.js';
import { joined, LARGE_BYTES, textOf } from './inputs.js';

const VALUE_SIZES = [1, 12, 200, 5000, 70_000, LARGE_BYTES];
/** A call on bytes that are no sound value takes no more of the processor's time than this, in milliseconds. */
const LIMIT_MS = 500;
const LIMIT_BYTES = 100_000;
const DAMAGED_INPUTS = 2000;

/** Bytes or an error, no more than allowed, within bounded time. */
async function expectHarmless(compressor: Compressor, stored: Uint8Array, what: string): Promise<void> {
  const before = process.cpuUsage();
  const outcome = await attemptAmid(compressor, stored, LIMIT_BYTES);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000, what).toBeLessThan(LIMIT_MS);
  if (!(outcome instanceof Error)) expect(outcome.length, what).toBeLessThanOrEqual(LIMIT_BYTES);
}

function withFlippedBits(stored: Uint8Array, random: Random): Uint8Array {
  const damaged = stored.slice();
  for (let flips = 1 + random.integer(3); flips > 0; flips -= 1) {
    const at = random.integer(damaged.length);
    damaged[at] = (damaged[at] as number) ^ (1 << random.integer(8));
  }
  return damaged;
}

/** What is not a value of the compressor's own, or larger than allowed. */
export const refusalTests: CompressorTests = {
  'allows just as many bytes as it is told': async (compressor) => {
    for (const bytes of VALUE_SIZES) {
      for (const value of [textOf(bytes), new Uint8Array(bytes)]) {
        const stored = await compressor.compress(value);
        for (const room of [bytes, bytes + 1, ROOMY]) {
          expectBytes(await attemptAmid(compressor, stored, room), value, `${bytes} bytes in ${room}`);
        }
        for (const room of [bytes - 1, bytes >> 1, 0]) {
          const outcome = await attemptAmid(compressor, stored, room);
          expect(outcome, `${bytes} bytes in ${room}`).toBeInstanceOf(Error);
        }
      }
    }
  },
  'refuses bytes that follow': async (compressor) => {
    for (const bytes of VALUE_SIZES) {
      const stored = await compressor.compress(textOf(bytes));
      const followers = [Uint8Array.of(0), Uint8Array.of(255), stored, new Uint8Array(100), textOf(50)];
      for (const [index, more] of followers.entries()) {
        await expectRefused(compressor, joined(stored, more), `${bytes} bytes and follower ${index}`);
      }
    }
  },
  'refuses a value that is cut anywhere': async (compressor) => {
    for (const bytes of VALUE_SIZES) {
      const stored = await compressor.compress(textOf(bytes));
      const step = Math.max(1, Math.floor(stored.length / (bytes > LIMIT_BYTES ? 20 : 100)));
      const ends = Array.from(
        { length: Math.min(10, stored.length) },
        (_, index) => stored.length - 1 - index,
      );
      for (let end = 0; end < stored.length; end += step) ends.push(end);
      for (const end of ends) {
        await expectRefused(compressor, stored.slice(0, end), `${end} of ${stored.length} bytes`);
      }
    }
  },
  'survives flipped bits': async (compressor) => {
    const random = randomFrom(testSeed());
    const values = [1, 30, 500, 4000, 40_000].map((bytes) => textOf(bytes));
    for (const value of values) {
      const stored = await compressor.compress(value);
      for (let round = 0; round < DAMAGED_INPUTS / values.length; round += 1) {
        await expectHarmless(compressor, withFlippedBits(stored, random), `round ${round}`);
      }
      await expectRoundTrip(compressor, value, 'the next value');
    }
  },
  'survives random bytes': async (compressor) => {
    const random = randomFrom(testSeed());
    const start = (await compressor.compress(textOf(100))).slice(0, 8);
    for (let round = 0; round < DAMAGED_INPUTS; round += 1) {
      const noise = Uint8Array.from({ length: random.integer(300) }, () => random.integer(256));
      const bytes = random.chance(0.5) ? noise : joined(start.slice(0, random.integer(9)), noise);
      await expectHarmless(compressor, bytes, `round ${round}`);
    }
    await expectRoundTrip(compressor, textOf(1000), 'the next value');
  },
  'reads good values between bad ones, all at once': async (compressor) => {
    const value = textOf(LARGE_BYTES);
    const stored = await compressor.compress(value);
    const bad = stored.slice(0, stored.length >> 1);
    const calls = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? stored : bad));
    const outcomes = await Promise.all(
      calls.map((bytes) => attempt(() => compressor.decompress(bytes, ROOMY))),
    );
    for (const [index, outcome] of outcomes.entries()) {
      if (index % 2 === 0) expectBytes(outcome, value, `call ${index}`);
      else expect(outcome, `call ${index}`).toBeInstanceOf(Error);
    }
  },
};
