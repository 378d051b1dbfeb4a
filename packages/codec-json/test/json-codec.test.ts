import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonCodec } from '../src/index.js';

const SEED = Number(process.env.MC_SEED ?? 20_260_101);
const codec = jsonCodec();

function roundTrip(value: unknown): unknown {
  return codec.decode(new TextEncoder().encode(codec.encode(value) as string));
}

function refusalOf(value: unknown): Error {
  try {
    codec.encode(value);
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was not refused');
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { inner: value };
  return value;
}

class Point {
  x = 1;
}

class Money {
  readonly cents = 5;
  toJSON(key: string): unknown {
    return { cents: this.cents, key };
  }
}

describe('what JSON holds', () => {
  it('has the name and id of the flag layout', () => {
    expect(codec).toMatchObject({ name: 'json', id: 1 });
  });

  it.each([
    [null],
    [1.5],
    [-1e300],
    [Number.MAX_SAFE_INTEGER + 2],
    [[]],
    [{}],
    [[1, 'two', [3], { four: 4 }, null, true, '']],
    [{ a: { b: { c: [] } }, '': 0, 'with "quotes"\n': '\u0000\ud83d\ude00\u2028' }],
    [Object.assign(Object.create(null), { a: 1 })],
    ['text'],
    [false],
    [7],
  ])('gives back %j', (value) => {
    expect(roundTrip(value)).toEqual(value);
  });

  it('gives back any JSON value', () => {
    console.log(`seed ${SEED}`);
    const property = fc.property(fc.jsonValue({ stringUnit: 'binary', maxDepth: 6 }), (value) => {
      expect(roundTrip(value)).toEqual(JSON.parse(JSON.stringify(value)));
    });
    fc.assert(property, { seed: SEED, numRuns: 500 });
  });

  it('takes plain objects, arrays and dates of another realm', () => {
    const foreign = runInNewContext('({ list: [1, { a: 2 }], date: new Date(0) })') as object;
    expect(roundTrip(foreign)).toEqual({ list: [1, { a: 2 }], date: '1970-01-01T00:00:00.000Z' });
    expect(refusalOf(runInNewContext('[new Date(NaN)]')).message).toContain('an invalid Date');
  });

  it('writes the same object in two places twice', () => {
    const shared = { a: [1] };
    const back = roundTrip({ first: shared, second: shared }) as Record<string, unknown>;
    expect(back).toEqual({ first: shared, second: shared });
    expect(back.first).not.toBe(back.second);
    expect(roundTrip([new Money(), shared, shared])).toEqual([{ cents: 5, key: '0' }, shared, shared]);
  });

  it('keeps a member called __proto__ a member, and touches no prototype', () => {
    const value = JSON.parse('{"__proto__":{"polluted":true},"a":1}') as object;
    for (const written of [value, { value, when: new Money() }]) {
      const back = roundTrip(written) as { value?: object };
      const object = back.value ?? back;
      expect(Object.keys(object)).toEqual(['__proto__', 'a']);
      expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
      expect('polluted' in object).toBe(false);
    }
  });

  it('takes 1,000 levels', () => {
    expect(roundTrip(nested(1000))).toEqual(nested(1000));
    expect(refusalOf(nested(1001)).message).toContain('more than 1000 levels');
    expect(refusalOf(nested(100_000)).message).toContain('more than 1000 levels');
  });
});

describe('what JSON changes, as documented', () => {
  it('writes a Date as its ISO string', () => {
    expect(roundTrip({ at: new Date(0) })).toEqual({ at: '1970-01-01T00:00:00.000Z' });
    expect(roundTrip(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
  });

  it('leaves out undefined members and symbol keys', () => {
    expect(roundTrip({ a: undefined, b: 1, [Symbol('c')]: 2 })).toEqual({ b: 1 });
    expect(codec.encode({ a: undefined })).toBe('{}');
  });

  it('writes -0 as 0', () => {
    expect(codec.encode([-0])).toBe('[0]');
  });

  it('asks toJSON once, with the key, and looks at what it returns', () => {
    let calls = 0;
    const counted = {
      toJSON: () => {
        calls += 1;
        return { calls };
      },
    };
    expect(roundTrip({ counted })).toEqual({ counted: { calls: 1 } });
    expect(roundTrip(new Money())).toEqual({ cents: 5, key: '' });
    expect(roundTrip({ price: new Money(), list: [new Money()] })).toEqual({
      price: { cents: 5, key: 'price' },
      list: [{ cents: 5, key: '0' }],
    });
    expect(roundTrip({ url: new URL('http://example.org/') })).toEqual({ url: 'http://example.org/' });
    expect(roundTrip({ gone: { toJSON: () => undefined } })).toEqual({});
    expect(roundTrip({ self: Object.assign(new Point(), { toJSON: returnThis }) })).toEqual({
      self: { x: 1 },
    });
    expect(roundTrip(Object.assign([1, 2], { toJSON: () => 'list' }))).toBe('list');
    expect(refusalOf({ a: { toJSON: () => new Map() } }).message).toContain('Map');
    expect(refusalOf({ a: { toJSON: () => Number.NaN } }).message).toContain('NaN');
    expect(refusalOf({ a: { toJSON: () => new Uint8Array(1) } }).message).toContain('bytes');
    expect(refusalOf({ toJSON: () => undefined }).message).toContain('undefined');
    expect(refusalOf([{ toJSON: () => undefined }]).message).toContain('undefined');
  });

  it('passes on what a toJSON throws', () => {
    const error = new Error('mine');
    const value = {
      toJSON: () => {
        throw error;
      },
    };
    expect(() => codec.encode([value])).toThrow(error);
  });
});

function returnThis(this: object): object {
  return this;
}

const cycle: Record<string, unknown> = { a: 1 };
cycle.list = [{ cycle }];
const cycleWithToJson: Record<string, unknown> = { money: new Money() };
cycleWithToJson.self = cycleWithToJson;
const sparse = [1];
sparse[3] = 4;

describe('what JSON cannot hold', () => {
  it.each<[what: string, value: unknown]>([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['infinity', Number.NEGATIVE_INFINITY],
    ['undefined', undefined],
    ['undefined', sparse],
    ['undefined', [undefined]],
    ['a function', () => {}],
    ['a function', class {}],
    ['a symbol', Symbol('secret')],
    ['a bigint', 5n],
    ['Map', new Map([['secret', 1]])],
    ['Set', new Set(['secret'])],
    ['WeakMap', new WeakMap()],
    ['RegExp', /secret/],
    ['Error', new Error('secret')],
    ['Promise', Promise.resolve()],
    ['bytes', new Uint8Array(3)],
    ['bytes', Buffer.from('secret')],
    ['bytes', new ArrayBuffer(3)],
    ['bytes', new SharedArrayBuffer(3)],
    ['bytes', new DataView(new ArrayBuffer(3))],
    ['an invalid Date', new Date(Number.NaN)],
    ['a class', new Point()],
    ['a class', Object.create({ secret: 1 })],
    ['a class', Object(5)],
    ['a class', Object('secret')],
    ['contains itself', cycle],
    ['contains itself', cycleWithToJson],
    ['a lone surrogate', 'secret\ud800'],
    ['a lone surrogate', '\udc00secret'],
    ['a lone surrogate', '\\\udfff'],
    ['a lone surrogate', { '\ud800': 1 }],
  ])('refuses %s, at the top and within', (what, value) => {
    const inMember = value === undefined ? [{ deep: [value] }] : { secret: [{ secret: value }] };
    for (const written of [value, [value], inMember, { secret: new Money(), value: [value] }]) {
      const error = refusalOf(written);
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toContain(what);
      expect(`${error.message} ${String(error.cause ?? '')}`).not.toContain('secret');
    }
  });

  it('takes text that only looks like an escaped surrogate', () => {
    for (const text of [
      '\\ud800',
      '\\\\ud800',
      '\\\\\\udfff and more',
      '"\\ud800"',
      '\\ud83d\\ude00',
      '\ud83d\ude00',
    ]) {
      expect(roundTrip([text])).toEqual([text]);
    }
    expect(refusalOf(['\\\\\ud800']).message).toContain('lone surrogate');
  });

  it('refuses a member that is a function, unless it is an inherited one', () => {
    expect(refusalOf({ a: () => {} }).message).toContain('a function');
    const prototype = Object.prototype as { pollution?: unknown };
    prototype.pollution = () => {};
    const text = codec.encode({ a: 1 });
    delete prototype.pollution;
    expect(text).toBe('{"a":1}');
  });
});

describe('what is read', () => {
  it.each<[string, Uint8Array]>([
    ['not JSON', Buffer.from('{"secret":1')],
    ['not JSON', Buffer.from('')],
    ['not JSON', Buffer.from('secret')],
    ['not JSON', Buffer.from('{"secret":1}x')],
    ['not JSON', Buffer.from('\ufeff{"secret":1}')],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['not UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['not UTF-8', Buffer.from([0x22, 0xc3])],
  ])('refuses bytes that are %s, and does not quote them', (what, data) => {
    expect(() => codec.decode(data)).toThrow(what);
    try {
      codec.decode(data);
    } catch (error) {
      expect(error).toBeInstanceOf(SyntaxError);
      expect((error as Error).message).not.toContain('secret');
      expect((error as Error).cause).toBeUndefined();
    }
  });

  it('gives a new object each time, and keeps none of the bytes', () => {
    const data = Buffer.from('{"a":[1,"text"]}');
    const first = codec.decode(data);
    const second = codec.decode(data);
    expect(first).not.toBe(second);
    data.fill(0x21);
    expect(first).toEqual({ a: [1, 'text'] });
    expect(second).toEqual(first);
  });

  it('reads a view into larger bytes', () => {
    const data = Buffer.from('xx[1]xx');
    expect(codec.decode(data.subarray(2, 5))).toEqual([1]);
  });
});
