import { type PickleProtocol, PythonTuple, pylibmcCodec } from '@mc/codec-pylibmc';
import { codecSuite } from '@mc/testing/suites';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectSame } from './equality.js';
import { pickleOf } from './pickle-text.js';

const SEED = Number(process.env.MC_SEED ?? 20_260_101);
const PROTOCOLS: readonly PickleProtocol[] = [2, 3, 4, 5];

const same = {
  null: null,
  'a fraction': 1.5,
  '-0': -0,
  NaN: Number.NaN,
  'a list': [1, 'two', [3.5], true, null],
  'an object': { a: { b: [] }, '': 0, 'with "quotes"': '\u0000😀' },
  'special names': JSON.parse('{"__proto__":{"x":1},"constructor":2}') as unknown,
  'a map': new Map<unknown, unknown>([
    [1, 'one'],
    [null, [2n ** 70n]],
  ]),
  'a set': new Set(['a', 1.5]),
  'a date': new Date(1_700_000_000_123),
  bytes: { some: Uint8Array.of(0, 255) },
  'a large list': Array.from({ length: 2500 }, (_, i) => ({ i })),
  'a large text': ['é'.repeat(70_000)],
};

for (const protocol of PROTOCOLS) {
  codecSuite(`pylibmcCodec, protocol ${protocol}`, pylibmcCodec({ protocol }), {
    same,
    changed: {
      'a tuple': [new PythonTuple([1, 2]), [1, 2]],
      'undefined members': [{ a: undefined, b: 1 }, { b: 1 }],
      'a float that is an integer': [[4], [4]],
    },
    refused: { undefined, 'a function': () => {}, 'a symbol': Symbol('s'), 'a lone surrogate': ['\ud800'] },
    damaged: {
      nothing: new Uint8Array(0),
      text: pickleOf('abc'),
      'a call': pickleOf("cos\nsystem\n(S'id'\ntR."),
      'bytes behind it': pickleOf('N.N'),
    },
  });
}

const scalar = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt().filter((value) => !Number.isSafeInteger(Number(value))),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array(),
  fc.date({ min: new Date(-62_135_596_800_000), max: new Date(253_402_300_799_999), noInvalidDate: true }),
);
const key = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.constant(null),
  fc.array(scalar, { maxLength: 4 }),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalar,
    tie('list'),
    tie('dict'),
    tie('map'),
    tie('set'),
  ),
  list: fc.array(tie('value'), { maxLength: 6 }),
  dict: fc.dictionary(fc.string({ unit: 'binary' }), tie('value'), { maxKeys: 6, noNullPrototype: true }),
  // With at least one key that is no text: others come back as objects.
  map: fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((pairs) => new Map([[7, null], ...pairs])),
  set: fc.array(key, { maxLength: 4 }).map((members) => new Set(members)),
}));

describe('any value', () => {
  it.each(PROTOCOLS)('comes back equal at protocol %i', (protocol) => {
    console.log(`seed ${SEED}`);
    const codec = pylibmcCodec({ protocol });
    const property = fc.property(value, (each) => {
      expectSame(codec.decode(codec.encode(each) as Uint8Array), each);
    });
    fc.assert(property, { seed: SEED, numRuns: 500 });
  });

  it('is written in the same bytes again, once it was read exactly', () => {
    const exact = pylibmcCodec({ exact: true });
    const property = fc.property(value, (each) => {
      const first = exact.encode(each) as Uint8Array;
      expect(exact.encode(exact.decode(first))).toEqual(first);
    });
    fc.assert(property, { seed: SEED, numRuns: 500 });
  });
});

describe('the codec', () => {
  it('has the name and id of the flag layout', () => {
    expect(pylibmcCodec()).toMatchObject({ name: 'pickle', id: 8 });
  });

  it('may be called by the value that it writes', () => {
    const codec = pylibmcCodec();
    const inner = codec.encode(['inner']) as Uint8Array;
    const outer = {
      before: 1,
      get nested(): unknown {
        return codec.encode(['inner']);
      },
      after: 2,
    };
    expectSame(codec.decode(codec.encode(outer) as Uint8Array), { before: 1, nested: inner, after: 2 });
  });

  it('gives bytes of their own each time, also after large and failed ones', () => {
    const codec = pylibmcCodec();
    const first = codec.encode(['first']) as Uint8Array;
    const copy = first.slice();
    codec.encode(['x'.repeat(200_000)]);
    expect(() => codec.encode([['y'.repeat(200_000)], undefined])).toThrow(TypeError);
    codec.encode(['other']);
    expect(first).toEqual(copy);
    expect(first.buffer.byteLength).toBe(first.length);
  });

  it.each([{ protocol: 1 }, { maxDepth: 0 }, { maxItems: 1.5 }])('refuses %j', (options) => {
    expect(() => pylibmcCodec(options as object)).toThrow(RangeError);
  });
});
