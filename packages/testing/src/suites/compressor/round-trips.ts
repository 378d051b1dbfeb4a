import { expect } from 'vitest';
import { randomFrom, testSeed } from '../../random.js';
import { attempt, type CompressorTests, expectBytes, expectRoundTrip, ROOMY } from '../compressor-context.js';
import { KINDS, LARGE_BYTES, SIZES, textOf } from './inputs.js';

const kindTests: CompressorTests = Object.fromEntries(
  Object.entries(KINDS).map(([kind, make]) => [
    `brings back ${kind} of many sizes`,
    async (compressor) => {
      const random = randomFrom(testSeed());
      for (const bytes of [...SIZES, LARGE_BYTES]) {
        await expectRoundTrip(compressor, make(bytes, random), `${bytes} bytes of ${kind}`);
      }
    },
  ]),
);

/** What goes in comes out. */
export const roundTripTests: CompressorTests = {
  ...kindTests,
  'brings back an empty value, or refuses to compress it': async (compressor) => {
    const stored = await attempt(() => compressor.compress(new Uint8Array(0)));
    if (stored instanceof Error) return;
    expectBytes(await attempt(() => compressor.decompress(stored, 0)), new Uint8Array(0), 'no bytes');
  },
  'makes text and zeros smaller': async (compressor) => {
    for (const value of [textOf(10_000), new Uint8Array(10_000), textOf(LARGE_BYTES)]) {
      expect((await compressor.compress(value)).length).toBeLessThan(value.length);
    }
  },
  'reads its input where it stands, and leaves it as it is': async (compressor) => {
    for (const bytes of [1, 100, 5000, LARGE_BYTES]) {
      const value = textOf(bytes);
      const chunk = new Uint8Array(bytes + 40).fill(0xaa);
      chunk.set(value, 13);
      const before = chunk.slice();
      const stored = await compressor.compress(chunk.subarray(13, 13 + bytes));
      expectBytes(chunk, before, 'the buffer around the value');
      chunk.fill(0);
      expectBytes(await attempt(() => compressor.decompress(stored, bytes)), value, `${bytes} bytes`);
    }
  },
  'gives results that later calls leave alone': async (compressor) => {
    const values = Array.from({ length: 50 }, (_, index) => textOf(20 + index * 40, index));
    const stored: Uint8Array[] = [];
    for (const value of values) stored.push(await compressor.compress(value));
    const read: Uint8Array[] = [];
    for (const bytes of stored) read.push(await compressor.decompress(bytes, ROOMY));
    for (const [index, value] of values.entries())
      expectBytes(read[index] as Uint8Array, value, `value ${index}`);
  },
  'gives results that can be written into': async (compressor) => {
    const value = textOf(3000);
    const stored = await compressor.compress(value);
    const [one, other] = [
      await compressor.decompress(stored, ROOMY),
      await compressor.decompress(stored, ROOMY),
    ];
    one.fill(0);
    expectBytes(other, value, 'the other result');
  },
  'handles many values at once': async (compressor) => {
    const values = Array.from({ length: 40 }, (_, index) => textOf(1 + ((index * 9973) % 200_000), index));
    const stored = await Promise.all(values.map((value) => compressor.compress(value)));
    const read = await Promise.all(stored.map((bytes) => compressor.decompress(bytes, ROOMY)));
    for (const [index, value] of values.entries())
      expectBytes(read[index] as Uint8Array, value, `value ${index}`);
  },
};
