import type { Compressor } from '@mc/core';
import { describe, expect, it } from 'vitest';
import { brotliCompressor, zlibCompressor } from '../src/index.js';
import { noise, watchQuietTurns } from './event-loop-turns.js';

const KIB = 1024;
const MOST = 64 * KIB * KIB;

/** The smallest value, of powers of two and their neighbours, that goes to the thread pool. */
function asyncFrom(compressor: Compressor, level?: number): number {
  for (let bytes = 128; bytes <= 1024 * KIB; bytes *= 2) {
    for (const length of [bytes - 1, bytes]) {
      if (compressor.compress(new Uint8Array(length), level) instanceof Promise) return length;
    }
  }
  return Infinity;
}

/** Sizes from which a value is compressed off the thread, by level. */
const SIZES: ReadonlyArray<readonly [Compressor, Readonly<Record<number, number>>]> = [
  [zlibCompressor(), { [-1]: 32 * KIB, 0: 32 * KIB, 1: 32 * KIB, 6: 32 * KIB, 7: 16 * KIB, 9: 16 * KIB }],
  [brotliCompressor(), { 0: 64 * KIB, 3: 64 * KIB, 4: 32 * KIB, 5: 16 * KIB, 9: 16 * KIB, 10: 256, 11: 256 }],
];

describe('compressing off the thread', () => {
  for (const [compressor, byLevel] of SIZES) {
    it(`begins at a size that depends on the level: ${compressor.name}`, () => {
      const found = Object.keys(byLevel).map((level) => [level, asyncFrom(compressor, Number(level))]);
      expect(Object.fromEntries(found)).toEqual(byLevel);
    });
  }

  it('begins where it is told to, for every level', () => {
    for (const make of [zlibCompressor, brotliCompressor]) {
      for (const level of [1, 9]) {
        expect(asyncFrom(make({ asyncFromBytes: 2048 }), level)).toBe(2048);
        expect(asyncFrom(make({ asyncFromBytes: 0 }), level)).toBe(127);
        expect(asyncFrom(make({ asyncFromBytes: Infinity, level }), level)).toBe(Infinity);
      }
    }
  });
});

describe('decompressing off the thread', () => {
  for (const make of [zlibCompressor, brotliCompressor]) {
    const { name } = make();
    const cases: ReadonlyArray<readonly [string, Buffer, boolean]> = [
      ['a small value', noise(1000), false],
      ['much from little, below the limit', Buffer.alloc(128 * KIB, 'a'), false],
      ['much from little, above the limit', Buffer.alloc(128 * KIB + 1, 'a'), true],
      ['a stored value of a quarter of the limit', noise(60 * KIB), true],
    ];
    for (const [what, value, isAsync] of cases) {
      it(`is ${isAsync ? 'done' : 'not done'} for ${what}: ${name}`, async () => {
        const stored = await make({ asyncFromBytes: Infinity }).compress(value);
        const read = make().decompress(stored, MOST);
        expect(read instanceof Promise).toBe(isAsync);
        expect(Buffer.compare(await read, value)).toBe(0);
      });
    }

    it(`is never done where a value is too large for the call: ${name}`, async () => {
      const stored = await make().compress(Buffer.alloc(10_000_000));
      expect(() => make().decompress(stored, 100 * KIB)).toThrow(RangeError);
    });
  }
});

describe('a value of 20 MB', () => {
  const value = noise(20_000_000);
  for (const compressor of [zlibCompressor(), brotliCompressor({ level: 5 })]) {
    it(`holds up nobody while it is compressed: ${compressor.name}`, { timeout: 120_000 }, async () => {
      const { longestMs, tookMs } = await watchQuietTurns(
        async () => compressor.compress(value),
        (turns) => turns.longestMs < turns.tookMs / 2,
      );
      console.info(`${compressor.name}: ${tookMs.toFixed()} ms, longest turn ${longestMs.toFixed(1)} ms`);
      expect(longestMs).toBeLessThan(tookMs / 2);
    });
  }

  it('holds up nobody while it is read', { timeout: 120_000 }, async () => {
    const stored = await zlibCompressor({ level: 1 }).compress(value);
    const { turns, longestMs, tookMs } = await watchQuietTurns(
      async () => zlibCompressor().decompress(stored, MOST),
      (seen) => seen.turns > 20 && seen.longestMs < seen.tookMs * 0.8,
    );
    console.info(`reading: ${tookMs.toFixed()} ms, ${turns} turns, longest ${longestMs.toFixed(1)} ms`);
    // It is short; on a busy machine one turn may be a good part of it.
    expect(turns).toBeGreaterThan(20);
    expect(longestMs).toBeLessThan(tookMs * 0.8);
  });

  it('leaves room in the pool for others', { timeout: 120_000 }, async () => {
    const compressor = zlibCompressor();
    const part = value.subarray(0, 1_000_000);
    const done: string[] = [];
    const large = Array.from({ length: 40 }, async () => {
      await compressor.compress(part);
      done.push('large');
    });
    const other = (async () => {
      await zlibCompressor({ asyncFromBytes: 0 }).compress(part.subarray(0, 10));
      done.push('other');
    })();
    await Promise.all([...large, other]);
    // Behind the four that run already, and before most of those that wait.
    expect(done.indexOf('other')).toBeLessThan(20);
  });
});

describe('bytes that their caller takes away while they wait for the pool', () => {
  const takeAway: Readonly<Record<string, (buffer: ArrayBuffer) => void>> = {
    detached: (buffer) => void structuredClone(buffer, { transfer: [buffer] }),
    shrunk: (buffer) => (buffer as unknown as { resize(bytes: number): void }).resize(0),
  };
  const Resizable = ArrayBuffer as unknown as new (bytes: number, options: object) => ArrayBuffer;
  for (const [how, change] of Object.entries(takeAway)) {
    it(`are an error or the value, never a stream of nothing: ${how}`, async () => {
      const compressor = zlibCompressor();
      const calls = Array.from({ length: 12 }, async () => {
        const buffer =
          how === 'shrunk' ? new Resizable(500_000, { maxByteLength: 600_000 }) : new ArrayBuffer(500_000);
        const call = compressor.compress(new Uint8Array(buffer).fill(65));
        change(buffer);
        return call;
      });
      const expected = Buffer.alloc(500_000, 65);
      const outcomes = await Promise.allSettled(calls);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason.message).toContain('taken away');
        else expect(Buffer.compare(await compressor.decompress(outcome.value, MOST), expected)).toBe(0);
      }
      expect(await compressor.compress(new Uint8Array(100_000))).toBeInstanceOf(Uint8Array);
    });
  }
});
