import * as zlib from 'node:zlib';
import { compressorSuite } from '@mc/testing/suites';
import { describe, expect, it } from 'vitest';
import { testsOnNewerNode } from '../../../test/newer-node.js';
import { zstdCompressor } from '../src/index.js';

/** What of zstd a newer Node has. */
const { zstdCompressSync } = zlib as unknown as {
  readonly zstdCompressSync?: (data: Uint8Array, options?: object) => Buffer;
};
const MOST = 64 * 1_048_576;

/** A frame of 128 KiB of zeros many times over; each time takes four bytes. Its header gives no size. */
function bomb(windowDescriptor: number): Buffer {
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, windowDescriptor]);
  const block = (isLast: number): Buffer => Buffer.from([2 | isLast, 0x00, 0x10, 0x00]);
  return Buffer.concat([header, ...Array.from({ length: 2500 }, () => block(0)), block(1)]);
}

/** A frame whose header gives a size of eight bytes. */
function withSize(bytes: bigint): Buffer {
  const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0b, 0x00, 0x00, 0x41]);
  frame.writeBigUInt64LE(bytes, 5);
  return frame;
}

if (zstdCompressSync === undefined) {
  describe('zstd on a Node that has none', () => {
    it('is refused, with what to do', () => {
      const refusal = 'zstd needs Node 22.15 or newer: take that, or brotliCompressor()';
      expect(() => zstdCompressor()).toThrow(refusal);
    });
  });
  testsOnNewerNode('packages/compression-zlib/test/zstd.test.ts', 20);
} else {
  compressorSuite('zstd', zstdCompressor(), { damaged: damagedFrames(zstdCompressSync) });
  compressorSuite('zstd, all in the thread pool', zstdCompressor({ asyncFromBytes: 0 }));
  testZstd(zstdCompressSync);
}

function damagedFrames(compress: (data: Uint8Array, options?: object) => Buffer): Record<string, Uint8Array> {
  const frame = compress(Buffer.from('some text'));
  // The content of the first frame fills node:zlib's buffers to the last byte, where it would go on with the second.
  const full = compress(Buffer.alloc(262_144));
  return {
    nothing: new Uint8Array(0),
    'a frame that may be skipped': Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]),
    'a frame behind one that may be skipped': Buffer.concat([
      Buffer.from([0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]),
      frame,
    ]),
    'two frames': Buffer.concat([full, full]),
    'two small frames': Buffer.concat([frame, frame]),
    'a window of a gibibyte': bomb(0xa0),
    'a size of 2^63': withSize(2n ** 63n),
    'a size that is too small': withSize(0n),
    'a size that is too large': withSize(1000n),
  };
}

function testZstd(compress: (data: Uint8Array, options?: object) => Buffer): void {
  describe('zstd', () => {
    it('reads frames with and without a size', async () => {
      for (const bytes of [0, 1, 255, 256, 257, 65_791, 65_792, 300_000]) {
        const value = Buffer.alloc(bytes, 'some text');
        for (const options of [{}, { pledgedSrcSize: bytes }]) {
          const read = await zstdCompressor().decompress(compress(value, options), bytes);
          expect(Buffer.compare(read, value), `${bytes} bytes`).toBe(0);
        }
      }
    });

    it('reads at the default limit what it has written at any level', async () => {
      const value = Buffer.alloc(300_000, 'some text and more of it');
      for (const level of [-7, -1, 0, 1, 3, 9, 15, 19, 22]) {
        const stored = await zstdCompressor().compress(value, level);
        for (const limit of [value.length, MOST]) {
          expect(Buffer.compare(await zstdCompressor().decompress(stored, limit), value)).toBe(0);
        }
      }
    });

    it('has levels from -7 to 22', () => {
      for (const level of [-8, 23, 1.5, Number.NaN]) {
        const refusal = 'the level of zstd must be an integer from -7 to 22';
        expect(() => zstdCompressor({ level })).toThrow(refusal);
        expect(() => zstdCompressor().compress(Buffer.from('text'), level)).toThrow(refusal);
      }
    });

    it('works off the thread from a size that depends on the level', () => {
      const sizes: ReadonlyArray<readonly [number, number]> = [
        [3, 65_536],
        [9, 16_384],
        [12, 8192],
        [19, 4096],
      ];
      for (const [level, bytes] of sizes) {
        const isAsync = (size: number): boolean =>
          zstdCompressor().compress(new Uint8Array(size), level) instanceof Promise;
        expect([isAsync(bytes - 1), isAsync(bytes)]).toEqual([false, true]);
      }
      const isReadAsync = (size: number): boolean =>
        zstdCompressor().decompress(compress(Buffer.alloc(size), { pledgedSrcSize: size }), MOST) instanceof
        Promise;
      expect([isReadAsync(131_071), isReadAsync(131_072)]).toEqual([false, true]);
    });

    it('refuses a bomb of 10 kB at the limit, soon and in little memory', async () => {
      const bytes = bomb(0x50);
      expect(bytes.length).toBeLessThan(10_100);
      const peak = process.resourceUsage().maxRSS;
      const before = process.cpuUsage();
      expect(() => zstdCompressor({ asyncFromBytes: Infinity }).decompress(bytes, 1_048_576)).toThrow(
        RangeError,
      );
      await expect(zstdCompressor({ asyncFromBytes: 0 }).decompress(bytes, 1_048_576)).rejects.toThrow(
        RangeError,
      );
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000).toBeLessThan(100);
      expect(process.resourceUsage().maxRSS - peak).toBeLessThan(40 * 1024);
      // Within the limit it is a value like any other.
      expect(await zstdCompressor().decompress(bytes, 2501 * 131_072)).toHaveLength(2501 * 131_072);
    });

    it('refuses by the size in the header before it reads on', () => {
      const refusal = 'takes more than the 1000 bytes allowed once decompressed';
      expect(() => zstdCompressor().decompress(withSize(1001n), 1000)).toThrow(refusal);
    });
  });
}
