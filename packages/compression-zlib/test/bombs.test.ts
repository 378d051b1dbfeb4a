import { once } from 'node:events';
import { type BrotliCompress, constants, createBrotliCompress, createDeflate, type Deflate } from 'node:zlib';
import type { Compressor } from '@mc/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { brotliCompressor, zlibCompressor } from '../src/index.js';

const MEBIBYTE = 1_048_576;
const GIBIBYTE = 1024 * MEBIBYTE;

/** A gibibyte of zeros, compressed piece by piece. */
async function bomb(stream: BrotliCompress | Deflate): Promise<Buffer> {
  const parts: Buffer[] = [];
  stream.on('data', (part: Buffer) => parts.push(part));
  const zeros = Buffer.alloc(16 * MEBIBYTE);
  for (let written = 0; written < GIBIBYTE; written += zeros.length) {
    if (!stream.write(zeros)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'end');
  return Buffer.concat(parts);
}

const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_LGWIN]: 24 } };
const BOMBS: Readonly<Record<string, () => Promise<Buffer>>> = {
  brotli: () => bomb(createBrotliCompress(quick)),
  zlib: () => bomb(createDeflate({ level: 1 })),
};
const MAKERS: Readonly<Record<string, (options?: object) => Compressor>> = {
  brotli: brotliCompressor,
  zlib: zlibCompressor,
};

/** Most memory that this process has had, in bytes. */
const peakBytes = (): number => process.resourceUsage().maxRSS * 1024;

for (const [name, make] of Object.entries(MAKERS)) {
  describe(`a bomb of a gibibyte: ${name}`, () => {
    const made: { bytes: Buffer } = { bytes: Buffer.alloc(0) };
    beforeAll(async () => {
      made.bytes = (await BOMBS[name]?.()) ?? made.bytes;
    }, 240_000);

    it('is small', () => {
      // zlib takes one byte for 1,032 at best.
      expect(made.bytes.length).toBeLessThan(name === 'zlib' ? 5_000_000 : 10_000);
      expect(made.bytes.length).toBeGreaterThan(100);
    });

    for (const asyncFromBytes of [undefined, 0, Infinity]) {
      it(`is refused at the limit, soon and in little memory (asyncFromBytes: ${asyncFromBytes})`, async () => {
        const compressor = make(asyncFromBytes === undefined ? {} : { asyncFromBytes });
        const peak = peakBytes();
        const before = process.cpuUsage();
        const refusal = await (async () => compressor.decompress(made.bytes, MEBIBYTE))().catch(
          (error) => error,
        );
        const { user, system } = process.cpuUsage(before);
        expect(refusal).toBeInstanceOf(RangeError);
        expect(refusal.message).toBe('the value takes more than the 1048576 bytes allowed once decompressed');
        // All of it would take half a second at least; the clock on the wall is no measure on a busy machine.
        expect((user + system) / 1000).toBeLessThan(200);
        expect(peakBytes() - peak).toBeLessThan(50 * MEBIBYTE);
      });
    }

    it('takes no more memory than the limit says, and a few buffers', async () => {
      const peak = peakBytes();
      const limit = 64 * MEBIBYTE;
      const refusal = await (async () => make().decompress(made.bytes, limit))().catch((error) => error);
      expect(refusal).toBeInstanceOf(RangeError);
      expect(peakBytes() - peak).toBeLessThan(3 * limit);
      const value = Buffer.from('the next value is right'.repeat(10));
      expect(await make().decompress(await make().compress(value), 1000)).toEqual(value);
    });
  });
}
