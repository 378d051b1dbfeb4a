import type { ClientOptions, Codec, Compressor, ValueFormat } from '@mc/core';
import { expectsMemcached, faultyTransport } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { tcpTransport } from '@mc/transport-tcp';
import { describe, expect, it } from 'vitest';
import { someTurns, watchUncaught } from './hostile-uncaught.js';
import { openClient, outcome, startReal } from './open-client.js';

const TEXT = 'text long enough to be worth compressing';
const LARGE_WORDS = 40_000;

/** What is no Uint8Array and no string, each made anew. */
const NOT_BYTES: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  'a number': () => 5,
  'an ArrayBuffer': () => new ArrayBuffer(8),
  'a DataView': () => new DataView(new ArrayBuffer(8)),
  'a Uint16Array': () => Uint16Array.of(0x4141, 0x4242),
  'a large Uint16Array': () => new Uint16Array(LARGE_WORDS),
  'an array': () => [65, 66],
  'a negative length': () => ({ length: -5 }),
  'a broken length': () => ({ length: 3.5 }),
  'a length that throws': () => ({
    get length(): number {
      throw new Error('no length');
    },
  }),
};

/** The same, and what only a plugin that is waited for may return. */
const NOT_BYTES_NOW: typeof NOT_BYTES = {
  ...NOT_BYTES,
  'a promise of bytes': () => Promise.resolve(Uint8Array.of(65)),
  'a promise that rejects': () => Promise.reject(new Error('never looked at')),
  'a promise of text': () => Promise.resolve('text'),
};

const NOT_COMPRESSED: typeof NOT_BYTES = { ...NOT_BYTES, text: () => 'x' };

function codecOf(encode: () => unknown): Codec {
  return { name: 'odd', id: 7, encode: encode as Codec['encode'], decode: (data) => data.length };
}

/** A compressor of six bytes for everything. */
function compressorOf(parts: Partial<Record<'compress' | 'decompress', () => unknown>>): Compressor {
  const { compress = () => Uint8Array.of(1), decompress = () => Buffer.from(TEXT) } = parts;
  return { name: 'odd', id: 7, compress, decompress } as Compressor;
}

/** Options with a format in the place of the codec that every other client of the tests has. */
function formatOf(pack: () => unknown): Partial<ClientOptions> {
  const format: ValueFormat = { pack: pack as ValueFormat['pack'], unpack: (data) => [...data] };
  return { format, codec: undefined as never };
}

/** A value that cannot be packed is refused before a byte is sent, and calls before and behind it are right. */
async function expectRefused(
  options: Partial<ClientOptions>,
  value: unknown,
  codes: readonly unknown[] = ['MC_ENCODE'],
): Promise<void> {
  const uncaught = watchUncaught();
  const server = await startReal();
  const faults = faultyTransport(tcpTransport());
  const client = openClient(server.address, { transport: faults, ...options });
  const plain = openClient(server.address);
  await plain.setMulti({ count: 10, taken: 1 });
  await client.incr('count');
  const before = faults.bytesWritten;
  for (const call of [client.set('k', value), client.add('k', value), client.cas('k', value, 1n)]) {
    expect(codes).toContain((await rejection(call)).code);
  }
  expect(codes).toContain((await rejection(client.setMulti({ k: value, l: value }))).code);
  expect(faults.bytesWritten).toBe(before);
  const [first, refused, added, deleted, last] = await Promise.all([
    client.incr('count'),
    outcome(client.set('k', value)),
    client.touch('taken', 100),
    client.delete('missing'),
    client.incr('count', 10),
  ]);
  expect(codes).toContain(refused);
  expect([first, added, deleted, last]).toStrictEqual([12, true, false, 22]);
  expect([await client.incr('count'), await plain.get('k')]).toStrictEqual([23, undefined]);
  await someTurns();
  expect(uncaught).toStrictEqual([]);
}

if (expectsMemcached()) {
  describe('a codec that returns', () => {
    for (const [name, make] of Object.entries(NOT_BYTES_NOW)) {
      it(`${name}: EncodeError, nothing is sent, and the next calls are right`, async () => {
        await expectRefused({ codec: codecOf(make) }, { an: 'object' });
      });
    }

    it('a promise cannot serialize either', () => {
      const client = openClient({ host: '127.0.0.1' }, { codec: codecOf(async () => Uint8Array.of(1)) });
      expect(() => client.serialize({})).toThrow(expect.objectContaining({ code: 'MC_ENCODE' }));
    });
  });

  describe('a value format that returns', () => {
    const results: typeof NOT_BYTES = { ...NOT_BYTES_NOW, 'an empty object': () => ({}) };
    for (const [name, make] of Object.entries(results)) {
      it(`${name}: EncodeError, nothing is sent, and the next calls are right`, async () => {
        await expectRefused(formatOf(make), 1);
      });
    }
    for (const [name, make] of Object.entries(NOT_BYTES_NOW)) {
      it(`${name} as data: EncodeError, nothing is sent, and the next calls are right`, async () => {
        await expectRefused(
          formatOf(() => ({ data: make(), flags: 0 })),
          1,
        );
      });
    }
    for (const flags of [-1, 2 ** 32, 1.5, Number.NaN, '1', undefined, 1n]) {
      it(`the flags ${String(flags)} (${typeof flags}): refused, nothing is sent`, async () => {
        const options = formatOf(() => ({ data: 'x', flags }));
        await expectRefused(options, 1, ['MC_ENCODE', 'MC_INVALID_ARGUMENT']);
      });
    }
  });

  describe('a compressor that', () => {
    for (const [name, make] of Object.entries(NOT_COMPRESSED)) {
      for (const how of ['returns', 'resolves to'] as const) {
        it(`${how} ${name}: EncodeError, nothing is sent, and the next calls are right`, async () => {
          const compress = how === 'returns' ? make : async () => make();
          await expectRefused({ compressor: compressorOf({ compress }), minCompressLen: 1 }, TEXT);
        });
      }

      it(`reads ${name}: DecodeError, and the next calls are right`, async () => {
        const server = await startReal();
        const writer = openClient(server.address, { compressor: compressorOf({}), minCompressLen: 1 });
        await writer.set('k', TEXT);
        for (const decompress of [make, async () => make()]) {
          const client = openClient(server.address, { readCompressors: [compressorOf({ decompress })] });
          await rejection(client.get('k'), 'MC_DECODE');
          expect(await Promise.all([outcome(client.get('k')), client.set('other', 'v')])).toStrictEqual([
            'MC_DECODE',
            true,
          ]);
          expect(await client.get('other')).toBe('v');
        }
      });
    }

    it('returns a thenable of another library works both ways', async () => {
      const thenable = <T>(value: T): PromiseLike<T> => ({
        // biome-ignore lint/suspicious/noThenProperty: it is what a library's own promises look like
        then: (...handlers) => Promise.resolve(value).then(...handlers),
      });
      const compressor = compressorOf({
        compress: () => thenable(Uint8Array.of(7)),
        decompress: () => thenable(Buffer.from(TEXT)),
      });
      const server = await startReal();
      const client = openClient(server.address, { compressor, minCompressLen: 1 });
      const raw = openClient(server.address, formatOf(String));
      expect(await Promise.all([client.set('k', TEXT), client.set('l', TEXT)])).toStrictEqual([true, true]);
      expect(await client.setMulti({ m: TEXT })).toStrictEqual([]);
      expect(await raw.get('k')).toStrictEqual([7]);
      const cas = expect.any(BigInt) as bigint;
      expect(await Promise.all([client.get('k'), client.gets('l')])).toStrictEqual([
        TEXT,
        { value: TEXT, cas },
      ]);
      expect(await client.getMulti(['k', 'l', 'm'])).toStrictEqual(
        new Map(['k', 'l', 'm'].map((key) => [key, TEXT])),
      );
    });

    it('is given a level of its own scale gets it as it is', async () => {
      const levels: unknown[] = [];
      const compressor: Compressor = {
        ...compressorOf({}),
        compress: (_, level) => {
          levels.push(level);
          return Uint8Array.of(1);
        },
      };
      const server = await startReal();
      const client = openClient(server.address, { compressor, minCompressLen: 1, compressLevel: 3 });
      await client.set('k', TEXT);
      await client.set('k', TEXT, { compressLevel: 'best' as never });
      await client.setMulti({ k: TEXT }, { compressLevel: 9 });
      expect(levels).toStrictEqual([3, 'best', 9]);
    });
  });
}
