import { describe, expect, it } from 'vitest';
import type { Codec, Compressor, ForeignLayout, Packed, ValueFormat } from '../../src/contract.js';
import { ConfigurationError, DecodeError, EncodeError } from '../../src/errors.js';
import { migrationFormat } from '../../src/migration-format.js';
import { serialize } from '../../src/serialize.js';
import { makeCoder } from '../../src/value-options.js';

const LIMIT = 1_000_000;
const MARK = 2048;
const json: Codec = {
  name: 'test-json',
  id: 1,
  encode: (value) => JSON.stringify(value),
  decode: (data) => JSON.parse(Buffer.from(data).toString()),
};
/** Drops the last byte and puts it back, at once or later. */
const chopper = (isAsync: boolean): Compressor => ({
  name: 'chopper',
  id: 8,
  compress: (data) => later(isAsync, data.slice(0, -1)),
  decompress: (data, maxBytes) => {
    if (data.length >= maxBytes) throw new Error('too long');
    return later(isAsync, Buffer.concat([data, Buffer.from('x')]));
  },
});

function later<T>(isAsync: boolean, value: T): T | Promise<T> {
  return isAsync ? Promise.resolve(value) : value;
}

function coderOf(format: Partial<ValueFormat>) {
  const nothing: ValueFormat = { pack: () => ({ data: '', flags: 0 }), unpack: () => undefined };
  return makeCoder({ format: { ...nothing, ...format } }, LIMIT);
}

describe('a value format', () => {
  it('learns what the call wants of compression, and the limit for reading', () => {
    const seen: unknown[] = [];
    const coder = coderOf({
      pack: (_value, choice) => {
        seen.push(choice);
        return { data: 'x', flags: 1 };
      },
      unpack: (_data, _flags, maxBytes) => {
        seen.push(maxBytes);
      },
    });
    coder.pack(1, { minCompressLen: 5, compressLevel: 9 });
    coder.unpack(Buffer.from('a'), 0, 1, 0, true);
    expect(seen).toEqual([{ minCompressLen: 5, compressLevel: 9 }, LIMIT]);
    expect(() => coder.pack(1, { minCompressLen: -1 })).toThrow(/minCompressLen/);
  });

  it('may pack and unpack off the thread', async () => {
    const coder = coderOf({
      pack: async () => ({ data: 'later', flags: 3 }),
      unpack: async (data) => Buffer.from(data).toString(),
    });
    expect(await coder.pack(1, undefined)).toEqual({ data: 'later', flags: 3 });
    expect(await coder.unpack(Buffer.from('later'), 0, 5, 3, false)).toBe('later');
  });

  it.each<[string, () => unknown]>([
    ['throws', () => raise()],
    ['rejects', async () => raise()],
    ['gives nothing', () => undefined],
    ['gives nothing, later', async () => undefined],
    ['gives wrong flags', () => ({ data: 'x', flags: -1 })],
    ['gives no bytes, later', async () => ({ data: 5, flags: 0 })],
  ])('that %s when it packs is an EncodeError', async (_what, pack) => {
    const coder = coderOf({ pack: pack as () => Packed });
    await expect((async () => coder.pack(1, undefined))()).rejects.toThrow(EncodeError);
  });

  it.each<[string, () => unknown]>([
    ['throws', () => raise()],
    ['rejects', async () => raise()],
    // biome-ignore lint/suspicious/noThenProperty: it is what a library's own promises look like
    ['gives a thenable', () => ({ then: (done: (value: unknown) => void) => done(5) })],
  ])('that %s when it unpacks is a DecodeError', async (_what, unpack) => {
    const coder = coderOf({ unpack });
    await expect((async () => coder.unpack(Buffer.from('a'), 0, 1, 0, false))()).rejects.toThrow(DecodeError);
  });

  it('is given the bytes as they were when the call was made', async () => {
    const coder = coderOf({
      pack: async (value) => {
        await undefined;
        return { data: value as Uint8Array, flags: 0 };
      },
    });
    const bytes = Buffer.from('before');
    const packing = coder.pack(bytes, undefined);
    bytes.fill('x');
    expect(Buffer.from((await packing).data as Uint8Array).toString()).toBe('before');
  });

  it.each([[{}], [null], [() => ({})], [{ pack: () => ({ data: '', flags: 0 }) }]])(
    'must have both methods: %s',
    (format) => {
      const options = { format: format as unknown as ValueFormat };
      expect(() => makeCoder(options, LIMIT)).toThrow(ConfigurationError);
    },
  );

  it('passes on errors of the right kind as they are', () => {
    const error = new DecodeError('add @mc/compression-zlib');
    const coder = coderOf({
      unpack: () => {
        throw error;
      },
    });
    expect(() => coder.unpack(Buffer.from('a'), 0, 1, 0, false)).toThrow(error);
  });

  it('that packs off the thread has no synchronous serialize', () => {
    const coder = coderOf({ pack: async () => ({ data: 'x', flags: 0 }) });
    expect(() => serialize(coder, 1)).toThrow(EncodeError);
  });
});

function raise(): never {
  throw new Error('broken');
}

describe.each([false, true])('a migration format (compressing off the thread: %s)', (isAsync) => {
  const theirs: ForeignLayout = {
    name: 'theirs',
    read: (data, flags, { decode, decompress, maxBytes }) => {
      if (flags === 9) return decompress(8, data);
      if (flags === 8) return decode(1, data);
      if (flags === 7) return decompress(2, data);
      if (flags === 6) return decode(8, data);
      if (flags === 5) raise();
      return `${Buffer.from(data)} of ${maxBytes}`;
    },
  };
  const format = migrationFormat(theirs, {
    codec: json,
    compressor: chopper(isAsync),
    minCompressLen: 100,
    maxValueBytes: 1000,
  });
  const coder = makeCoder({ format }, LIMIT);
  const unpack = async (data: string, flags: number): Promise<unknown> =>
    coder.unpack(Buffer.from(data), 0, data.length, flags, false);

  it.each<[unknown, number]>([
    ['text', 16],
    [5, 4],
    [true, 2],
    [{ a: 1 }, 48],
    ['x'.repeat(200), 24],
  ])('writes %s as ours, marked', async (value, flags) => {
    const packed = await coder.pack(value, undefined);
    expect(packed.flags).toBe(flags | MARK);
    const data = Buffer.from(packed.data as string);
    expect(await coder.unpack(data, 0, data.length, packed.flags, false)).toEqual(value);
    const ours = makeCoder({ codec: json, compressor: chopper(isAsync) }, LIMIT);
    expect(await ours.unpack(data, 0, data.length, packed.flags, false)).toEqual(value);
  });

  it('reads what is not marked as theirs, with our codecs and compressors', async () => {
    expect(await unpack('abc', 16)).toBe('abc of 1000');
    expect(await unpack('[1]', 8)).toEqual([1]);
    expect(Buffer.from((await unpack('ab', 9)) as Uint8Array).toString()).toBe('abx');
  });

  it('names the package that is missing, and wraps what theirs throws', async () => {
    await expect(unpack('x', 7)).rejects.toThrow(/@mc\/compression-zlib/);
    await expect(unpack('x', 6)).rejects.toThrow(/@mc\/codec-pylibmc/);
    await expect(unpack('x', 5)).rejects.toThrow('the layout of theirs cannot read the value');
    await expect(unpack('x'.repeat(1000), 9)).rejects.toThrow(DecodeError);
  });

  it('reads no more than the client allows', async () => {
    const small = makeCoder({ format }, 5);
    const data = Buffer.from('abcdef');
    await expect((async () => small.unpack(data, 0, 6, 9, false))()).rejects.toThrow(DecodeError);
    await expect((async () => small.unpack(data, 0, 6, MARK | 24, false))()).rejects.toThrow(DecodeError);
    expect(await small.unpack(data, 0, 6, 16, false)).toBe('abcdef of 5');
  });

  it('refuses wrong options when it is made', () => {
    expect(() => migrationFormat({ name: 'x' } as ForeignLayout)).toThrow(ConfigurationError);
    expect(() => migrationFormat(theirs, { codec: { ...json, id: 9 } })).toThrow(ConfigurationError);
    expect(() => migrationFormat(theirs, { maxValueBytes: 0 })).toThrow(ConfigurationError);
  });
});
