import { runInNewContext } from 'node:vm';
import {
  type PickleOptions,
  PythonBytearray,
  type PythonDatetime,
  PythonDecimal,
  PythonFrozenset,
  PythonOrderedDict,
  PythonTuple,
  readPickle,
  writePickle,
} from '@mc/codec-pylibmc';
import { describe, expect, it } from 'vitest';
import { expectSame, toBase64 } from './equality.js';

function roundTrip(value: unknown, options?: PickleOptions): unknown {
  return readPickle(writePickle(value, options), options);
}

function errorOf(value: unknown, options?: PickleOptions): Error {
  try {
    writePickle(value, options);
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was written');
}

/** The pickle as text, a character a byte. */
function written(value: unknown, options?: PickleOptions): string {
  return Buffer.from(writePickle(value, options)).toString('latin1');
}

describe('numbers', () => {
  it.each<[value: number, pickle: string]>([
    [0, 'K\0'],
    [255, 'K\xff'],
    [256, 'M\0\x01'],
    [65_535, 'M\xff\xff'],
    [65_536, 'J\0\0\x01\0'],
    [-1, 'J\xff\xff\xff\xff'],
    [2 ** 31 - 1, 'J\xff\xff\xff\x7f'],
    [-(2 ** 31), 'J\0\0\0\x80'],
    [2 ** 31, '\x8a\x05\0\0\0\x80\0'],
    [-(2 ** 31) - 1, '\x8a\x05\xff\xff\xff\x7f\xff'],
    [2 ** 39, '\x8a\x06\0\0\0\0\x80\0'],
    [-(2 ** 39), '\x8a\x05\0\0\0\0\x80'],
    [Number.MAX_SAFE_INTEGER, '\x8a\x07\xff\xff\xff\xff\xff\xff\x1f'],
    [Number.MIN_SAFE_INTEGER, '\x8a\x07\x01\0\0\0\0\0\xe0'],
    [2 ** 53, 'G\x43\x40\0\0\0\0\0\0'],
    [-0, 'G\x80\0\0\0\0\0\0\0'],
    [0.5, 'G\x3f\xe0\0\0\0\0\0\0'],
    [Number.POSITIVE_INFINITY, 'G\x7f\xf0\0\0\0\0\0\0'],
    [Number.NaN, 'G\x7f\xf8\0\0\0\0\0\0'],
  ])('%d is an int where it is a safe integer, else a float', (value, pickle) => {
    expect(written(value, { protocol: 2 })).toBe(`\x80\x02${pickle}.`);
    expectSame(roundTrip(value, { exact: true }), value);
  });

  it('bigints are ints of any size', () => {
    expect(written(5n, { protocol: 2 })).toBe('\x80\x02K\x05.');
    expect(written(-(2n ** 63n), { protocol: 2 })).toBe('\x80\x02\x8a\x08\0\0\0\0\0\0\0\x80.');
    for (const value of [2n ** 2039n, -(2n ** 2047n), 10n ** 600n, 2n ** 524_286n])
      expectSame(roundTrip(value), value);
    expect(errorOf(2n ** 524_287n)).toBeInstanceOf(RangeError);
  });
});

describe('what is written as something else', () => {
  it('members that are undefined are left out', () => {
    expectSame(roundTrip({ a: undefined, b: 1, c: undefined }), { b: 1 });
    expectSame(roundTrip({ a: undefined }), {});
    expectSame(roundTrip({ [Symbol('s')]: 1 }), {});
    const many = Object.fromEntries(
      Array.from({ length: 2500 }, (_, i) => [`k${i}`, i % 2 === 0 ? i : undefined]),
    );
    expectSame(roundTrip(many), JSON.parse(JSON.stringify(many)));
  });

  it('a Date is an aware datetime in UTC', () => {
    const date = new Date('2024-02-29T23:59:58.123Z');
    expectSame(roundTrip([date]), [date]);
    const [exact] = roundTrip([date], { exact: true }) as [PythonDatetime];
    expect(String(exact)).toBe('2024-02-29T23:59:58.123000+00:00');
    expectSame(exact.toDate(), date);
    for (const time of [-62_135_596_800_000, 253_402_300_799_999, -1]) {
      expectSame(roundTrip(new Date(time)), new Date(time));
    }
  });

  it('arrays and sets as keys are tuples and frozensets, all the way down', () => {
    const value = new Map<unknown, unknown>([
      [[1, [2, 'a'], new Set([[3]])], [[4]]],
      [new Set(['x']), new Set(['y'])],
    ]);
    const exact = roundTrip(value, { exact: true });
    const inner = new PythonFrozenset([new PythonTuple([3])]);
    expectSame(
      exact,
      new Map<unknown, unknown>([
        [new PythonTuple([1, new PythonTuple([2, 'a']), inner]), [[4]]],
        [new PythonFrozenset(['x']), new Set(['y'])],
      ]),
    );
    for (const protocol of [2, 3, 4, 5] as const) expectSame(roundTrip(value, { protocol }), value);
  });

  it('one array as a key and as a value is a tuple and a list', () => {
    const both = [1, 2, 3, 4];
    const exact = roundTrip([both, new Map([[both, both]]), new Set([both])], { exact: true });
    const tuple = new PythonTuple(both);
    expectSame(exact, [both, new Map([[tuple, both]]), new Set([tuple])]);
  });

  it('a Buffer is bytes; objects of other realms are dicts and lists', () => {
    expectSame(roundTrip([Buffer.from('ab')]), [Uint8Array.of(0x61, 0x62)]);
    expectSame(roundTrip(runInNewContext('({ list: [1, { a: 2 }] })')), { list: [1, { a: 2 }] });
    expectSame(roundTrip(Object.assign(Object.create(null), { a: 1 })), { a: 1 });
  });

  it('equal texts are one object to Python', () => {
    expect(written(['ab', 'ab'], { protocol: 4 })).toContain('\x8c\x02ab\x94h\x01e.');
    const texts = Array.from({ length: 300 }, (_, i) => `text ${i % 100}`);
    for (const protocol of [2, 5] as const) expectSame(roundTrip(texts, { protocol }), texts);
  });

  // As CPython 3.11 writes them.
  it('the texts that decimals and bytes are made of are not, but for single characters', () => {
    const decimals = written([new PythonDecimal('1.10'), new PythonDecimal('1.10')]);
    expect(decimals.slice(11)).toBe(
      ']\x94(\x8c\x07decimal\x94\x8c\x07Decimal\x94\x93\x94\x8c\x041.10\x94\x85\x94R\x94h\x03\x8c\x041.10\x94\x85\x94R\x94e.',
    );
    expect(written([Uint8Array.of(97, 98), Uint8Array.of(97, 98)], { protocol: 2 })).toBe(
      '\x80\x02]q\x00(c_codecs\nencode\nq\x01X\x02\0\0\0abq\x02X\x06\0\0\0latin1q\x03\x86q\x04Rq\x05h\x01X\x02\0\0\0abq\x06h\x03\x86q\x07Rq\x08e.',
    );
    expect(written([Uint8Array.of(122), new PythonBytearray(Uint8Array.of(122)), 'z'], { protocol: 2 })).toBe(
      '\x80\x02]q\x00(c_codecs\nencode\nq\x01X\x01\0\0\0zq\x02X\x06\0\0\0latin1q\x03\x86q\x04Rq\x05c__builtin__\nbytearray\nq\x06h\x01h\x02h\x03\x86q\x07Rq\x08\x85q\tRq\nh\x02e.',
    );
  });
});

describe('what is the same object', () => {
  const shared = { a: [1] };
  const cycle: Record<string, unknown> = { shared };
  cycle.self = cycle;
  const map = new Map<unknown, unknown>();
  map.set(1, map);
  const inner: unknown[] = [];
  const tuple = new PythonTuple([inner, 2]);
  inner.push(tuple);

  it.each([2, 3, 4, 5] as const)('is the same at protocol %i, and may contain itself', (protocol) => {
    const [one, two] = roundTrip([shared, shared], { protocol }) as unknown[];
    expect(one).toBe(two);
    const back = roundTrip(cycle, { protocol }) as Record<string, unknown>;
    expect(back.self).toBe(back);
    const backMap = roundTrip(map, { protocol }) as Map<unknown, unknown>;
    expect(backMap.get(1)).toBe(backMap);
    const backTuple = roundTrip(tuple, { protocol, exact: true }) as PythonTuple;
    expect((backTuple.items[0] as unknown[])[0]).toBe(backTuple);
  });

  it('is found again among many', () => {
    const objects = Array.from({ length: 1000 }, (_, i) => ({ i }));
    const back = roundTrip([...objects, ...objects]) as unknown[];
    expect(back.slice(0, 1000).every((object, i) => object === back[1000 + i])).toBe(true);
    expectSame(back.slice(0, 1000), objects);
  });
});

class Point {
  x = 'secret';
}

describe('what a pickle cannot hold', () => {
  it.each<[what: string, value: unknown]>([
    ['undefined', undefined],
    ['undefined', [undefined]],
    ['undefined', new Array(3)],
    ['undefined', new Map([['secret', undefined]])],
    ['a function', () => 'secret'],
    ['a function', { secret: Point }],
    ['a symbol', Symbol('secret')],
    ['a class', new Point()],
    ['a class', Object.create({ secret: 1 })],
    ['a class', Object('secret')],
    ['RegExp', /secret/],
    ['Error', new Error('secret')],
    ['Promise', Promise.resolve('secret')],
    ['WeakMap', new WeakMap()],
    ['ArrayBuffer', new ArrayBuffer(1)],
    ['Uint8Array', new Uint16Array(1)],
    ['Uint8Array', new DataView(new ArrayBuffer(1))],
    ['a lone surrogate', 'secret\ud800'],
    ['a lone surrogate', `${'secret'.repeat(20)}\udc00`],
    ['a lone surrogate', { '\ud800secret': 1 }],
    ['an invalid Date', new Date(Number.NaN)],
    ['as a key', new Map([[{ secret: 1 }, 1]])],
    ['as a key', new Map([[[{ secret: 1 }], 1]])],
    ['as a key', new Set([new Map()])],
    ['as a key', new Set([new PythonBytearray(new Uint8Array(1))])],
    ['as a key', new Set([new PythonOrderedDict([])])],
    ['as a key', new Set([new PythonTuple([{}])])],
    ['a class', new Set([new Point()])],
  ])('%s: refused by a TypeError that says so and quotes nothing', (what, value) => {
    for (const each of [value, [{ deep: value }]]) {
      if (each !== value && value === undefined) continue;
      for (const protocol of [2, 5] as const) {
        const error = errorOf(each, { protocol });
        expect(error).toBeInstanceOf(TypeError);
        expect(error.message).toContain(what);
        expect(error.message).not.toContain('secret');
      }
    }
  });

  it('a dict as a key, though it was written as a value before', () => {
    const dict = new Map();
    expect(errorOf([dict, new Map([[dict, 1]])]).message).toContain('as a key');
  });

  it.each([
    ['a Date before the year 1', -62_135_596_800_001],
    ['a Date after 9999', 253_402_300_800_000],
  ])('%s', (_, ms) => {
    expect(errorOf(new Date(ms))).toBeInstanceOf(RangeError);
  });

  it('passes on what a getter throws, and writes the next value right', () => {
    const error = new Error('mine');
    const value = {
      get broken(): never {
        throw error;
      },
    };
    expect(errorOf([1, value])).toBe(error);
    expectSame(roundTrip([1]), [1]);
  });
});

describe('levels', () => {
  const makers: Readonly<Record<string, (value: unknown) => unknown>> = {
    list: (value) => [value],
    dict: (value) => ({ a: value }),
    map: (value) => new Map([[1, value]]),
    tuple: (value) => new PythonTuple([value]),
    ordered: (value) => new PythonOrderedDict([['a', value]]),
    set: (value) => new Set([value]),
    frozenset: (value) => new PythonFrozenset([value]),
  };

  function nested(levels: number, make: (value: unknown) => unknown): unknown {
    let value: unknown = 1;
    for (let level = 0; level < levels; level += 1) value = make(value);
    return value;
  }

  it.each(Object.keys(makers))('of a %s: to the limit, not beyond', (kind) => {
    const make = makers[kind] ?? String;
    for (const protocol of [2, 5] as const) {
      for (const maxDepth of [1, 500, 1000]) {
        const options = { protocol, maxDepth };
        expect(
          readPickle(writePickle(nested(maxDepth, make), options), { exact: true, maxDepth }),
        ).toBeDefined();
        const error = errorOf(nested(maxDepth + 1, make), options);
        expect(error).toBeInstanceOf(RangeError);
        expect(error.message).toBe(`a pickle does not hold more than ${maxDepth} levels`);
      }
    }
  });

  it('of a hundred thousand lists: a RangeError', () => {
    expect(errorOf(nested(100_000, (value) => [value])).message).toContain('500 levels');
    const key: unknown[] = [];
    key.push(key);
    expect(errorOf(new Set([key])).message).toContain('500 levels');
  });
});

describe('frames', () => {
  it('begin with protocol 4, and leave out very short ones', () => {
    expect(toBase64(writePickle(null, { protocol: 4 }))).toBe('gAROLg==');
    expect(toBase64(writePickle('ab', { protocol: 3 }))).toBe(
      toBase64(Buffer.from('\x80\x03X\x02\0\0\0abq\0.', 'latin1')),
    );
  });
});
