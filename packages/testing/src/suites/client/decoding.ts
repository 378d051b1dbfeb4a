import type { MemcachedClient, Packed } from '@mc/core';
import { expect } from 'vitest';
import type { ClientTests } from '../client-context.js';
import { rejection, rejections } from '../rejection.js';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

interface Reading {
  readonly client: MemcachedClient;
  readonly raw: MemcachedClient;
  key(label?: string): string;
}

/** Stores bytes and flags as another client would, and reads them with ours. */
async function read({ client, raw, key }: Reading, data: string, flags: number): Promise<unknown> {
  const packed: Packed = { data: bytesOf(data), flags };
  await raw.set(key(), packed);
  return client.get(key());
}

async function expectDecodeError(reading: Reading, data: string, flags: number): Promise<string> {
  const error = await rejection(read(reading, data, flags), 'MC_DECODE');
  expect(error.name).toBe('DecodeError');
  return error.message;
}

/** What is read back from items that somebody else stored. */
export const decodingTests: ClientTests = {
  'flags 2 with 0 or 1 is a boolean, with anything else an integer': async (context) => {
    expect(await read(context, '1', 2)).toBe(true);
    expect(await read(context, '0', 2)).toBe(false);
    expect(await read(context, '7', 2)).toBe(7);
    expect(await read(context, '10', 2)).toBe(10);
    expect(await read(context, '-1', 2)).toBe(-1);
  },
  'integers are read without the spaces that decr leaves': async (context) => {
    expect(await read(context, '99  ', 4)).toBe(99);
    expect(await read(context, '18446744073709551615', 4)).toBe(2n ** 64n - 1n);
  },
  'a codec that is not installed is an error that names the package, not a miss': async (context) => {
    expect(await expectDecodeError(context, 'x', 2 << 5)).toContain('@mc/codec-msgpack');
    expect(await expectDecodeError(context, 'x', 1)).toContain('@mc/codec-pylibmc');
    await expectDecodeError(context, 'x', 7 << 5);
  },
  'a compressor that is not installed is an error that names the package': async (context) => {
    expect(await expectDecodeError(context, 'x', 16 | 8)).toContain('@mc/compression-zlib');
    expect(await expectDecodeError(context, 'x', 16 | (1 << 8))).toContain('@mc/compression-lz4');
  },
  'damaged text, numbers and JSON are errors': async (context) => {
    await expectDecodeError(context, '\xff\xfe', 16);
    await expectDecodeError(context, '12x', 4);
    await expectDecodeError(context, '', 4);
    await expectDecodeError(context, '{"a":', 48);
    await expectDecodeError(context, '{"a":"\xff"}', 48);
  },
  'a byte order mark stays part of the text': async (context) => {
    expect(await read(context, '\xef\xbb\xbfx', 16)).toBe('\ufeffx');
  },
  'every operation that reads values reports an undecodable one': async (context) => {
    const { client, raw, key } = context;
    await raw.set(key(), { data: bytesOf('secret-value'), flags: 7 << 5 });
    const calls = [client.get(key()), client.gets(key()), client.getAndTouch(key(), 60)];
    for (const error of await rejections(calls, 'MC_DECODE')) {
      expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('secret-value');
      expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(key());
    }
    expect(await client.asMap().has(key())).toBe(true);
  },
  'serialize gives what would be stored, deserialize reads it': async ({ client, raw, key }) => {
    for (const value of ['text', bytesOf('bytes'), true, 5, 2n ** 70n, null, { a: [1.5] }]) {
      const packed = client.serialize(value);
      expect(packed.data).toBeInstanceOf(Uint8Array);
      await client.set(key(), value);
      const stored = (await raw.get(key())) as { data: Uint8Array; flags: number };
      expect(Buffer.compare(packed.data, stored.data)).toBe(0);
      expect(packed.flags).toBe(stored.flags);
      const back = client.deserialize(packed.data, packed.flags);
      expect(back instanceof Uint8Array ? Uint8Array.from(back) : back).toStrictEqual(value);
    }
    expect(() => client.deserialize(bytesOf('x'), 7 << 5)).toThrow(
      expect.objectContaining({ code: 'MC_DECODE' }),
    );
  },
};
