import { deflateSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type ZlibCompressorOptions, zlibCompressor } from '../src/index.js';

const LEVELS = [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const text = Buffer.from('{"name":"value","list":[1,2,3]},'.repeat(20));

/** What pylibmc wrote for b'\0' * 1000, at its levels -1, 1 and 9. */
const FROM_PYLIBMC = ['eJxjYBgFo2AUDHcAAAPoAAE=', 'eAFjYBgFoyEwGgLDPQQAA+gAAQ==', 'eNpjYBgFo2AUDHcAAAPoAAE='];

describe('a zlib stream', () => {
  it('has the header that pylibmc writes, at every level', () => {
    expect(zlibCompressor().compress(text)).toSatisfy((stored: Buffer) => stored.readUInt16BE(0) === 0x789c);
    for (const level of LEVELS) {
      const stored = zlibCompressor().compress(text, level) as Buffer;
      // RFC 1950: deflate with a window of 32 KiB, no dictionary, and a header that 31 divides.
      expect(stored.readUInt8(0)).toBe(0x78);
      expect(stored.readUInt8(1) & 0x20).toBe(0);
      expect(stored.readUInt16BE(0) % 31).toBe(0);
      expect(inflateSync(stored)).toEqual(text);
    }
  });

  it('is read as pylibmc wrote it', () => {
    for (const stored of FROM_PYLIBMC) {
      const read = zlibCompressor().decompress(Buffer.from(stored, 'base64'), 1000);
      expect(read).toEqual(Buffer.alloc(1000));
    }
  });

  it('is never one of an empty value, but such a stream is read', async () => {
    expect(() => zlibCompressor().compress(new Uint8Array(0))).toThrow(
      'an empty value must not be compressed',
    );
    expect(await zlibCompressor().decompress(deflateSync(''), 0)).toHaveLength(0);
    expect(await zlibCompressor({ asyncFromBytes: 0 }).decompress(deflateSync(''), 0)).toHaveLength(0);
  });

  it('may be followed by other bytes only where that is asked for', async () => {
    const stored = Buffer.concat([deflateSync(text), Buffer.from('more')]);
    expect(() => zlibCompressor().decompress(stored, 1000)).toThrow('bytes follow the zlib stream');
    for (const asyncFromBytes of [0, Infinity]) {
      const lenient = zlibCompressor({ trailingBytes: 'ignore', asyncFromBytes });
      expect(await lenient.decompress(stored, 1000)).toEqual(text);
    }
  });
});

describe('levels of zlib', () => {
  it('are taken for each compressor and for each call', () => {
    const size = (level: number | undefined, own?: number): number =>
      (zlibCompressor(own === undefined ? {} : { level: own }).compress(text, level) as Uint8Array).length;
    expect(size(0)).toBeGreaterThan(text.length);
    expect(size(undefined, 0)).toBe(size(0));
    expect(size(9, 0)).toBe(size(9));
    expect(size(9)).toBeLessThan(size(0));
  });

  for (const level of [
    -2,
    10,
    1.5,
    Number.NaN,
    Infinity,
    '6' as unknown as number,
    null as unknown as number,
  ]) {
    it(`are refused where there is no such level: ${String(level)}`, () => {
      const refusal = 'the level of zlib must be an integer from -1 to 9';
      expect(() => zlibCompressor().compress(text, level)).toThrow(RangeError);
      expect(() => zlibCompressor().compress(text, level)).toThrow(refusal);
      if (level !== null) expect(() => zlibCompressor({ level })).toThrow(refusal);
    });
  }
});

describe('options of zlibCompressor', () => {
  const wrong: Readonly<Record<string, ZlibCompressorOptions>> = {
    asyncFromBytes: { asyncFromBytes: -1 },
    'asyncFromBytes ': { asyncFromBytes: Number.NaN },
    'asyncFromBytes  ': { asyncFromBytes: 0.5 },
    trailingBytes: { trailingBytes: 'drop' as 'ignore' },
  };
  for (const [name, options] of Object.entries(wrong)) {
    it(`are checked at once: ${JSON.stringify(Object.entries(options))}`, () => {
      expect(() => zlibCompressor(options)).toThrow(RangeError);
      expect(() => zlibCompressor(options)).toThrow(name.trim());
    });
  }

  it('have a limit for reading that must be one', async () => {
    const stored = deflateSync(text);
    for (const limit of [Number.NaN, -1]) {
      expect(() => zlibCompressor().decompress(stored, limit)).toThrow('maxBytes must be');
    }
    expect(await zlibCompressor().decompress(stored, Infinity)).toEqual(text);
    expect(await zlibCompressor().decompress(stored, text.length + 0.5)).toEqual(text);
  });
});
