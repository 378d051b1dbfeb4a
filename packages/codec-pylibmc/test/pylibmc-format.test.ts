import { PythonFloat, pylibmcFormat } from '@mc/codec-pylibmc';
import { zlibCompressor } from '@mc/compression-zlib';
import type { Compressor, Packed } from '@mc/core';
import { describe, expect, it } from 'vitest';
import { expectSame, fromBase64, withoutBuffer } from './equality.js';

const BYTES = 0;
const PICKLE = 1;
const INTEGER = 2;
const LONG = 4;
const ZLIB = 8;
const TEXT = 16;

const format = pylibmcFormat();
const sync = zlibCompressor({ trailingBytes: 'ignore', asyncFromBytes: Number.POSITIVE_INFINITY });
const pool = zlibCompressor({ trailingBytes: 'ignore', asyncFromBytes: 0 });

function ascii(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

function unpackText(text: string, flags: number): unknown {
  return format.unpack(ascii(text), flags);
}

async function failureOf(run: () => unknown): Promise<Error> {
  try {
    await run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
}

describe('what is packed', () => {
  it.each<[value: unknown, data: string, flags: number]>([
    ['text', 'text', TEXT],
    ['', '', TEXT],
    [true, '1', INTEGER],
    [false, '0', INTEGER],
    [0, '0', LONG],
    [-12, '-12', LONG],
    [Number.MAX_SAFE_INTEGER, '9007199254740991', LONG],
    [10n ** 30n, `1${'0'.repeat(30)}`, LONG],
  ])('%s', async (value, data, flags) => expect(await format.pack(value)).toEqual({ data, flags }));

  it.each([
    [1.5],
    [-0],
    [2 ** 53],
    [Number.NaN],
    [null],
    [[1]],
    [{ a: 1 }],
    [new PythonFloat(1)],
    [new Set([1])],
  ])('%s is a pickle', async (value) => {
    const { data, flags } = await format.pack(value);
    expect(flags).toBe(PICKLE);
    expectSame(pylibmcFormat({ exact: true }).unpack(data as Uint8Array, PICKLE), value);
  });

  it('bytes are what they are', async () => {
    expect(await format.pack(Uint8Array.of(0, 255))).toEqual({ data: Uint8Array.of(0, 255), flags: BYTES });
  });

  it('the protocol is the one that was chosen', async () => {
    const { data } = await pylibmcFormat({ protocol: 2 }).pack([]);
    expect(data).toEqual(ascii('\x80\x02]q\x00.'));
  });

  it.each([
    ['undefined', undefined],
    ['a lone surrogate', 'a\ud800'],
    ['a function', () => {}],
  ])('%s is refused', async (what, value) => {
    const error = await failureOf(() => format.pack(value));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain(what);
  });

  it('an integer that Python would not read is refused', async () => {
    const most = 10n ** 4300n - 1n;
    expect((await format.pack(-most)).data).toHaveLength(4301);
    expect(unpackText(String(-most), LONG)).toBe(-most);
    expect(await failureOf(() => format.pack(most + 1n))).toBeInstanceOf(RangeError);
    expect(await failureOf(() => format.pack(-most - 1n))).toBeInstanceOf(RangeError);
    expect(await failureOf(() => format.pack(2n ** 1_000_000n))).toBeInstanceOf(RangeError);
  });
});

describe('integers are read as by int()', () => {
  it.each<[text: string, value: number | bigint]>([
    ['5  ', 5],
    [' \t\n\v\f\r5\r\n', 5],
    ['+5', 5],
    ['-5', -5],
    ['007', 7],
    ['-0', 0],
    ['+0', 0],
    ['1_000', 1000],
    ['1_0_0', 100],
    ['5\0rest', 5],
    ['5\0', 5],
    ['9007199254740993', 9007199254740993n],
    ['-9007199254740993', -9007199254740993n],
    ['+9007199254740993', 9007199254740993n],
    [`${'0'.repeat(4299)}7`, 7],
  ])('%j', (text, value) => {
    for (const flags of [INTEGER, LONG]) expectSame(unpackText(text, flags), value);
  });

  it.each([
    '',
    ' ',
    '\0',
    '\x005',
    '1.5',
    '1e3',
    '0x10',
    '1 2',
    '- 1',
    '+-1',
    '_1',
    '1_',
    '1__0',
    'NaN',
    'Infinity',
    '5L',
    '\xa05',
    '\xb2',
    '\u0661',
    '1'.repeat(4301),
    '0'.repeat(4301),
  ])('%j is refused', async (text) => {
    const data = new TextEncoder().encode(text);
    for (const flags of [INTEGER, LONG]) {
      const error = await failureOf(() => format.unpack(data, flags));
      expect(error).toBeInstanceOf(RangeError);
      expect(error.message).toMatch(
        /^the (?:value is marked as an integer and is none|integer has more than 4300 digits)/,
      );
    }
  });
});

describe('flags', () => {
  it('mean what bits 0, 1, 2 and 4 say; all others but 3 mean nothing', () => {
    for (const other of [0, 32, 64, 0x700, 0x800, 0x10000, 0x8000_0000, 0xffff_ffe0]) {
      expectSame(unpackText('1', BYTES | other), ascii('1'));
      expectSame(unpackText('1', INTEGER + other), 1);
      expectSame(unpackText('1', LONG + other), 1);
      expectSame(unpackText('1', TEXT + other), '1');
      expectSame(unpackText('K\x01.', PICKLE + other), 1);
    }
  });

  it.each([3, 5, 6, 7, 17, 18, 19, 20, 21, 22, 23])('%i mark several types', async (type) => {
    for (const other of [0, 32, 0xffff_ff00]) {
      const { message } = await failureOf(() => unpackText('1', type + other));
      expect(message).toBe(`the flags of the value mark several types at once: ${type}`);
    }
  });

  it('text keeps its BOM and is strict', async () => {
    expect(format.unpack(fromBase64('77u/Ym9t'), TEXT)).toBe('\ufeffbom');
    expect((await failureOf(() => unpackText('\xff', TEXT))).message).toContain('not UTF-8');
  });

  it('bytes behind a pickle are ignored, unless they are to be refused', async () => {
    expect(unpackText('K\x01.trailing', PICKLE)).toBe(1);
    const strict = pylibmcFormat({ trailingBytes: 'refuse' });
    expect((await failureOf(() => strict.unpack(ascii('K\x01.x'), PICKLE))).message).toContain(
      'bytes follow',
    );
  });
});

describe.each([
  ['this thread', sync],
  ['the pool', pool],
])('compressed in %s', (_, compressor) => {
  const text = 'compress me '.repeat(100);

  function lengthOf({ data }: Packed): number {
    return data.length;
  }

  it('are values from minCompressLen bytes, of every type', async () => {
    const compressing = pylibmcFormat({ compressor, minCompressLen: 1200 });
    for (const value of [text, ascii(text), 10n ** 1300n, ['x'.repeat(1300)]]) {
      const plain = await format.pack(value);
      const packed = await compressing.pack(value);
      expect(packed.flags).toBe(plain.flags | ZLIB);
      expect(lengthOf(packed)).toBeLessThan(lengthOf(plain));
      const back = await compressing.unpack(packed.data as Uint8Array, packed.flags);
      expectSame(withoutBuffer(back), value);
    }
    expect((await compressing.pack(text.slice(1))).flags).toBe(TEXT);
  });

  it('are measured in bytes', async () => {
    const compressing = pylibmcFormat({ compressor, minCompressLen: 200 });
    expect((await compressing.pack('é'.repeat(100))).flags).toBe(TEXT | ZLIB);
    expect((await compressing.pack('é'.repeat(99))).flags).toBe(TEXT);
  });

  it('are left as they are where that is no larger, and where they are empty', async () => {
    const compressing = pylibmcFormat({ compressor, minCompressLen: 1 });
    expect(await compressing.pack('abc')).toEqual({ data: 'abc', flags: TEXT });
    expect(await compressing.pack('')).toEqual({ data: '', flags: TEXT });
    expect((await compressing.pack(new Uint8Array(0))).flags).toBe(BYTES);
  });

  it('depend on what the call asks for', async () => {
    const never = pylibmcFormat({ compressor });
    expect((await never.pack(text)).flags).toBe(TEXT);
    expect((await never.pack(text, { minCompressLen: 1 })).flags).toBe(TEXT | ZLIB);
    const always = pylibmcFormat({ compressor, minCompressLen: 1, compressLevel: 9 });
    expect((await always.pack(text, { minCompressLen: 0 })).flags).toBe(TEXT);
    expect((await always.pack(text, { compressLevel: 0 })).flags).toBe(TEXT);
    const fast = (await always.pack(text, { compressLevel: 1 })).data as Uint8Array;
    // The second byte of a zlib header says how hard it tried.
    expect([fast[1], ((await always.pack(text)).data as Uint8Array)[1]]).toEqual([0x01, 0xda]);
    expect((await pylibmcFormat({ compressor, minCompressLen: 1, compressLevel: 0 }).pack(text)).flags).toBe(
      TEXT,
    );
  });

  it('are read to the limit, not beyond, and with what follows the stream ignored', async () => {
    const compressing = pylibmcFormat({ compressor, minCompressLen: 1 });
    const { data, flags } = await compressing.pack(text);
    const trailing = Uint8Array.from([...(data as Uint8Array), 1, 2, 3]);
    expect(await compressing.unpack(trailing, flags, text.length)).toBe(text);
    expect(await failureOf(() => compressing.unpack(trailing, flags, text.length - 1))).toBeInstanceOf(Error);
  });

  it('may be empty where another writer did that', async () => {
    expect(await pylibmcFormat({ compressor }).unpack(fromBase64('eJwDAAAAAAE='), TEXT | ZLIB)).toBe('');
  });
});

describe('without a compressor', () => {
  it('nothing is compressed, and reading says which package is missing', async () => {
    expect((await format.pack('x'.repeat(1000), { minCompressLen: 1 })).flags).toBe(TEXT);
    const error = await failureOf(() => unpackText('x', TEXT | ZLIB));
    expect(error.message).toContain('@mc/compression-zlib');
  });
});

describe('options out of their range', () => {
  const other: Compressor = { name: 'other', id: 1, compress: (data) => data, decompress: (data) => data };

  it.each<[what: string, options: object]>([
    ['compressor', { compressor: other }],
    ['minCompressLen', { minCompressLen: -1 }],
    ['minCompressLen', { minCompressLen: 1.5 }],
    ['compressLevel', { compressLevel: 10 }],
    ['compressLevel', { compressLevel: -2 }],
    ['protocol', { protocol: 1 }],
    ['protocol', { protocol: 6 }],
    ['exact', { exact: 'yes' }],
    ['maxDepth', { maxDepth: 0 }],
    ['maxDepth', { maxDepth: 1001 }],
    ['maxItems', { maxItems: 0 }],
    ['maxItems', { maxItems: 2 ** 31 }],
    ['trailingBytes', { trailingBytes: 'keep' }],
  ])('%s: %j', (what, options) => expect(() => pylibmcFormat(options)).toThrow(what));

  it('are refused in a call too', async () => {
    const compressing = pylibmcFormat({ compressor: sync });
    expect((await failureOf(() => compressing.pack('a', { minCompressLen: -1 }))).message).toContain(
      'minCompressLen',
    );
    expect((await failureOf(() => compressing.pack('a', { compressLevel: 10 }))).message).toContain(
      'compressLevel',
    );
  });
});
