import type { Codec } from '@mc/core';
import { randomFrom, testSeed } from '@mc/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { encode, FORMS, STRUCTURED, thrownBy } from './forms.js';

const LIMIT_MS = 250;
const LIMIT_BYTES = 16 * 1024 * 1024;

/** A megabyte of one byte behind a start. */
function megabyte(start: string, byte: number): Uint8Array {
  const head = Buffer.from(start.replaceAll(' ', ''), 'hex');
  return Buffer.concat([head, Buffer.alloc(1_000_000, byte)]);
}

/** What becomes of the bytes, and what it took: time of this thread, and memory that is held meanwhile. */
function measured(codec: Codec, bytes: Uint8Array): { error: unknown; ms: number; held: number } {
  const memory = process.memoryUsage();
  const cpu = process.cpuUsage();
  let error: unknown;
  try {
    codec.decode(bytes);
  } catch (thrown) {
    error = thrown;
  }
  const { user, system } = process.cpuUsage(cpu);
  const after = process.memoryUsage();
  const held = after.heapUsed - memory.heapUsed + (after.arrayBuffers - memory.arrayBuffers);
  return { error, ms: (user + system) / 1000, held };
}

const HEADERS: Readonly<Record<string, string>> = {
  'a list of 4 billion': 'dd ffffffff',
  'a list of 65,535': 'dc ffff',
  'a map of 4 billion': 'df ffffffff',
  'text of 4 GB': 'db ffffffff',
  'bytes of 4 GB': 'c6 ffffffff',
  'an extension of 4 GB': 'c9 ffffffff ff',
  'a bigint of 4 GB': 'c9 ffffffff 42',
  'a typed array of 4 GB': 'c9 ffffffff 74 08',
  'a record of 4 billion': 'd4 72 40 dd ffffffff',
  'a Set of 4 billion': 'd4 73 00 dd ffffffff',
  'the same without records': 'c1 dd ffffffff',
};

for (const [form, codec] of Object.entries(FORMS)) {
  describe(`hostile bytes: ${form}`, () => {
    for (const [name, hex] of Object.entries(HEADERS)) {
      it(`a header that announces ${name} is refused at once`, () => {
        const bytes = Buffer.from(`${hex}c0c0c0`.replaceAll(' ', ''), 'hex');
        const { error, ms, held } = measured(codec, bytes);
        expect(error).toBeInstanceOf(SyntaxError);
        expect(ms).toBeLessThan(LIMIT_MS);
        expect(held).toBeLessThan(LIMIT_BYTES);
      });
    }

    it.each([
      ['lists', megabyte('', 0x91)],
      ['maps', megabyte('', 0x81)],
      ['maps in maps', new Uint8Array(Buffer.from('81a161'.repeat(100_000), 'hex'))],
      ['lists of 4 billion', new Uint8Array(Buffer.from('ddffffffff'.repeat(100_000), 'hex'))],
      ['Sets', new Uint8Array(Buffer.from('d4730091'.repeat(100_000), 'hex'))],
      ['records', new Uint8Array(Buffer.from('d4724091a161'.repeat(100_000), 'hex'))],
      ['references', new Uint8Array(Buffer.from('d6690000000191'.repeat(100_000), 'hex'))],
      ['marks', new Uint8Array(Buffer.from('93c102'.repeat(100_000), 'hex'))],
    ])('100,000 levels of %s are an error, not the end of the stack', (_name, bytes) => {
      const { error, ms } = measured(codec, bytes);
      expect(error).toBeInstanceOf(SyntaxError);
      expect(ms).toBeLessThan(LIMIT_MS);
    });

    it('a megabyte of the smallest values takes memory that its length bounds', () => {
      // An empty Map is the largest thing that one byte makes.
      const list = megabyte('dd 000f4240', 0x80);
      const { error, held } = measured(codec, list);
      expect(error).toBeUndefined();
      expect(held).toBeLessThan(250 * list.length);
    });

    it("every message is the codec's own, and quotes nothing", () => {
      for (const hex of [
        'a6736563726574c0',
        '91a6736563726574c0',
        'd47800 92 a7 2873656372657428 a0',
        '92 a6736563726574 d9',
      ]) {
        const error = thrownBy(() => codec.decode(Buffer.from(hex.replaceAll(' ', ''), 'hex')));
        expect(error).toBeInstanceOf(SyntaxError);
        expect(error.message).toMatch(/^the stored bytes are not what this codec writes or reads: /);
        expect(error.message).not.toContain('secret');
        expect(error.cause).toBeUndefined();
      }
    });

    it('random bytes and bit flips are a value or a SyntaxError, and change nothing else', () => {
      const random = randomFrom(testSeed());
      console.log(`seed ${random.seed}`);
      const before = Object.getOwnPropertyNames(Object.prototype);
      const sample = Uint8Array.from(encode(codec, sampleFor(codec)));
      let errors = 0;
      for (let i = 0; i < 30_000; i += 1) {
        const bytes =
          i % 3 === 0
            ? Uint8Array.from({ length: random.integer(60) }, () => random.integer(256))
            : sample.slice();
        if (i % 3 !== 0)
          for (let flips = i % 5; flips >= 0; flips -= 1) flip(bytes, random.integer(bytes.length * 8));
        try {
          codec.decode(i % 3 === 2 ? bytes.subarray(0, random.integer(bytes.length + 1)) : bytes);
        } catch (error) {
          errors += 1;
          if (!(error instanceof SyntaxError)) throw error;
        }
      }
      expect(errors).toBeGreaterThan(1000);
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
      expect(codec.decode(sample)).toEqual(sampleFor(codec));
    });
  });
}

for (const [form, codec] of Object.entries(STRUCTURED)) {
  describe(`hostile extensions: ${form}`, () => {
    const prefix = form === 'structured' ? '' : 'c1';
    const decode = (hex: string): unknown =>
      codec.decode(Buffer.from((prefix + hex).replaceAll(' ', ''), 'hex'));

    it.each([
      ['an error of a class that is a method', '95 c1 02 ae5f5f646566696e655365747465725f5f a161 00'],
      ['an error of the class Object', '95 c1 02 a6 4f626a656374 a161 00'],
      ['an error with less than no properties', '95 c1 02 a5 4572726f72 a161 ff'],
      ['an error with more properties than there are', '95 c1 02 a5 4572726f72 a161 05'],
      ['a member without a value', '93 c1 00 a161'],
      ['a member whose name is a list', '94 c1 00 90 01'],
      ['half an entry of a Map', '93 c1 01 01'],
      ['a stand-in of no kind', '92 c1 63'],
      ['a mark as a member', '91 91 92 00 c1'],
      ['two objects of one number', '92 d669 00000001 90 d669 00000001 90'],
      ['a number for a reference', 'd669 00000001 d670 00000001'],
      ["a record of another record's list", '92 d669 00000001 91 a161 d472 40 d670 00000001 01'],
    ])('%s is refused', (_name, hex) => {
      expect(() => decode(hex)).toThrow(SyntaxError);
    });

    it('a member called __proto__ comes as a member, from a stand-in only', () => {
      const back = decode('94 c1 00 a9 5f5f70726f746f5f5f 91 01') as object;
      expect(Object.keys(back)).toEqual(['__proto__']);
      expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
      const object = prefix === '' ? 'd47240 91 a95f5f70726f746f5f5f 91 01' : '81 a95f5f70726f746f5f5f 91 01';
      expect(() => decode(object)).toThrow(SyntaxError);
    });

    it('hidden properties of an error change no prototype', () => {
      const back = decode('97 c1 02 a5 4572726f72 a161 01 a95f5f70726f746f5f5f 91 01') as Error;
      expect(back).toBeInstanceOf(Error);
      expect(Object.getPrototypeOf(back)).toBe(Error.prototype);
      expect(Object.hasOwn(back, '__proto__')).toBe(true);
    });

    it('a pattern that would take forever is made, not used', () => {
      const pattern = '(a+)+$'.repeat(20);
      const { ms } = measured(codec, encode(codec, [new RegExp(pattern), `${'a'.repeat(100)}!`]));
      expect(ms).toBeLessThan(LIMIT_MS);
    });

    it('a pattern of 100,000 open groups is an error', () => {
      const text = Buffer.alloc(100_000, '(');
      const head = Buffer.from(`${prefix}d4780092db000186a0`, 'hex');
      const { error, ms } = measured(codec, Buffer.concat([head, text, Buffer.from('a0', 'hex')]));
      expect(error).toBeInstanceOf(SyntaxError);
      expect(ms).toBeLessThan(LIMIT_MS);
    });

    it('a bigint of a megabyte is read in little time', () => {
      const back = measured(codec, encode(codec, [2n ** 8_000_000n + 1n]));
      expect(back.error).toBeUndefined();
      expect(back.ms).toBeLessThan(LIMIT_MS);
    });
  });
}

it('many definitions of records compile nothing, and are read in little time', () => {
  const count = 60_000;
  const head = Buffer.from('dd00000000', 'hex');
  head.writeUInt32BE(count * 5, 1);
  const bytes = Buffer.concat([head, Buffer.from('d472409040404040'.repeat(count), 'hex')]);
  let compiled = 0;
  function counting(...given: string[]): unknown {
    compiled += 1;
    return NativeFunction(...given);
  }
  const NativeFunction = globalThis.Function;
  vi.stubGlobal('Function', counting);
  onTestFinished(() => void vi.unstubAllGlobals());
  const { error, ms } = measured(FORMS.structured as Codec, bytes);
  expect(error).toBeUndefined();
  expect(compiled).toBe(0);
  expect(ms).toBeLessThan(LIMIT_MS);
});

function sampleFor(codec: Codec): unknown {
  const plain = {
    id: 7,
    name: 'Ada',
    list: [1, -2, 3.5, 'x', null, true],
    at: new Date(5),
    bytes: new Uint8Array([1, 2]),
  };
  if (codec.id === 2) return plain;
  const shared = { a: 1 };
  return {
    plain,
    shared,
    map: new Map([[shared, new Set([1n, 2n ** 70n])]]),
    e: new TypeError('t'),
    r: /a/g,
    n: [-0],
  };
}

function flip(bytes: Uint8Array, bit: number): void {
  const at = bit >> 3;
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
}
