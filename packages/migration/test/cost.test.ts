import { DecodeError } from '@mc/core';
import { dalliFormat, phpMemcachedFormat } from '@mc/migration';
import { describe, expect, it, vi } from 'vitest';
import { cpuMs, memoryOf } from './cost.js';
import { bignum, fixnum, marshalArray, marshalHash } from './marshal-text.js';

const PHP = 4;
const FASTLZ = 0x50;
const MARSHAL = 1;
/** Ten times of what these inputs take at the most, and a tenth of what they take where time is not linear. */
const LIMIT_MS = 2000;
const MIB = 2 ** 20;

// What is limited is processor time; a busy machine may take longer for it.
vi.setConfig({ testTimeout: 60_000 });

const php = phpMemcachedFormat({ strings: 'bytes' });
const dalli = dalliFormat();

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const readMarshal = (text: string): unknown => dalli.unpack(latin1(`\x04\x08${text}`), MARSHAL);
const readPhp = (text: string): unknown => php.unpack(latin1(text), PHP);
const times = <T>(count: number, part: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => part(index));
const phpArray = (parts: readonly string[]): string =>
  `a:${parts.length}:{${parts.map((part, index) => `i:${index};${part}`).join('')}}`;

describe('what is used many times', () => {
  const count = 100_000;
  const large = 'x'.repeat(MIB);

  const expectShared = (read: () => unknown): void => {
    let values: unknown[] = [];
    const memory = memoryOf(() => {
      expect(cpuMs(() => (values = read() as unknown[]))).toBeLessThan(LIMIT_MS);
      return values;
    });
    expect(values).toHaveLength(count + 1);
    expect(values.every((value) => value === values[0])).toBe(true);
    expect(memory).toBeLessThan(100 * MIB);
  };

  it.each([
    ['a String', `"${fixnum(MIB)}${large}`],
    ['an Array', marshalArray(times(MIB, () => '0'))],
    ['a Hash', marshalHash(times(50_000, (index) => `i${fixnum(index)}`))],
    ['an Integer', bignum(20_000, 1)],
  ])('is not copied by a link of Marshal: %s', (_, part) => {
    const text = marshalArray([part, ...times(count, () => '@\x06')]);
    expectShared(() => readMarshal(text));
  });

  it('is not copied where it is the key, or names the encoding', () => {
    const key = `I"${fixnum(MIB)}${large}\x06:\x06ET`;
    const keys = marshalArray([key, ...times(count, () => '{\x06@\x060')]);
    expect(memoryOf(() => expect(cpuMs(() => readMarshal(keys))).toBeLessThan(LIMIT_MS))).toBeLessThan(
      100 * MIB,
    );
    const named = `I"\x06a\x06:\x0dencoding"\x0fISO-8859-1`;
    const links = marshalArray([named, ...times(count, () => 'I"\x06a\x06;\x00@\x07')]);
    let values: unknown;
    expect(cpuMs(() => (values = readMarshal(links)))).toBeLessThan(LIMIT_MS);
    expect(values).toEqual(times(count + 1, () => 'a'));
  });

  it.each([
    ['a string', `s:${MIB}:"${large}";`],
    ['an array', phpArray(times(100_000, () => 'N;'))],
  ])('is not copied by a reference of PHP: %s', (_, part) => {
    const text = phpArray([part, ...times(count, () => 'R:2;')]);
    expectShared(() => readPhp(text));
  });
});

describe('keys of a Hash that are numbers', () => {
  /** JavaScript engines hash a bigint by its low 64 bits, which are 0 in all of these. */
  const colliding = (count: number): string => marshalHash(times(count, (index) => bignum(3, index + 1)));
  const sparse = (count: number): string =>
    marshalHash(times(count, (index) => `i${fixnum(index * 10_000)}`));

  it('are refused where they are many and far apart: no engine spreads those that were chosen', () => {
    for (const text of [
      colliding(40_000),
      colliding(2049),
      sparse(2049),
      marshalHash(times(2049, (index) => `f${fixnum(`${index}.5`.length)}${index}.5`)),
      marshalHash([...times(2048, (index) => bignum(3, index + 1)), 'i\x06']),
    ]) {
      let error: unknown;
      expect(
        cpuMs(() => {
          error = thrownBy(() => readMarshal(text));
        }),
      ).toBeLessThan(LIMIT_MS);
      expect(error).toBeInstanceOf(DecodeError);
      expect((error as DecodeError).message).toContain('more than 2048 keys');
    }
  });

  it('are read where they are few, or near to each other, or beside any number of texts', () => {
    expect((readMarshal(colliding(2048)) as Map<unknown, null>).size).toBe(2048);
    expect((readMarshal(sparse(2048)) as Map<unknown, null>).size).toBe(2048);
    const texts = times(10_000, (index) => `:\x0ck${String(index).padStart(6, '0')}`);
    expect((readMarshal(marshalHash(['i\x06', ...texts])) as Map<unknown, null>).size).toBe(10_001);
    const ids = marshalHash(times(100_000, (index) => `i${fixnum(index * 63 - 50_000)}`));
    const before = readMarshal(ids) as Map<number, null>;
    expect([...before.keys()].slice(0, 2)).toEqual([-50_000, 63 - 50_000]);
    expect(before.size).toBe(100_000);
  });

  it('take time in proportion where there are many such Hashes', () => {
    const text = marshalArray(times(20, () => colliding(2048)));
    expect(cpuMs(() => readMarshal(text))).toBeLessThan(2 * LIMIT_MS);
  });
});

describe('keys that look like indexes', () => {
  const count = 40_000;

  it.each([
    ['Marshal', () => readMarshal(marshalArray(['{\x06:\x0910230', ...times(count, () => '{\x06;\x000')]))],
    [
      'Marshal, behind others',
      () => {
        const hashes = times(count, () => '{\x09;\x000;\x060;\x070;\x080');
        return readMarshal(
          marshalArray([':\x0f4294967295', ':\x081e3', ':\x0a01023', ':\x091023', ...hashes]),
        );
      },
    ],
    ['PHP', () => readPhp(phpArray(times(count, () => 'a:1:{i:1023;N;}')))],
    ['PHP, one after the other', () => readPhp(phpArray(times(count, () => 'a:2:{i:1023;N;i:2000;N;}')))],
    ['PHP, behind a list', () => readPhp(phpArray(times(count, () => 'a:2:{i:0;N;i:1023;N;}')))],
  ])('take no memory for the indexes before them: %s', (_, read) => {
    expect(memoryOf(read)).toBeLessThan(100 * MIB);
  });

  it('are members like any other', () => {
    const keys = [7, 1023, 5, 6, 4_294_967_294, 2000, 8];
    const read = readPhp(
      `a:9:{${keys.map((key) => `i:${key};i:${key};`).join('')}s:3:"1e9";N;s:10:"4294967295";N;}`,
    ) as object;
    expect(Object.keys(read)).toEqual([
      ...['5', '6', '7', '8', '1023', '2000', '4294967294', '1e9', '4294967295'],
    ]);
    expect(Object.getOwnPropertyDescriptor(read, '1023')).toEqual({
      value: 1023,
      writable: true,
      enumerable: true,
      configurable: true,
    });
    expect(readPhp('a:3:{i:1023;i:1;i:5;i:2;i:1023;i:3;}')).toEqual({ 5: 2, 1023: 3 });
    expect(readMarshal('{\x07:\x091023i\x06:\x065i\x07')).toEqual({ 5: 2, 1023: 1 });
    expect(() => readMarshal('{\x07:\x091023i\x06;\x00i\x07')).toThrow('two keys');
  });
});

describe('the number of values', () => {
  const limit = 2_000_000;

  it('is limited in Marshal, as a value takes more memory than bytes', () => {
    const most = readMarshal(`[${fixnum(limit - 1)}${'0'.repeat(limit - 1)}`) as unknown[];
    expect(most.length).toBe(limit - 1);
    expect(() => readMarshal(`[${fixnum(limit)}${'0'.repeat(limit)}`)).toThrow('2000000 values');
  });

  it('is limited in PHP', () => {
    expect(readPhp(`a:${limit - 1}:{${'i:0;N;'.repeat(limit - 1)}}`)).toEqual({ 0: null });
    expect(() => readPhp(`a:${limit}:{${'i:0;N;'.repeat(limit)}}`)).toThrow('2000000 values');
  });
});

describe('large Integers of Marshal', () => {
  it('take time in proportion', () => {
    const text = marshalArray(times(20, (index) => bignum(50_000, index + 1)));
    expect(cpuMs(() => readMarshal(text))).toBeLessThan(LIMIT_MS);
  });

  it('are read at every length', () => {
    for (let words = 1; words < 40; words += 1) {
      const bytes = times(words * 2, (index) => (index * 89 + words * 31 + 1) & 0xff);
      const hex = [...bytes].reverse().map((byte) => byte.toString(16).padStart(2, '0'));
      const size = BigInt(`0x${hex.join('')}`);
      const expected = size <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(size) : size;
      expect(readMarshal(`l+${fixnum(words)}${String.fromCharCode(...bytes)}`)).toBe(expected);
    }
  });
});

describe('FastLZ', () => {
  const fastLz = (length: number, stream: readonly number[]): Uint8Array => {
    const data = new Uint8Array(4 + stream.length);
    new DataView(data.buffer).setUint32(0, length, true);
    data.set(stream, 4);
    return data;
  };
  const inflate = (length: number, stream: readonly number[]): unknown =>
    php.unpack(fastLz(length, stream), FASTLZ);

  it.each([
    { what: 'one match', out: 1 + 9 + 255 * 60_000, start: [0x20, 0x61, 0xe0], part: [255], end: [0, 0] },
    { what: 'the longest of level 1', out: 264, start: [0, 0x61], part: [0xe0, 255, 0], end: [] },
    { what: 'the longest at distance 2', out: 264, start: [1, 0x61, 0x61], part: [0xe0, 255, 1], end: [] },
    { what: 'the shortest', out: 3, start: [0, 0x61], part: [0x20, 0], end: [] },
    { what: 'runs', out: 1, start: [0, 0x61], part: [0, 0x61], end: [] },
  ])('takes time in proportion to what comes out: $what', ({ out, start, part, end }) => {
    const parts = 60_000;
    const stream = [...start, ...times(parts, () => part).flat(), ...end];
    const whole = end.length > 0 ? out : start.length - 1 + out * parts;
    const data = fastLz(whole, stream);
    let read = new Uint8Array();
    // 30 nanoseconds a byte: the slowest takes 5.
    expect(cpuMs(() => (read = php.unpack(data, FASTLZ) as typeof read))).toBeLessThan(200 + whole * 3e-5);
    expect(Buffer.compare(read, Buffer.alloc(whole, 0x61))).toBe(0);
  });

  it('repeats what overlaps itself, at every distance and length', () => {
    const run = times(32, (index) => index + 1);
    for (let distance = 1; distance <= 32; distance += 1) {
      for (const length of [9, 10, 16, 31, 32, 33, 63, 64, 65, 127, 200, 263, 264]) {
        const expected = [...run];
        for (let at = 0; at < length; at += 1) expected.push(expected[32 + at - distance] as number);
        const read = inflate(32 + length, [31, ...run, 0xe0, length - 9, distance - 1]);
        expect(read, `${length} at ${distance}`).toEqual(Uint8Array.from(expected));
      }
    }
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}
