import { isDeepStrictEqual } from 'node:util';
import { testSeed } from '@mc/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode, FORMS, roundTrip } from './forms.js';
import { type Seen, seenByOthers } from './spec-decoder.js';

const seed = testSeed();
console.log(`seed ${seed}`);

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
);
const oddNames = [
  '__proto__',
  'constructor',
  '__keys__',
  'length',
  'toJSON',
  'hasOwnProperty',
  '1',
  '-1',
  '',
];
const names = fc.oneof({ weight: 5, arbitrary: text }, fc.constantFrom(...oddNames));
const numbers = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger());
const dates = fc.date({ noInvalidDate: true });
const bytes = fc.uint8Array({ maxLength: 300 });
const large = fc.bigInt({ min: 2n ** 53n + 1n, max: 2n ** 64n - 1n });
const leaves = fc.oneof(text, numbers, fc.boolean(), fc.constant(null), dates, bytes, large);

const plainValues = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaves, tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 20 }),
  object: fc.dictionary(names, tie('value'), { maxKeys: 20, noNullPrototype: true }),
})).value;

const richLeaves = fc.oneof(
  leaves,
  fc.constantFrom(undefined, -0, /a\/b/giu),
  fc.bigInt(),
  fc.float64Array({ maxLength: 20 }),
  fc.int16Array({ maxLength: 200 }),
);
const richValues = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    richLeaves,
    tie('list'),
    tie('object'),
    tie('map'),
    tie('set'),
    tie('error'),
  ),
  list: fc.array(tie('value'), { maxLength: 20 }),
  object: fc.dictionary(names, tie('value'), { maxKeys: 20, noNullPrototype: true }),
  map: fc
    .array(fc.tuple(fc.oneof(text, tie('value')), tie('value')), { maxLength: 20 })
    .map((pairs) => new Map(pairs)),
  set: fc.array(tie('value'), { maxLength: 20 }).map((members) => new Set(members)),
  error: fc.tuple(text, tie('value')).map(([message, cause]) => new TypeError(message, { cause })),
})).value;

/** What plain MessagePack changes. */
function withoutNegativeZero(value: unknown): unknown {
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(withoutNegativeZero);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  const copy = {};
  for (const [name, member] of Object.entries(value)) {
    const described = {
      value: withoutNegativeZero(member),
      enumerable: true,
      writable: true,
      configurable: true,
    };
    Object.defineProperty(copy, name, described);
  }
  return copy;
}

/** What the second reader must see of a value. */
function expectedSeen(value: unknown): Seen | 'a date' {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (typeof value === 'string') return { text: value };
  if (typeof value === 'number') {
    const isInteger = Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 32;
    return isInteger ? BigInt(value) : { float: value };
  }
  if (value instanceof Uint8Array) return { bin: Buffer.from(value).toString('hex') };
  if (value instanceof Date) return 'a date';
  if (Array.isArray(value)) return { list: value.map(expectedSeen) as Seen[] };
  return {
    map: Object.entries(value as object).map(([k, v]) => [{ text: k }, expectedSeen(v)] as [Seen, Seen]),
  };
}

function withoutDates(seen: Seen): unknown {
  if (typeof seen !== 'object' || seen === null) return seen;
  if ('ext' in seen && seen.ext === -1) return 'a date';
  if ('list' in seen) return { list: seen.list.map(withoutDates) };
  return 'map' in seen ? { map: seen.map.map(([k, v]) => [k, withoutDates(v)]) } : seen;
}

describe('any value', { timeout: 60_000 }, () => {
  it('comes back from plain MessagePack', () => {
    const property = fc.property(plainValues, (value) => {
      const expected = withoutNegativeZero(value);
      const back = roundTrip(FORMS.plain!, value);
      if (!isDeepStrictEqual(back, expected)) expect(back).toStrictEqual(expected);
    });
    fc.assert(property, { seed, numRuns: 400 });
  });

  it('is seen by another reader as what it is', () => {
    const property = fc.property(plainValues, (value) => {
      const seen = withoutDates(seenByOthers(encode(FORMS.plain!, value)));
      expect(seen).toEqual(expectedSeen(value));
    });
    fc.assert(property, { seed, numRuns: 200 });
  });

  for (const [form, codec] of Object.entries(FORMS)) {
    if (form === 'plain') continue;
    it(`comes back: ${form}`, () => {
      const property = fc.property(richValues, (value) => {
        const back = roundTrip(codec, value);
        if (!isDeepStrictEqual(back, value)) expect(back).toStrictEqual(value);
      });
      fc.assert(property, { seed, numRuns: 400 });
    });
  }

  for (const [form, codec] of Object.entries(FORMS)) {
    it(`any text comes back or is refused, in any place: ${form}`, () => {
      const anyText = fc.array(fc.integer({ min: 0xd7f0, max: 0xe010 }), { maxLength: 80 });
      const property = fc.property(anyText, fc.nat(70), (units, ascii) => {
        const string = 'a'.repeat(ascii) + String.fromCharCode(...units);
        for (const value of [{ [string]: 1 }, [string]]) {
          if (string.isWellFormed()) expect(roundTrip(codec, value)).toStrictEqual(value);
          else expect(() => codec.encode(value)).toThrow('lone surrogate');
        }
      });
      fc.assert(property, { seed, numRuns: 200 });
    });
  }
});
