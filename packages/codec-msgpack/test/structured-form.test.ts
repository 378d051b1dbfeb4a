import { describe, expect, it } from 'vitest';
import { msgpackCodec } from '../src/index.js';
import { encode, FORMS, nested, refusalOf, roundTrip, STRUCTURED } from './forms.js';

/** Not written in place, where the linter would make an escape of it. */
const HALF = String.fromCharCode(0xd800);
const ROWS = Array.from({ length: 50 }, (_, id) => ({ id, name: `row ${id}`, tags: ['a', 'b'] }));

for (const [form, codec] of Object.entries(STRUCTURED)) {
  describe(form, () => {
    it('has the name and id of the flag layout', () => {
      expect(codec).toMatchObject({ name: 'msgpack-structured', id: 4 });
    });

    it('keeps one object in several places one', () => {
      const shared = { a: [1] };
      const bytes = new Uint8Array([1, 2]);
      const back = roundTrip(codec, {
        one: shared,
        two: [shared],
        map: new Map([[shared, shared]]),
        bytes,
        more: bytes,
      });
      const { one, two, map, bytes: first, more } = back as Record<string, unknown>;
      expect(one).toEqual(shared);
      expect((two as unknown[])[0]).toBe(one);
      expect((map as Map<unknown, unknown>).get(one)).toBe(one);
      expect(first).toEqual(bytes);
      expect(more).toBe(first);
    });

    it('keeps circles through every kind of object', () => {
      const circle: Record<string, unknown> = { neg: -0 };
      const error = new Error('e', { cause: circle });
      Object.assign(circle, {
        self: circle,
        list: [circle],
        map: new Map([[circle, circle]]),
        set: new Set([circle]),
        error,
      });
      const back = roundTrip(codec, circle) as typeof circle;
      expect(back.self).toBe(back);
      expect((back.list as unknown[])[0]).toBe(back);
      expect((back.map as Map<unknown, unknown>).get(back)).toBe(back);
      expect((back.set as Set<unknown>).has(back)).toBe(true);
      expect((back.error as Error).cause).toBe(back);
      expect(Object.is(back.neg, -0)).toBe(true);
    });

    it('keeps the class, message, cause and properties of an error', () => {
      const error = Object.assign(new RangeError('too far', { cause: 1n }), {
        code: 'E_FAR',
        at: new Map([[1, 2]]),
      });
      const back = roundTrip(codec, [error]) as [typeof error];
      expect(back[0]).toBeInstanceOf(RangeError);
      expect(back[0]).toMatchObject({
        name: 'RangeError',
        message: 'too far',
        cause: 1n,
        code: 'E_FAR',
        at: error.at,
      });
      expect(Object.keys(back[0])).toEqual(['code', 'at']);
      expect(back[0].stack).toBe('RangeError: too far');
      expect('cause' in (roundTrip(codec, new Error('x')) as Error)).toBe(false);
    });

    it('gives an error of another class as the built-in one it extends, under its own name', () => {
      class OwnError extends TypeError {
        override name = 'OwnError';
      }
      class Renamed extends Error {}
      Object.defineProperty(Renamed.prototype, 'name', { value: 'Renamed' });
      const [own, renamed] = roundTrip(codec, [new OwnError('o'), new Renamed('r')]) as Error[];
      expect(own).toBeInstanceOf(TypeError);
      expect(own).toMatchObject({ name: 'OwnError', message: 'o' });
      expect(renamed).toMatchObject({ name: 'Renamed', message: 'r' });
      const many = roundTrip(codec, new AggregateError([new Error('one'), 2], 'many')) as AggregateError;
      expect(many).toBeInstanceOf(AggregateError);
      expect(many.errors).toEqual([new Error('one'), 2]);
    });

    it('tells a Map from an object, and bigints from numbers', () => {
      const value = { map: new Map([['a', 1]]), object: { a: 1 }, list: [5n, 5, 2n ** 53n, -0, 0] };
      const back = roundTrip(codec, value) as typeof value;
      expect(back).toStrictEqual(value);
      expect(Object.is(back.list[3], -0)).toBe(true);
      expect(Object.is(back.list[4], 0)).toBe(true);
    });

    it('keeps an invalid Date and undefined at the top', () => {
      expect((roundTrip(codec, [new Date(Number.NaN)]) as Date[])[0]?.getTime()).toBeNaN();
      expect(roundTrip(codec, undefined)).toBeUndefined();
    });

    it('keeps members whose names mean something to the language or to msgpackr', () => {
      const value = [
        { a: 1 },
        { a: 1, __keys__: 2 },
        { a: 1, __keys__: [3], length: 4, push: 5 },
        { a: 2 },
        JSON.parse('{"__proto__":{"x":1},"constructor":2,"hasOwnProperty":3,"toJSON":4}'),
      ];
      expect(JSON.stringify(roundTrip(codec, value))).toBe(JSON.stringify(value));
    });

    it('keeps objects of more shapes than msgpackr has numbers for, each used again', () => {
      const shapes = Array.from({ length: 200 }, (_, i) => ({
        [`member${i}`]: i,
        [`other${i}`]: { [`inner${i % 90}`]: i },
      }));
      const value = [...shapes, ...shapes.map((shape) => ({ ...shape })), ...shapes];
      const back = roundTrip(codec, value) as unknown[];
      expect(back).toStrictEqual(value);
      expect(back[400]).toBe(back[0]);
    });

    it('keeps objects of thousands of members', () => {
      const value = { large: Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`member ${i}`, i])) };
      expect(roundTrip(codec, value)).toStrictEqual(value);
    });

    it('takes 500 levels, of circles too', () => {
      const deep = nested(498);
      const circle: Record<string, unknown> = { deep };
      circle.self = circle;
      expect(roundTrip(codec, nested(500))).toEqual(nested(500));
      expect((roundTrip(codec, circle) as typeof circle).deep).toEqual(deep);
      expect(refusalOf(codec, nested(501)).message).toContain('more than 500 levels');
    });

    it.each([
      ['Set', (value: unknown) => new Set([value])],
      ['Map', (value: unknown) => new Map([[value, -0]])],
      ['Error', (cause: unknown) => new Error('e', { cause })],
      ['circle', (value: unknown) => Object.assign([value], { 1: [] as unknown[] })],
    ])('takes 500 levels of %s', (_name, wrap) => {
      let value: unknown = 1;
      for (let level = 0; level < 499; level += 1) value = wrap(value);
      const back = roundTrip(codec, value);
      expect(Buffer.from(encode(codec, back))).toEqual(Buffer.from(encode(codec, value)));
      expect(refusalOf(codec, wrap(wrap(value))).message).toContain('more than 500 levels');
    });

    it('looks at each object once, however many ways lead to it', () => {
      let value: unknown = { end: true };
      for (let level = 0; level < 60; level += 1) value = [value, value];
      let back = roundTrip(codec, value);
      for (let level = 0; level < 60; level += 1) back = (back as unknown[])[level % 2];
      expect(back).toEqual({ end: true });
    });

    it.each([
      ['an instance of a class', new (class Secret {})(), 'an instance of a class'],
      ['a subclass of Map', new (class extends Map {})(), 'an object of type Map'],
      ['a nested function', new Map([[{}, [() => 1]]]), 'a function'],
      ['a function of an error', Object.assign(new Error('x'), { f: () => 1 }), 'a function'],
      ['a symbol in a Set', new Set([Symbol('secret')]), 'a symbol'],
      ['half a pair in a Map', new Map([['secret\ud800', 1]]), 'a lone surrogate'],
      ['half a pair in a pattern', new RegExp(`secret${HALF}`), 'a lone surrogate'],
      ['half a pair in an error', new Error('secret\ud800'), 'a lone surrogate'],
      ['a message that is no text', Object.assign(new Error('x'), { message: 5 }), 'not text'],
      ['a Map in disguise', Object.assign(new Map(), { constructor: 1 }), 'of its own'],
    ])('refuses %s', (_name, value, part) => {
      const error = refusalOf(codec, [value]);
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toContain(part);
      expect(error.message).not.toMatch(/secret/i);
    });
  });
}

describe('records', () => {
  const { structured, 'structured, without records': unrecorded } = FORMS as Record<string, typeof codec>;
  const codec = msgpackCodec({ structured: true });

  it('are the default, and make a list of like objects smaller', () => {
    expect(encode(codec, ROWS)).toEqual(encode(msgpackCodec({ structured: true, records: true }), ROWS));
    expect(encode(codec, ROWS).length).toBeLessThan(0.7 * encode(unrecorded as typeof codec, ROWS).length);
  });

  it('stand in each value anew, so any process can read any value', () => {
    const first = Uint8Array.from(encode(codec, ROWS));
    const second = Uint8Array.from(encode(codec, ROWS));
    expect(second).toEqual(first);
    expect(msgpackCodec({ structured: true }).decode(second)).toEqual(ROWS);
    expect(structured?.decode(second)).toEqual(ROWS);
  });

  it('are read by a codec that writes none, and the other way round', () => {
    const value = { rows: ROWS, map: new Map([['a', { b: -0 }]]), error: new Error('e') };
    for (const writer of Object.values(STRUCTURED)) {
      for (const reader of Object.values(STRUCTURED)) {
        expect(reader.decode(Uint8Array.from(encode(writer, value)))).toStrictEqual(value);
      }
    }
  });
});
