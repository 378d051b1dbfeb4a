import { zlibCompressor } from '@mc/compression-zlib';
import { type Compressor, DecodeError, type MigrationOptions } from '@mc/core';
import { dalliFormat, memcacheClientFormat, phpMemcachedFormat, pymemcacheFormat } from '@mc/migration';
import { describe, expect, it } from 'vitest';
import { expectValue, fixtureOf, payloadOf } from './fixture-file.js';
import { readers } from './presets.js';

const zlib = { ...readers, readCompressors: [zlibCompressor()] };
const without = { codec: readers.codec } as MigrationOptions;
const cases = [
  { client: 'dalli', name: 'compressed hash', preset: dalliFormat },
  { client: 'php-memcached', name: 'array in zlib', preset: phpMemcachedFormat },
  { client: 'pymemcache', name: 'CompressedSerde: large list', preset: pymemcacheFormat },
  {
    client: 'memcache-client',
    name: 'compressed object, zlib',
    preset: (options: MigrationOptions) => memcacheClientFormat({ ...options, foreignCompressorId: 8 }),
  },
];

describe.each(cases)('a compressed value of $client', ({ client, name, preset }) => {
  const fixture = fixtureOf(client, name);

  it('is read off the thread too', async () => {
    const format = preset({ ...zlib, readCompressors: [zlibCompressor({ asyncFromBytes: 0 })] });
    const reading = format.unpack(payloadOf(fixture), fixture.flags);
    expect(reading).toBeInstanceOf(Promise);
    expectValue(await reading, fixture);
  });

  it('is an error that names the package where there is no compressor', () => {
    expect(() => preset(without).unpack(payloadOf(fixture), fixture.flags)).toThrow('@mc/compression-zlib');
  });

  it('is an error where it is larger than maxValueBytes', () => {
    const format = preset({ ...zlib, maxValueBytes: 1000 });
    expect(() => format.unpack(payloadOf(fixture), fixture.flags)).toThrow(DecodeError);
  });

  it('is an error where it is cut or damaged', async () => {
    const payload = payloadOf(fixture);
    const damaged = payload.with(payload.length >> 1, (payload[payload.length >> 1] as number) ^ 0x10);
    for (const options of [zlib, { ...zlib, readCompressors: [zlibCompressor({ asyncFromBytes: 0 })] }]) {
      const format = preset(options);
      const read = async (data: Uint8Array): Promise<unknown> => format.unpack(data, fixture.flags);
      await expect(read(payload.slice(0, -1))).rejects.toThrow(DecodeError);
      await expect(read(damaged)).rejects.toThrow(DecodeError);
      await expect(read(new Uint8Array())).rejects.toThrow(DecodeError);
    }
  });
});

describe('the length before a compressed value of php-memcached', () => {
  it.each(['array in zlib', 'array in FastLZ', 'FastLZ level 2, far matches'])(
    'is checked: %s',
    async (name) => {
      const fixture = fixtureOf('php-memcached', name);
      const length = new DataView(payloadOf(fixture).buffer).getUint32(0, true);
      for (const wrong of [0, 1, length - 1, length + 1, 2 ** 26, 2 ** 31, 2 ** 32 - 1]) {
        const payload = payloadOf(fixture);
        new DataView(payload.buffer).setUint32(0, wrong, true);
        const read = async (): Promise<unknown> => phpMemcachedFormat(zlib).unpack(payload, fixture.flags);
        await expect(read(), String(wrong)).rejects.toThrow(DecodeError);
      }
    },
  );
});

describe('zstd of php-memcached', () => {
  const inflated = new TextEncoder().encode('hello');
  const seen: number[] = [];
  const zstd: Compressor = {
    name: 'stands for zstd',
    id: 2,
    compress: (data) => data,
    decompress: (data, maxBytes) => {
      seen.push(data.length, maxBytes);
      return inflated;
    },
  };
  const prefixed = (length: number): Uint8Array => Uint8Array.of(length, 0, 0, 0, 1, 2, 3);

  it('is given to the compressor with id 2, without the length before it', () => {
    const format = phpMemcachedFormat({ readCompressors: [zstd], maxValueBytes: 9 });
    expect(format.unpack(prefixed(5), 0x90)).toBe('hello');
    expect(seen).toEqual([3, 9]);
    expect(() => format.unpack(prefixed(6), 0x90)).toThrow(DecodeError);
    expect(() => phpMemcachedFormat().unpack(prefixed(5), 0x90)).toThrow('@mc/compression-zlib');
  });
});
