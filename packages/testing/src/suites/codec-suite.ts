import { isDeepStrictEqual } from 'node:util';
import type { Codec } from '@mc/core';
import { describe, expect, it } from 'vitest';

/** Values for {@link codecSuite}, each under a name that is shown in the test's name. */
export interface CodecSamples {
  /** Values that come back equal. */
  readonly same: Readonly<Record<string, unknown>>;
  /** Values that come back as something else: `[value, what is read back]`. */
  readonly changed?: Readonly<Record<string, readonly [unknown, unknown]>>;
  /** Values that `encode` must refuse by throwing. */
  readonly refused: Readonly<Record<string, unknown>>;
  /** Bytes that `decode` must refuse by throwing. */
  readonly damaged: Readonly<Record<string, Uint8Array>>;
}

/** Registers what every codec must keep to, as vitest tests. */
export function codecSuite(title: string, codec: Codec, samples: CodecSamples): void {
  describe(title, () => {
    it('has a name and an id from 1 to 8', () => {
      expect(codec.name).toMatch(/\S/);
      expect(Number.isInteger(codec.id) && codec.id >= 1 && codec.id <= 8).toBe(true);
    });
    for (const [name, value] of Object.entries(samples.same)) registerSame(codec, name, value);
    for (const [name, [value, expected]] of Object.entries(samples.changed ?? {})) {
      it(`changes ${name} as documented`, () => expectEqual(decodeInPlace(codec, value), expected));
    }
    for (const [name, value] of Object.entries(samples.refused)) {
      it(`refuses ${name}`, () => expect(() => codec.encode(value)).toThrow());
    }
    for (const [name, bytes] of Object.entries(samples.damaged)) {
      it(`refuses to read ${name}`, () => expect(() => codec.decode(bytes)).toThrow());
    }
    registerCutTest(codec, samples);
  });
}

function registerSame(codec: Codec, name: string, value: unknown): void {
  it(`brings back ${name}`, () => {
    const before = structuredClone(value);
    const encoded = codec.encode(value);
    expect(typeof encoded === 'string' || encoded instanceof Uint8Array).toBe(true);
    expectEqual(value, before);
    expectEqual(decodeInPlace(codec, value), value);
  });
  it(`gives each reader a ${name} of its own`, () => {
    const bytes = encodedBytes(codec, value);
    const first = codec.decode(bytes);
    const second = codec.decode(bytes);
    expectEqual(first, second);
    if (typeof first === 'object' && first !== null) expect(first).not.toBe(second);
  });
}

/** Cut and random bytes: an error or a value, never a hang, a crash or a change to anything else. */
function registerCutTest(codec: Codec, { same }: CodecSamples): void {
  it('reads any part of its own bytes to a value or an error, and leaves prototypes alone', () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    for (const value of Object.values(same)) {
      const bytes = encodedBytes(codec, value);
      const step = Math.max(1, Math.floor(bytes.length / 64));
      for (let length = 0; length < bytes.length; length += step) {
        try {
          codec.decode(bytes.slice(0, length));
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }
    }
    expect(Object.getOwnPropertyNames(Object.prototype)).toStrictEqual(before);
  });
}

/** Own members named `constructor` and `__proto__` count like any others, which vitest's equality does not do. */
function expectEqual(actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  expect(actual).toStrictEqual(expected);
  throw new Error('the values look alike, but differ in own members named constructor or __proto__');
}

function encodedBytes(codec: Codec, value: unknown): Uint8Array {
  const encoded = codec.encode(value);
  return typeof encoded === 'string'
    ? Uint8Array.from(Buffer.from(encoded, 'utf8'))
    : Uint8Array.from(encoded);
}

/** Decodes from the middle of a larger buffer, as a connection does, and overwrites that buffer afterwards. */
function decodeInPlace(codec: Codec, value: unknown): unknown {
  const bytes = encodedBytes(codec, value);
  const chunk = new Uint8Array(bytes.length + 16).fill(0xee);
  chunk.set(bytes, 7);
  const decoded = codec.decode(chunk.subarray(7, 7 + bytes.length));
  chunk.fill(0xdd);
  return decoded;
}
