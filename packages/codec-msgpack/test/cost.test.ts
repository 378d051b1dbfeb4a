import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Codec } from '@mc/core';
import { randomFrom, testSeed } from '@mc/testing';
import { describe, expect, it, vi } from 'vitest';
import { encode, FORMS, roundTrip, STRUCTURED, thrownBy } from './forms.js';

/** Ten times of what these take at the most, and a tenth of what they take where time is not linear. */
const LIMIT_MS = 1500;
/** Bytes of memory for a byte of the value, while it is decoded and after. */
const PLAIN_FACTOR = 85;
const STRUCTURED_FACTOR = 250;

// What is limited is processor time; a busy machine may take longer for it.
vi.setConfig({ testTimeout: 60_000 });

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Bytes that the decoded value holds, for each byte that it was decoded from. */
function held(codec: Codec, bytes: Uint8Array): number {
  const before = usedBytes();
  const value = codec.decode(bytes);
  const after = usedBytes();
  // Until here the value must not be collected.
  return value === undefined ? 0 : (after - before) / bytes.length;
}

function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** A list of one part, many times; behind the first part, if there is one. */
function listOf(part: string, count: number, first?: string, prefix = ''): Uint8Array {
  const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
  const head = hex(`${prefix}dd00000000`);
  head.writeUInt32BE(count + (first === undefined ? 0 : 1), prefix.length / 2 + 1);
  const repeated = Buffer.alloc(hex(part).length * count, hex(part));
  return new Uint8Array(Buffer.concat([head, hex(first ?? ''), repeated]));
}

/** As text of a fixed string, in hex. */
const text = (name: string): string =>
  Buffer.from([0xa0 + name.length, ...Buffer.from(name)]).toString('hex');

const COUNT = 20_000;
const MAPS: Readonly<Record<string, string>> = {
  'one name': `81 ${text('1023')} c0`,
  'one number': '81 cd03ff c0',
  'one short number': '81 7f c0',
  'a number of 64 bits': '81 cf00000000000003ff c0',
  'text of 8 bits of length': `81 d904 ${Buffer.from('1023').toString('hex')} c0`,
  'one after the other': `82 ${text('1023')} c0 ${text('2575')} c0`,
  'others before it': `83 a0 c0 a161 c0 ${text('1023')} c0`,
  'a list before it': `84 00 c0 01 c0 02 c0 ${text('700')} c0`,
  'small ones': '81 10 c0',
};

describe('memory for members that look like indexes', () => {
  it.each(Object.entries(MAPS))('plain: %s', (_, part) => {
    expect(held(FORMS.plain as Codec, listOf(part, COUNT))).toBeLessThan(PLAIN_FACTOR);
  });

  it.each(Object.entries(MAPS))('without records: %s', (_, part) => {
    const codec = FORMS['structured, without records'] as Codec;
    expect(held(codec, listOf(part, COUNT, undefined, 'c1'))).toBeLessThan(PLAIN_FACTOR);
  });

  it.each([
    ['a record', '40 c0', `d4 72 40 91 ${text('1023')} c0`],
    ['a record with others', '40 c0 c0 c0', `d4 72 40 93 a161 ${text('1023')} ${text('2575')} c0 c0 c0`],
    ['a definition each', `d4 72 40 91 ${text('1023')} c0`, undefined],
    [
      'a definition of the same list each',
      'd4 72 41 d670 00000001 c0',
      `d4 72 40 d669 00000001 91 ${text('1023')} c0`,
    ],
    ['in a circle', '', undefined],
    ['a stand-in', `94 c1 00 ${text('1023')} c0`, undefined],
  ])('with records: %s', (name, part, first) => {
    const codec = FORMS.structured as Codec;
    const bytes = name === 'in a circle' ? circles() : listOf(part, COUNT, first);
    // A record of one byte for a name and a member of one takes what any object takes.
    expect(held(codec, bytes)).toBeLessThan(STRUCTURED_FACTOR);
  });

  it.each(Object.entries(STRUCTURED))('of errors: %s', (form, codec) => {
    const part = `97 c1 02 ${text('Error')} a161 00 ${text('1023')} c0`;
    const bytes = listOf(part, COUNT, undefined, form === 'structured' ? '' : 'c1');
    expect(held(codec, bytes)).toBeLessThan(STRUCTURED_FACTOR);
  });

  it.each([
    ['empty maps behind __proto__', '80', `81 ${text('__proto__')} c0`],
    ['empty maps behind an index', '80', MAPS['one name']],
    ['empty bytes', 'c400', undefined],
    ['a timestamp', 'd6ff00000000', undefined],
    ['a byte', 'c40101', undefined],
  ])('plain: what else is small, %s', (_, part, first) => {
    const list = listOf(part, 200_000, first);
    const codec = FORMS.plain as Codec;
    expect(held(codec, list)).toBeLessThan(PLAIN_FACTOR * 2);
  });

  /** Objects that hold themselves, each by a number of its own. */
  function circles(): Uint8Array {
    const parts = Array.from({ length: COUNT }, (_, index) => {
      const id = (index + 1).toString(16).padStart(8, '0');
      return `d669${id} d47240 91 ${text('1023')} d670${id}`;
    });
    const bytes = listOf('', 0, parts.join(''));
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(1, COUNT);
    return bytes;
  }
});

for (const [form, codec] of Object.entries(FORMS)) {
  describe(`members that look like indexes: ${form}`, () => {
    it.each([
      ['one object of ids', Object.fromEntries(range(3000).map((at) => [1000 + at, { at }]))],
      [
        'a list of objects with one id each',
        range(2000).map((at) => ({ [1000 + at]: 'x'.repeat(at % 300) })),
      ],
      ['small objects with one id each', range(2000).map((at) => ({ [at]: at }))],
      ['ids of millions', Object.fromEntries(range(3000).map((at) => [1_700_000_000 + at * 977, at]))],
      ['like a list', Object.fromEntries(range(5000).map((at) => [at, at]))],
      [
        'the edges',
        { 4294967294: 1, 4294967295: 2, '01': 3, '1e3': 4, '-1': 5, '1.5': 6, '': 7, 16: 8, 3400: 9 },
      ],
      ['beside all else', beside()],
      ['in objects in objects', range(300).map((at) => ({ [at * 11]: { [at * 7]: [{ 1023: at }] } }))],
    ])('%s come back as they were', (_, value) => {
      const back = roundTrip(codec, value);
      expect(back).toStrictEqual(value);
      expect(namesIn(back)).toEqual(namesIn(value));
    });

    it('are members like any other', () => {
      const [back] = roundTrip(codec, [
        { b: 1, 1023: 2, a: 3, 5: 4 },
        ...range(50).map(() => ({ 1023: 0 })),
      ]) as [object];
      expect(Object.getOwnPropertyDescriptor(back, '1023')).toEqual({
        value: 2,
        writable: true,
        enumerable: true,
        configurable: true,
      });
      expect(Object.keys(back)).toEqual(['5', '1023', 'b', 'a']);
      expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    });
  });
}

for (const [form, codec] of Object.entries(STRUCTURED)) {
  describe(`beside members that look like indexes: ${form}`, () => {
    const bait = range(50).map(() => ({ 1023: 0 }));

    it('all that the form holds comes back as it was', () => {
      const value = {
        bait,
        text: /a\/b/giu,
        times: [new Date(Number.NaN), new Date(1.7e12 + 3), new Date(-1.5e12)],
        bigints: [1n, -1n, 2n ** 63n, -(2n ** 64n), 2n ** 700n + 3n, -(2n ** 700n)],
        bytes: [
          new Uint8Array(3),
          new Float64Array([1.5]),
          new Int16Array(300),
          new DataView(new ArrayBuffer(2)),
        ],
        buffer: new ArrayBuffer(5),
        nothing: [undefined, null, -0, Number.NaN],
        map: new Map<unknown, unknown>([
          [{ 1023: 1 }, new Set([1, 'a', [{ 1023: 2 }]])],
          ['1023', new Map()],
        ]),
        rows: range(40).map((at) => ({ at, '7': at, name: `n${at}`, inner: { '900': -0, at } })),
        large: Object.fromEntries(range(400).map((at) => [`n${at * 5}`, at])),
        numbers: Object.fromEntries(range(400).map((at) => [at * 5, at])),
      };
      expect(roundTrip(codec, value)).toStrictEqual(value);
    });

    it('an error has its properties', () => {
      const error = Object.assign(new RangeError('far', { cause: { 1023: 'c' } }), {
        1023: 'own',
        code: 'E',
      });
      const [back] = roundTrip(codec, [error, bait]) as [typeof error];
      expect(back).toBeInstanceOf(RangeError);
      expect({ ...back }).toEqual({ 1023: 'own', code: 'E' });
      expect([back.message, back.cause]).toEqual(['far', { 1023: 'c' }]);
    });

    it('one object stays one, and circles are closed', () => {
      const shared = { 1023: 'shared' };
      const circle: { shared: unknown; 1023: string; self?: unknown } = { shared, 1023: 'circle' };
      circle.self = [circle, new Map([['in', circle]]), new Set([circle])];
      const list: unknown[] = [bait, shared, circle, shared];
      list.push(list);
      const back = roundTrip(codec, list) as unknown[];
      expect(back[1]).toEqual(shared);
      expect(back[3]).toBe(back[1]);
      expect(back[4]).toBe(back);
      const ring = back[2] as typeof circle;
      expect(ring.shared).toBe(back[1]);
      const [self, map, set] = ring.self as [unknown, Map<string, unknown>, Set<unknown>];
      expect([self === ring, map.get('in') === ring, set.has(ring), ring[1023]]).toEqual([
        true,
        true,
        true,
        'circle',
      ]);
    });

    it('a pattern may be what looks like the name of a member', () => {
      expect(roundTrip(codec, [/__proto__/, /1023/])).toEqual([/__proto__/, /1023/]);
    });
  });

  describe(`a Map or Set of numbers: ${form}`, () => {
    it.each([
      ['integers of 31 bits', collidingIntegers(40_000)],
      ['integers for the first half, others after them', [...collidingIntegers(20_000), ...range(20_000)]],
      ['bigints with the same low bits', range(40_000).map((at) => (BigInt(at) + 1n) << 64n)],
      ['negative bigints', range(40_000).map((at) => -((BigInt(at) + 1n) << 64n) - 5n)],
    ])('is refused in little time where they were chosen to collide: %s', (_, keys) => {
      for (const bytes of [setOf(codec, keys), mapOf(codec, keys)]) {
        let error: unknown;
        expect(cpuMs(() => (error = thrownBy(() => codec.decode(bytes))))).toBeLessThan(LIMIT_MS);
        expect(error).toBeInstanceOf(SyntaxError);
      }
    });

    it('takes time in proportion where there are many small ones', () => {
      const some = encode(codec, new Set(collidingIntegers(256)));
      const prefix = form === 'structured' ? '' : 'c1';
      const part = Buffer.from(some.subarray(prefix.length / 2)).toString('hex');
      expect(cpuMs(() => codec.decode(listOf(part, 800, undefined, prefix)))).toBeLessThan(LIMIT_MS);
    });

    it.each([
      ['ids', range(20_000).map((at) => at * 4096)],
      ['near to each other', range(20_000)],
      ['times', range(20_000).map((at) => 1_700_000_000_000 + at * 60_000)],
      ['fractions', range(20_000).map((at) => at / 8 + 0.01)],
      ['bigints', range(20_000).map((at) => BigInt(at) << 22n)],
      ['large bigints', range(20_000).map((at) => (BigInt(at) << 80n) + BigInt(at) * 7919n)],
      ['negative', range(20_000).map((at) => -at * 1000 - 1)],
      ['at random', numbersAtRandom()],
      ['texts and numbers', range(20_000).map((at) => (at % 2 === 0 ? at * 65_536 : `k${at}`))],
      ['more zeros than one', [0, -0, ...range(3000)]],
    ])('comes back where nobody chose them so: %s', (_, keys) => {
      const set = new Set<unknown>(keys);
      const map = new Map<unknown, unknown>(keys.map((key, at) => [key, at]));
      expect([...(roundTrip(codec, set) as Set<unknown>)]).toEqual([...set]);
      expect([...(roundTrip(codec, { map }) as { map: Map<unknown, unknown> }).map]).toEqual([...map]);
    });
  });
}

function beside(): unknown {
  const all: unknown[] = range(100).map((at) => ({ 1023: at, a: 1 }));
  all.push([true, false, null, 0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, -1, -32, -33]);
  all.push([-128, -129, -32_768, -32_769, -(2 ** 31), -(2 ** 31) - 1, 1.5, Math.PI, Number.MAX_VALUE]);
  all.push([
    Number.POSITIVE_INFINITY,
    2n ** 63n,
    -(2n ** 63n),
    2n ** 64n - 1n,
    '',
    'é',
    '\ufeffé'.repeat(40),
  ]);
  all.push(['x'.repeat(31), 'y'.repeat(32), 'ü'.repeat(300), 'z'.repeat(70_000), '\u{1f600}'.repeat(20)]);
  all.push([new Date(0), new Date(1.7e12 + 5), new Date(-5), new Date(8.64e15), new Uint8Array([1, 2]), []]);
  all.push([new Uint8Array(300), new Uint8Array(70_000), {}, { ['é'.repeat(40)]: { long: range(70_000) } }]);
  return all;
}

/** The member names of the objects in a value, in their order. */
function namesIn(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return 0;
  return Object.entries(value).map(([name, member]) => [name, namesIn(member)]);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function numbersAtRandom(): number[] {
  const random = randomFrom(testSeed());
  console.log(`seed ${random.seed}`);
  return range(20_000).map(() => random.integer(2 ** 31));
}

/** What a `Set` of these is written as, without one being made. */
function setOf(codec: Codec, keys: readonly unknown[]): Uint8Array {
  const list = encode(codec, keys);
  const prefix = list[0] === 0xc1 ? 1 : 0;
  return Buffer.concat([list.subarray(0, prefix), Buffer.from('d47300', 'hex'), list.subarray(prefix)]);
}

function mapOf(codec: Codec, keys: readonly unknown[]): Uint8Array {
  const entries = encode(
    codec,
    keys.flatMap((key) => [key, null]),
  );
  if (entries[0] !== 0xc1) {
    const map = Buffer.from(entries);
    map[0] = 0xdf;
    // Lists of up to 65,535 have a length of two bytes.
    if (entries[0] !== 0xdd) throw new Error('the list is short');
    map.writeUInt32BE(keys.length, 1);
    return map;
  }
  const list = Buffer.from(entries);
  if (list[1] !== 0xdd) throw new Error('the list is short');
  list.writeUInt32BE(keys.length * 2 + 2, 2);
  return Buffer.concat([list.subarray(0, 6), Buffer.from('c101', 'hex'), list.subarray(6)]);
}

/** Integers that V8 hashes to the same low 16 bits, by undoing the steps of its hash. */
function collidingIntegers(count: number): number[] {
  const found: number[] = [];
  for (let high = 0; found.length < count; high += 1) {
    const key = unhashed((high << 16) | 5);
    // Smaller ones are no integers of 31 bits in the format, which makes no difference.
    found.push(key | 0);
  }
  return found;
}

/** The integer whose `ComputeUnseededHash` is this, before its last step drops two bits. */
function unhashed(hash: number): number {
  let value = hash ^ (hash >>> 16);
  value = Math.imul(value, inverse(2057));
  value = undoShift(value, 4);
  value = Math.imul(value, inverse(5));
  value = undoShift(value, 12);
  // ~k + (k << 15) is k * (2^15 - 1) - 1.
  return Math.imul(value + 1, inverse(32_767));
}

/** Undoes `k ^= k >>> shift`. */
function undoShift(value: number, shift: number): number {
  let undone = value;
  for (let known = shift; known < 32; known += shift) undone = value ^ (undone >>> shift);
  return undone;
}

/** The factor that undoes a multiplication by an odd one, of 32 bits. */
function inverse(factor: number): number {
  let result = factor;
  for (let i = 0; i < 5; i += 1) result = Math.imul(result, 2 - Math.imul(factor, result));
  return result;
}
