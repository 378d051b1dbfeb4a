import { jsonCodec } from '@mc/codec-json';
import { zlibCompressor } from '@mc/compression-zlib';
import { ConfigurationError, DecodeError, type MigrationOptions, type ValueFormat } from '@mc/core';
import {
  dalliFormat,
  memcacheClientFormat,
  memjsFormat,
  phpMemcachedFormat,
  pymemcacheFormat,
  thirdEdenFormat,
} from '@mc/migration';
import { describe, expect, it } from 'vitest';

const everyPreset: ReadonlyArray<readonly [string, (options?: MigrationOptions) => ValueFormat]> = [
  ['thirdEdenFormat', thirdEdenFormat],
  ['memcacheClientFormat', memcacheClientFormat],
  ['memjsFormat', memjsFormat],
  ['phpMemcachedFormat', phpMemcachedFormat],
  ['dalliFormat', dalliFormat],
  ['pymemcacheFormat', pymemcacheFormat],
];

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('options', () => {
  it.each([phpMemcachedFormat, dalliFormat, pymemcacheFormat, memjsFormat])(
    'refuse other strings',
    (preset) => {
      for (const strings of ['guess', null, 5, ['text']])
        expect(() => preset({ strings: strings as 'text' })).toThrow("strings must be 'text' or 'bytes'");
    },
  );

  it('refuse a compressor id that is none', () => {
    for (const id of [0, 9, 1.5, Number.NaN, '8', null])
      expect(() => memcacheClientFormat({ foreignCompressorId: id as number })).toThrow(ConfigurationError);
  });

  it('refuse a deserialize that is none, and strings beside it', () => {
    const deserialize = (): string => 'x';
    expect(() => memjsFormat({ deserialize: 'json' as never })).toThrow('deserialize must be a function');
    // @ts-expect-error One of the two reads all values.
    expect(() => memjsFormat({ deserialize, strings: 'text' })).toThrow('drop strings');
    // @ts-expect-error One of the two reads all values.
    expect(() => memjsFormat({ deserialize, strings: 'bytes' })).toThrow(ConfigurationError);
  });

  it('refuse options that only others have, when they are compiled and when they run', () => {
    // @ts-expect-error It has no strings without an encoding.
    expect(() => thirdEdenFormat({ strings: 'text' })).toThrow('thirdEdenFormat has no option strings');
    // @ts-expect-error Its text is text.
    expect(() => memcacheClientFormat({ strings: 'text' })).toThrow(ConfigurationError);
    // @ts-expect-error Its compressor is known.
    expect(() => dalliFormat({ foreignCompressorId: 8 })).toThrow(ConfigurationError);
    // @ts-expect-error Its serializers are known.
    expect(() => phpMemcachedFormat({ deserialize: () => 1 })).toThrow(ConfigurationError);
  });

  describe.each(everyPreset)('of %s', (name, preset) => {
    const codec = jsonCodec();
    const compressor = zlibCompressor();

    it.each<object>([
      { readCodec: [codec] },
      { format: preset() },
      { keyPrefix: 'x' },
      { toString: 1 },
      { nosuch: undefined },
    ])('refuse a name that is none: %o', (options) => {
      expect(() => preset(options as MigrationOptions)).toThrow(
        expect.objectContaining({
          code: 'MC_CONFIGURATION',
          message: `${name} has no option ${Object.keys(options)[0]}`,
        }),
      );
    });

    it('refuse what is no object', () => {
      for (const options of [null, 5, 'json', true, [], [codec], () => codec])
        expect(() => preset(options as MigrationOptions), String(options)).toThrow(ConfigurationError);
    });

    it.each<object>([
      { codec: null },
      { codec: 'json' },
      { codec: { id: 1, name: 'x' } },
      { codec: { ...codec, id: 9 } },
      { codec: compressor },
      { readCodecs: codec },
      { readCodecs: null },
      { readCodecs: 'json' },
      { readCodecs: new Set([codec]) },
      { readCodecs: [undefined] },
      { readCodecs: [{ ...codec, decode: undefined }] },
      { compressor: codec },
      { compressor: 8 },
      { readCompressors: compressor },
      { readCompressors: [null] },
      { readCompressors: [{ ...compressor, compress: 1 }] },
      { minCompressLen: -1 },
      { minCompressLen: '5' },
      { compressLevel: '9' },
      { compressLevel: Number.NaN },
      { compressLevel: null },
      { maxValueBytes: 0 },
      { maxValueBytes: '1 MB' },
      { maxValueBytes: null },
    ])('refuse a wrong type: %o', (options) => {
      expect(() => preset(options as unknown as MigrationOptions)).toThrow(ConfigurationError);
    });

    it('may be undefined', () => {
      const options = { codec: undefined, readCodecs: undefined, compressLevel: undefined };
      expect(preset(options as unknown as MigrationOptions).pack('x')).toBeDefined();
    });
  });

  it('are all optional', () => {
    expect(dalliFormat().unpack(bytes('x'), 0)).toBe('x');
    expect(thirdEdenFormat().unpack(bytes('x'), 0)).toBe('x');
    expect(memcacheClientFormat().unpack(bytes('x'), 0)).toBe('x');
    expect(phpMemcachedFormat().unpack(bytes('x'), 0)).toBe('x');
    expect(pymemcacheFormat().unpack(bytes('x'), 16)).toBe('x');
    expect(memjsFormat().unpack(bytes('x'), 0)).toEqual(bytes('x'));
  });
});

describe('deserialize of memjs', () => {
  it('reads every value that is not ours, with its flags', () => {
    const seen: number[] = [];
    const format = memjsFormat({
      deserialize: (data, flags) => {
        seen.push(flags);
        return data.length;
      },
    });
    expect(format.unpack(bytes('abc'), 0)).toBe(3);
    expect(format.unpack(bytes('abcd'), 0xffff_f7ff)).toBe(4);
    expect(format.unpack(bytes('7'), 0x804)).toBe(7);
    expect(seen).toEqual([0, 0xffff_f7ff]);
  });

  it('may throw anything', () => {
    const format = memjsFormat({
      deserialize: () => {
        throw 'text';
      },
    });
    expect(() => format.unpack(bytes('x'), 1)).toThrow(
      expect.objectContaining({ code: 'MC_DECODE', cause: 'text' }),
    );
  });
});

describe('flags that a client does not write', () => {
  const presets = [
    { preset: thirdEdenFormat, flags: [1, 3, 6, 10, 16, 0x1000, 0x8000_0000] },
    { preset: memcacheClientFormat, flags: [6, 10, 12, 14, 16, 0x1000, 0x8000_0000] },
    { preset: memjsFormat, flags: [1, 16, 0x8000_0000] },
    { preset: phpMemcachedFormat, flags: [8, 15, 0x10, 0x20, 0x40, 0x30 | 0x40, 0x100, 0x1000, 0x8000] },
    { preset: dalliFormat, flags: [4, 5, 16, 0x1000, 0x8000_0000] },
    { preset: pymemcacheFormat, flags: [3, 6, 17, 20, 32, 0x1000, 0x8000_0000] },
  ];

  it.each(presets)('are an error: $preset.name', ({ preset, flags }) => {
    for (const value of flags)
      expect(() => preset().unpack(bytes('12345678'), value), String(value)).toThrow(DecodeError);
  });
});

describe('numbers of other clients', () => {
  const integers = [
    ['0', 0],
    ['-0', 0],
    ['+7', 7],
    ['9007199254740991', 9_007_199_254_740_991],
    ['9007199254740993', 9_007_199_254_740_993n],
    ['+9007199254740993', 9_007_199_254_740_993n],
    ['-18446744073709551615', -18_446_744_073_709_551_615n],
    ['9  ', 9],
  ] as const;

  it.each(integers)('integer %s', (text, value) => {
    expect(phpMemcachedFormat().unpack(bytes(text), 1)).toBe(value);
    expect(pymemcacheFormat().unpack(bytes(text), 2)).toBe(value);
    expect(pymemcacheFormat().unpack(bytes(text), 4)).toBe(value);
  });

  it('of Python may have 4,300 digits', () => {
    const digits = '7'.repeat(4300);
    expect(pymemcacheFormat().unpack(bytes(digits), 2)).toBe(BigInt(digits));
  });

  it.each(['', ' ', 'x', '1.5', '1e3', '0x10', '1 2', '--1', '\u0661', '1_000', '9'.repeat(10_000)])(
    'no integer: %s',
    (text) => {
      expect(() => phpMemcachedFormat().unpack(bytes(text), 1)).toThrow(DecodeError);
      expect(() => pymemcacheFormat().unpack(bytes(text), 2)).toThrow(DecodeError);
    },
  );

  it.each(['', ' ', 'x', '1.5.5', 'e3', '.', '0x10', 'INF', 'nan', '1e', '9'.repeat(100_000)])(
    'no float: %s',
    (text) => {
      expect(() => phpMemcachedFormat().unpack(bytes(text), 2)).toThrow(DecodeError);
      expect(() => thirdEdenFormat().unpack(bytes(text), 8)).toThrow(DecodeError);
      expect(() => memcacheClientFormat().unpack(bytes(text), 4)).toThrow(DecodeError);
    },
  );

  it('of JavaScript are numbers where JavaScript writes them so, else a counter has grown beyond', () => {
    const read = (text: string): unknown => thirdEdenFormat().unpack(bytes(text), 8);
    expect(read('18446744073709552000')).toBe(2 ** 64);
    expect(read('18446744073709551615')).toBe(18_446_744_073_709_551_615n);
    expect(read('9007199254740992')).toBe(2 ** 53);
    expect(read('9007199254740993')).toBe(9_007_199_254_740_993n);
  });
});
