import { describe, expect, it } from 'vitest';
import { type BrotliCompressorOptions, brotliCompressor } from '../src/index.js';

const text = Buffer.from('{"name":"value","list":[1,2,3],"more":"text and text"},'.repeat(75));

describe('levels of brotli', () => {
  it('are 0 to 11, for each compressor and for each call', () => {
    const size = (level?: number, options?: BrotliCompressorOptions): number =>
      (brotliCompressor({ asyncFromBytes: Infinity, ...options }).compress(text, level) as Uint8Array).length;
    for (let level = 0; level <= 11; level += 1) {
      const stored = brotliCompressor({ asyncFromBytes: Infinity, level }).compress(text) as Uint8Array;
      expect(brotliCompressor().decompress(stored, text.length)).toEqual(text);
      expect(size(level)).toBe(stored.length);
    }
    expect(size()).toBe(size(4));
    expect(size(11)).toBeLessThan(size(0));
    expect(size(11, { level: 0 })).toBe(size(11));
  });

  for (const level of [-1, 12, 4.5, Number.NaN, '4' as unknown as number]) {
    it(`are refused where there is no such level: ${String(level)}`, () => {
      const refusal = 'the level of brotli must be an integer from 0 to 11';
      expect(() => brotliCompressor({ level })).toThrow(RangeError);
      expect(() => brotliCompressor().compress(text, level)).toThrow(refusal);
    });
  }

  it('take no more than a few times as long from one to the next, up to 9', () => {
    const costMs = (level: number): number => {
      const compressor = brotliCompressor({ asyncFromBytes: Infinity, level });
      compressor.compress(text);
      const before = process.cpuUsage();
      for (let round = 0; round < 50; round += 1) compressor.compress(text);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    // With brotli's own window it would be some fifty times.
    expect(costMs(9)).toBeLessThan(10 * costMs(7));
  });
});

describe('options of brotliCompressor', () => {
  it('are checked at once', () => {
    for (const asyncFromBytes of [-1, 0.5, Number.NaN]) {
      expect(() => brotliCompressor({ asyncFromBytes })).toThrow('asyncFromBytes must be');
    }
  });
});
