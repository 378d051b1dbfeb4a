import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { pylibmcCodec, pylibmcFormat, readPickle, writePickle } from '@mc/codec-pylibmc';
import { zlibCompressor } from '@mc/compression-zlib';
import type { Packed } from '@mc/core';
import { describe, expect, it } from 'vitest';
import { expectSame, fromBase64, toBase64, withoutBuffer } from './equality.js';
import { plainOf, WIRE_VALUES } from './wire-values.js';

interface CompressedCase {
  readonly flags: number;
  readonly payload_len: number;
  readonly payload_b64?: string;
  readonly same_as_plain?: boolean;
}

interface WireCase {
  readonly name: string;
  readonly flags: number;
  readonly payload_b64: string;
  readonly payload_b64_protocol_2?: string;
  readonly payload_b64_protocol_0?: string;
  readonly compressed: Readonly<Record<string, CompressedCase>>;
}

const file = new URL('./vectors/pylibmc-wire.json', import.meta.url);
const cases = (JSON.parse(readFileSync(file, 'utf8')) as { values: WireCase[] }).values;
const compressor = zlibCompressor({ trailingBytes: 'ignore' });

function bytesOf(packed: Packed): Uint8Array {
  return typeof packed.data === 'string' ? new TextEncoder().encode(packed.data) : packed.data;
}

/** `min_compress_len=1,compress_level=9` */
function choiceOf(name: string): { minCompressLen: number; compressLevel?: number } {
  const [, bytes, level] = /^min_compress_len=(\d+)(?:,compress_level=(\d+))?$/.exec(name) ?? [];
  const minCompressLen = Number(bytes);
  return level === undefined ? { minCompressLen } : { minCompressLen, compressLevel: Number(level) };
}

it('has all 44 values', () => {
  expect(cases.map(({ name }) => name)).toEqual(Object.keys(WIRE_VALUES));
  expect(cases).toHaveLength(44);
});

describe.each(cases)('$name', (wire) => {
  const value = WIRE_VALUES[wire.name] ?? { exact: undefined };

  it('is packed to the flags and bytes of pylibmc', async () => {
    const packed = await pylibmcFormat().pack(value.exact);
    expect(packed.flags).toBe(wire.flags);
    expect(toBase64(bytesOf(packed))).toBe(wire.payload_b64);
  });

  it('is unpacked, plain and exact', () => {
    const payload = fromBase64(wire.payload_b64);
    expectSame(pylibmcFormat().unpack(payload, wire.flags), plainOf(value));
    // pylibmc gives back an int for a bool.
    const exact = wire.name === 'bool True' ? 1 : value.exact;
    expectSame(pylibmcFormat({ exact: true }).unpack(payload, wire.flags), exact);
  });

  it.each(Object.entries(wire.compressed))('is compressed as pylibmc does: %s', async (name, expected) => {
    const packed = await pylibmcFormat({ compressor }).pack(value.exact, choiceOf(name));
    expect(packed.flags).toBe(expected.flags);
    const data = bytesOf(packed);
    // The bytes of a stream are those of the zlib that made it; what is in it must be the same.
    const plain = (packed.flags & 8) === 0 ? data : inflateSync(data);
    expect(toBase64(plain)).toBe(wire.payload_b64);
    expect(data.length === plain.length).toBe(expected.same_as_plain === true);
  });

  it('is unpacked from the streams of pylibmc', async () => {
    for (const { flags, payload_b64: payload } of Object.values(wire.compressed)) {
      if (payload === undefined) continue;
      const read = await pylibmcFormat({ compressor }).unpack(fromBase64(payload), flags);
      expectSame(withoutBuffer(read), plainOf(value));
    }
  });
});

const pickled = cases.filter(({ payload_b64_protocol_2: bytes }) => bytes !== undefined);

it('has 22 values with a pickle', () => expect(pickled).toHaveLength(22));

describe.each(pickled)('the pickle of $name', (wire) => {
  const value = WIRE_VALUES[wire.name] ?? { exact: undefined };
  const byProtocol = [
    [5, wire.payload_b64],
    [2, wire.payload_b64_protocol_2 ?? ''],
    [0, wire.payload_b64_protocol_0 ?? ''],
  ] as const;

  it('is written byte by byte as Python does, at protocol 5 and 2', () => {
    expect(toBase64(writePickle(value.exact))).toBe(wire.payload_b64);
    expect(toBase64(writePickle(value.exact, { protocol: 2 }))).toBe(wire.payload_b64_protocol_2);
    expect(toBase64(pylibmcCodec().encode(value.exact) as Uint8Array)).toBe(wire.payload_b64);
  });

  it.each(byProtocol)('is read at protocol %i', (_, payload) => {
    expectSame(readPickle(fromBase64(payload)), plainOf(value));
    expectSame(readPickle(fromBase64(payload), { exact: true }), value.exact);
    expectSame(pylibmcCodec().decode(fromBase64(payload)), plainOf(value));
  });
});
