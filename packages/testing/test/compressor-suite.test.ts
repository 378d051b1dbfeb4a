import { constants, deflateSync, inflateSync } from 'node:zlib';
import type { Compressor } from '@mc/core';
import { compressorSuite } from '@mc/testing/suites';
import { describe, expect, it } from 'vitest';
import { refusalTests } from '../src/suites/compressor/refusals.js';
import { roundTripTests } from '../src/suites/compressor/round-trips.js';

/** What `inflateSync` says besides its result. */
interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function inflateAll(data: Uint8Array, maxBytes: number, options: object = {}): Buffer {
  const limits = { maxOutputLength: Math.max(maxBytes, 1), info: true };
  const inflated = inflateSync(data, { ...limits, ...options }) as unknown as Inflated;
  if (inflated.buffer.length > maxBytes) throw new RangeError('too large');
  if (inflated.engine.bytesWritten !== data.length) throw new Error('bytes follow');
  return inflated.buffer;
}

const sound: Compressor = {
  name: 'deflate',
  id: 7,
  compress: (data) => deflateSync(data),
  decompress: inflateAll,
};

compressorSuite('a compressor at once', sound, {
  same: { 'a sample': Buffer.from('a sample') },
  damaged: { 'no stream': Buffer.from('no stream') },
});
compressorSuite('a compressor that takes time', {
  ...sound,
  compress: async (data) => deflateSync(data),
  decompress: async (data, maxBytes) => inflateAll(data, maxBytes),
});

/** A decompressor that always writes into the same memory. */
function withSharedOutput(): Compressor['decompress'] {
  const shared = Buffer.alloc(2_000_000);
  return (data, maxBytes) => {
    const output = inflateAll(data, maxBytes);
    output.copy(shared);
    return shared.subarray(0, output.length);
  };
}

/** A decompressor that is of no use after its first error. */
function withLastingError(): Compressor['decompress'] {
  const state: { error: unknown } = { error: undefined };
  return (data, maxBytes) => {
    if (state.error !== undefined) throw state.error;
    try {
      return inflateAll(data, maxBytes);
    } catch (error) {
      state.error = error;
      throw error;
    }
  };
}

/** Mistakes, each with the test that must notice it. */
const MISTAKES: ReadonlyArray<readonly [string, string, Partial<Compressor>]> = [
  [
    'adds a byte',
    'brings back text of many sizes',
    { compress: (data) => deflateSync(Buffer.concat([data, data])) },
  ],
  [
    'makes nothing smaller',
    'makes text and zeros smaller',
    { compress: (data) => deflateSync(data, { level: 0 }) },
  ],
  [
    'changes its input',
    'reads its input where it stands, and leaves it as it is',
    { compress: (data) => deflateSync(data.fill(1)) },
  ],
  [
    'gives out memory that it goes on using',
    'gives results that later calls leave alone',
    { decompress: withSharedOutput() },
  ],
  [
    'gives the same memory twice',
    'gives results that can be written into',
    { decompress: withSharedOutput() },
  ],
  ['mixes up values', 'handles many values at once', { decompress: withSharedOutput() }],
  [
    'allows one byte more',
    'allows just as many bytes as it is told',
    { decompress: (data, maxBytes) => inflateAll(data, maxBytes + 1) },
  ],
  [
    'allows one byte less',
    'allows just as many bytes as it is told',
    { decompress: (data, maxBytes) => inflateAll(data, maxBytes - 1) },
  ],
  ['ignores what follows', 'refuses bytes that follow', { decompress: (data) => inflateSync(data) }],
  [
    'takes a part for the whole',
    'refuses a value that is cut anywhere',
    { decompress: (data, maxBytes) => inflateAll(data, maxBytes, { finishFlush: constants.Z_SYNC_FLUSH }) },
  ],
  [
    'throws text',
    'survives random bytes',
    {
      decompress: (data, maxBytes) => {
        try {
          return inflateAll(data, maxBytes);
        } catch {
          throw 'damaged';
        }
      },
    },
  ],
  ['does not recover from an error', 'survives flipped bits', { decompress: withLastingError() }],
  [
    'mixes up good and bad values',
    'reads good values between bad ones, all at once',
    { decompress: withLastingError() },
  ],
];

// Each of them runs a test of the suite twice.
describe('a compressor with a mistake', { timeout: 120_000 }, () => {
  for (const [what, test, mistake] of MISTAKES) {
    it(`is noticed: one that ${what}`, async () => {
      const run = { ...roundTripTests, ...refusalTests }[test];
      await expect(run?.({ ...sound, ...mistake })).rejects.toThrow();
      await run?.(sound);
    });
  }

  it('is looked for by each test of the suite', () => {
    const covered = new Set(MISTAKES.map(([, test]) => test));
    const kinds = /^brings back (?!text)/;
    const open = Object.keys({ ...roundTripTests, ...refusalTests }).filter((name) => !covered.has(name));
    expect(open.filter((name) => !kinds.test(name))).toEqual([]);
  });
});
