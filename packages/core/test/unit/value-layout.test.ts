import { describe, expect, it } from 'vitest';
import type { Codec, Compressor } from '../../src/contract.js';
import { ConfigurationError, DecodeError, EncodeError } from '../../src/errors.js';
import type { ValueCoder } from '../../src/value/value-coder.js';
import { makeCoder } from '../../src/value-options.js';
import { viewOptions } from '../../src/view-options.js';

const LIMIT = 1_000_000;
const json: Codec = {
  name: 'test-json',
  id: 1,
  encode: (value) => JSON.stringify(value),
  decode: (data) => JSON.parse(Buffer.from(data).toString()),
};
const user: Codec = { ...json, name: 'user', id: 7, encode: (value) => Buffer.from(JSON.stringify(value)) };
/** Runs of one byte become its count. */
const runs = (id: number, isAsync = false): Compressor => {
  const later = <T>(value: T): T | Promise<T> => (isAsync ? Promise.resolve(value) : value);
  return {
    name: 'runs',
    id,
    compress: (data) => later(Uint8Array.of(data[0] as number, data.length & 0xff, data.length >> 8)),
    decompress: (data, maxBytes) => {
      const length = (data[1] as number) + ((data[2] as number) << 8);
      if (length > maxBytes) throw new Error('too long');
      return later(new Uint8Array(length).fill(data[0] as number));
    },
  };
};

async function roundTrip(coder: ValueCoder, value: unknown): Promise<{ flags: number; value: unknown }> {
  const { data, flags } = await coder.pack(value, undefined);
  const bytes = Buffer.from(data as string);
  const framed = Buffer.concat([Buffer.from('xx'), bytes, Buffer.from('\r\n')]);
  return { flags, value: await coder.unpack(framed, 2, 2 + bytes.length, flags, false) };
}

describe('the layout of simple values', () => {
  const coder = makeCoder({ codec: json }, LIMIT);
  const simple: ReadonlyArray<readonly [value: unknown, flags: number]> = [
    ['', 16],
    ['text', 16],
    ['\ufeffBOM is kept', 16],
    ['grüße 😀', 16],
    ['a real \ufffd', 16],
    [true, 2],
    [false, 2],
    [0, 4],
    [-5, 4],
    [Number.MAX_SAFE_INTEGER, 4],
    [Number.MIN_SAFE_INTEGER, 4],
    [2n ** 64n, 4],
    [-(2n ** 70n), 4],
    [new Uint8Array(0), 0],
    [Uint8Array.of(0, 13, 10, 255), 0],
    [1.5, 48],
    [null, 48],
    [[1, 'two'], 48],
    [{ a: { b: 1 } }, 48],
    [2 ** 60, 48],
  ];
  it.each(simple)('%s', async (value, flags) => {
    const back = await roundTrip(coder, value);
    expect(back.flags).toBe(flags);
    if (value instanceof Uint8Array) expect(new Uint8Array(back.value as Uint8Array)).toEqual(value);
    else expect(back.value).toStrictEqual(value);
  });

  it('a bigint in the safe range reads back as a number', async () => {
    expect((await roundTrip(coder, 5n)).value).toBe(5);
  });

  it('-0 is no integer: it is left to the codec', () => {
    expect(coder.pack(-0, undefined)).toMatchObject({ flags: 48 });
  });

  it('a bigint has at most 4,300 digits, as in Python', async () => {
    const largest = 10n ** 4300n - 1n;
    expect((await roundTrip(coder, -largest)).value).toBe(-largest);
    expect(() => coder.pack(largest + 1n, undefined)).toThrow(EncodeError);
    expect(() => coder.pack(-largest - 1n, undefined)).toThrow(EncodeError);
  });

  it('text with lone surrogates is refused', () => {
    expect(() => coder.pack('a\ud800', undefined)).toThrow(EncodeError);
  });

  it('bytes are copied up to 64 kB', () => {
    const small = new Uint8Array(65_536).fill(1);
    const packed = coder.pack(small, undefined) as { data: Uint8Array };
    small[0] = 9;
    expect(packed.data[0]).toBe(1);
    const large = new Uint8Array(65_537);
    expect((coder.pack(large, undefined) as { data: Uint8Array }).data).toBe(large);
  });

  const foreign: ReadonlyArray<readonly [what: string, text: string, flags: number, value: unknown]> = [
    ['an integer padded by decr', '5  ', 4, 5],
    ['an integer with a sign', '+5', 4, 5],
    ['minus nothing', '-0', 4, 0],
    ['leading zeros', '007', 4, 7],
    ['a large integer', '9007199254740993', 4, 9007199254740993n],
    ['a signed large integer', '+9007199254740993', 4, 9007199254740993n],
    ['an integer under the boolean flag', '12', 2, 12],
    ['bit 11 set', 'text', 16 | 2048, 'text'],
  ];
  it.each(foreign)('reads %s', (_what, text, flags, value) => {
    const bytes = Buffer.from(text);
    expect(coder.unpack(bytes, 0, bytes.length, flags, false)).toBe(value);
  });

  const unreadable: ReadonlyArray<readonly [what: string, bytes: string, flags: number, message: RegExp]> = [
    ['a pickle', '\x80\x05N.', 1, /codec-pylibmc/],
    ['a compressed pickle', '\x80\x05N.', 9, /compression-zlib/],
    ['an integer of 5,000 digits', '9'.repeat(5000), 4, /too long/],
    ['an integer that is none', '1.5', 4, /integer/],
    ['an empty integer', '', 4, /integer/],
    ['text that is no UTF-8', '\xff', 16, /UTF-8/],
    ['two types', '1', 18, /several types/],
    ['two types with a codec', '1', 33, /several types/],
    ['flags of another client', '1', 4096, /another client/],
    ['flags over 16 bits', '1', 2 ** 31, /another client/],
    ['an unknown codec', '1', 64, /codec-msgpack/],
    ['a codec nobody has', '1', 6 << 5, /id 6/],
    ['an entry of Keyv', '1', 5 << 5, /adapter-keyv/],
    ['zlib', '1', 8, /compression-zlib/],
    ['lz4', '1', 256, /compression-lz4/],
    ['two compressors', '1', 264, /two compressors/],
    ['broken JSON', '{', 48, /test-json/],
  ];
  it.each(unreadable)('%s is a DecodeError', (_what, text, flags, message) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(() => coder.unpack(bytes, 0, bytes.length, flags, false)).toThrow(DecodeError);
    expect(() => coder.unpack(bytes, 0, bytes.length, flags, false)).toThrow(message);
  });

  it('a value for the codec without a codec is an EncodeError', () => {
    expect(() => makeCoder({}, LIMIT).pack({}, undefined)).toThrow(EncodeError);
  });
});

describe('compression', () => {
  const long = 'x'.repeat(500);
  it.each([
    [8, 8 | 16],
    [1, 256 | 16],
    [7, 7 * 256 + 16],
  ])('compressor %i is marked by %i', async (id, flags) => {
    for (const isAsync of [false, true]) {
      const coder = makeCoder({ codec: json, compressor: runs(id, isAsync), minCompressLen: 10 }, LIMIT);
      expect(await roundTrip(coder, long)).toEqual({ flags, value: long });
    }
  });

  it('starts at minCompressLen, and the call may choose', async () => {
    const coder = makeCoder({ compressor: runs(1), minCompressLen: 500 }, LIMIT);
    expect((await coder.pack(long, undefined)).flags).toBe(256 | 16);
    expect((await coder.pack(long.slice(1), undefined)).flags).toBe(16);
    expect((await coder.pack(long, { minCompressLen: 0 })).flags).toBe(16);
    expect((await coder.pack('xxxxx', { minCompressLen: 5 })).flags).toBe(256 | 16);
  });

  it('keeps only what is smaller, and never a stream of nothing', async () => {
    const coder = makeCoder({ compressor: runs(1), minCompressLen: 1 }, LIMIT);
    expect((await coder.pack('xxx', undefined)).flags).toBe(16);
    expect((await coder.pack('', undefined)).flags).toBe(16);
  });

  it('a value that would grow past maxValueBytes is a DecodeError', () => {
    const coder = makeCoder({ compressor: runs(1) }, 100);
    expect(() => coder.unpack(Uint8Array.of(120, 200, 0), 0, 3, 256, false)).toThrow(DecodeError);
  });
});

describe('the pickle codec', () => {
  const pickle: Codec = { ...user, name: 'pickle', id: 8 };

  it('has the id 8, and stands for the type bit of pickles', async () => {
    const coder = makeCoder({ codec: pickle, compressor: runs(8), minCompressLen: 4 }, LIMIT);
    expect(await coder.pack(null, { minCompressLen: 0 })).toMatchObject({ flags: 1 });
    expect((await coder.pack([1111111], undefined)).flags).toBe(9);
    expect((await roundTrip(coder, 1.5)).value).toBe(1.5);
  });

  it('reads beside another codec, and other types keep their bits', () => {
    const coder = makeCoder({ codec: json, readCodecs: [pickle] }, LIMIT);
    expect(coder.unpack(Buffer.from('[1]'), 0, 3, 1, false)).toEqual([1]);
    expect(coder.unpack(Buffer.from('[1]'), 0, 3, 48, false)).toEqual([1]);
    for (const flags of [3, 5, 17, 33])
      expect(() => coder.unpack(Buffer.from('1'), 0, 1, flags, false)).toThrow(/several types/);
  });
});

describe('a codec that takes simple values too', () => {
  const all: Codec = { ...user, takesSimple: true };
  const coder = makeCoder({ codec: all, readCodecs: [json] }, LIMIT);

  it.each([['text'], [5], [true], [{ a: 1 }]])('gets %s', async (value) => {
    expect(await roundTrip(coder, value)).toEqual({ flags: 7 << 5, value });
  });

  it.each([
    ['text', 16],
    ['5', 4],
    ['1', 2],
    ['x', 0],
    ['[1]', 48],
    ['N.', 1],
  ])('refuses %s with the flags %i, which it did not write', (text, flags) => {
    const bytes = Buffer.from(text);
    expect(() => coder.unpack(bytes, 0, bytes.length, flags, false)).toThrow(/not written by the codec user/);
  });
});

describe('views', () => {
  it('a codec that is replaced still reads', async () => {
    const base = { servers: 'a', transport: { connect: () => ({}) as never }, codec: json };
    const view = makeCoder(viewOptions(base, { codec: user }), LIMIT);
    expect(await roundTrip(view, { a: 1 })).toEqual({ flags: 7 << 5, value: { a: 1 } });
    const bytes = Buffer.from('[1]');
    expect(view.unpack(bytes, 0, 3, 48, false)).toEqual([1]);
  });

  it('a format takes the place of the codec, and stays where the prefix changes', () => {
    const format = { pack: () => ({ data: 'f', flags: 99 }), unpack: () => 'f' };
    const base = { servers: 'a', transport: { connect: () => ({}) as never } };
    const formatted = makeCoder(viewOptions({ ...base, codec: json }, { format }), LIMIT);
    expect(formatted.pack(1, undefined)).toEqual({ data: 'f', flags: 99 });
    const prefixed = makeCoder(viewOptions({ ...base, format }, { keyPrefix: 'p' }), LIMIT);
    expect(prefixed.pack(1, undefined)).toEqual({ data: 'f', flags: 99 });
  });

  it.each([
    { codec: json },
    { readCodecs: [json] },
    { compressor: runs(1) },
    { minCompressLen: 10 },
    { compressLevel: 1 },
  ])('%s is refused where the client has a format, which would read by its own rules', (options) => {
    const format = { pack: () => ({ data: 'f', flags: 99 }), unpack: () => 'f' };
    const base = { servers: 'a', transport: { connect: () => ({}) as never }, format };
    expect(() => viewOptions(base, options)).toThrow(ConfigurationError);
  });
});

describe('wrong options', () => {
  const wrong: ReadonlyArray<readonly [what: string, options: object]> = [
    ['a codec that was not called', { codec: () => json }],
    ['a codec without methods', { codec: { name: 'x', id: 7 } }],
    ['a codec with an id out of range', { codec: { ...json, id: 9 } }],
    ['codecs to read with that are no array', { readCodecs: json }],
    ['codecs to read with that are null', { readCodecs: null }],
    ['nothing among the codecs to read with', { readCodecs: [undefined] }],
    ['a compressor without methods', { compressor: { name: 'x', id: 7 } }],
    ['compressors to read with that are no array', { readCompressors: runs(1) }],
    ['two codecs with one id', { codec: json, readCodecs: [{ ...user, id: 1 }] }],
    ['minCompressLen without a compressor', { minCompressLen: 100 }],
    ['a compressLevel that is none', { compressor: runs(1), compressLevel: 1.5 }],
  ];
  it.each(wrong)('%s', (_what, options) => {
    expect(() => makeCoder(options, LIMIT)).toThrow(ConfigurationError);
  });
});
