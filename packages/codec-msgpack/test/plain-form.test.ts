import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { msgpackCodec } from '../src/index.js';
import { decodeHex, hexOf, nested, refusalOf, roundTrip } from './forms.js';
import { seenByOthers } from './spec-decoder.js';

const codec = msgpackCodec();
const HALF = String.fromCharCode(0xdfff);

class Point {
  x = 1;
}

class ShortBytes extends Uint8Array {
  override get byteLength(): number {
    return 1;
  }
}

describe('what other languages see', () => {
  it('has the name and id of the flag layout', () => {
    expect(codec).toMatchObject({ name: 'msgpack', id: 2 });
  });

  // Worked out by hand from the specification.
  it.each([
    [null, 'c0'],
    [false, 'c2'],
    [true, 'c3'],
    [0, '00'],
    [127, '7f'],
    [128, 'cc80'],
    [256, 'cd0100'],
    [65_536, 'ce00010000'],
    [-1, 'ff'],
    [-32, 'e0'],
    [-33, 'd0df'],
    [-129, 'd1ff7f'],
    [-32_769, 'd2ffff7fff'],
    [1.5, 'cb3ff8000000000000'],
    [2 ** 32, 'cb41f0000000000000'],
    [2n ** 64n - 1n, 'cfffffffffffffffff'],
    [-(2n ** 63n), 'd38000000000000000'],
    ['', 'a0'],
    ['é', 'a2c3a9'],
    ['a'.repeat(32), `d920${'61'.repeat(32)}`],
    ['a'.repeat(256), `da0100${'61'.repeat(256)}`],
    [[], '90'],
    [[1, [2]], '92019102'],
    [{}, '80'],
    [{ a: 1, b: 'c' }, '82a16101a162a163'],
    [{ bytes: Uint8Array.of(7) }, '81a56279746573c40107'],
    [[new Date(0)], '91d6ff00000000'],
    [[new Date(1)], '91d7ff003d090000000000'],
    [[new Date(-1)], '91c70cff3b8b87c0ffffffffffffffff'],
    [{ gone: undefined }, '80'],
  ])('writes %o as %s', (value, hex) => {
    expect(hexOf(codec, value)).toBe(hex);
  });

  it('sees lengths of every size, and the forms that belong to them', () => {
    const large = Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [`m${i}`, i]));
    const seen = seenByOthers(codec.encode(large) as Uint8Array);
    expect((seen as { map: unknown[] }).map.length).toBe(70_000);
    expect(hexOf(codec, large).slice(0, 10)).toBe('df00011170');
    expect(hexOf(codec, new Array(70_000).fill(0)).slice(0, 12)).toBe('dd0001117000');
    expect(hexOf(codec, new Array(16).fill(0)).slice(0, 8)).toBe('dc001000');
    expect(hexOf(codec, ['a'.repeat(70_000)]).slice(0, 14)).toBe('91db0001117061');
    expect(hexOf(codec, [new Uint8Array(300)]).slice(0, 10)).toBe('91c5012c00');
    expect(hexOf(codec, [new Uint8Array(70_000)]).slice(0, 14)).toBe('91c60001117000');
    for (const value of [large, new Array(70_000).fill(0), ['a'.repeat(70_000)]]) {
      expect(roundTrip(codec, value)).toEqual(value);
    }
  });

  it('reads what others write in more ways than it does itself', () => {
    expect(decodeHex(codec, 'ca 3fc00000')).toBe(1.5);
    expect(decodeHex(codec, 'cf 0000018bcfe56800')).toBe(1_700_000_000_000);
    expect(decodeHex(codec, 'd3 ffffffffffffffff')).toBe(-1);
    expect(decodeHex(codec, 'cf 0020000000000001')).toBe(2n ** 53n + 1n);
    expect(decodeHex(codec, 'd9 01 61')).toBe('a');
    expect(decodeHex(codec, 'db 00000001 61')).toBe('a');
    expect(decodeHex(codec, 'df 00000001 d9 01 61 dc 0001 c3')).toEqual({ a: [true] });
    expect(decodeHex(codec, '83 01 a161 ff a162 cd0100 a163')).toEqual({ 1: 'a', '-1': 'b', 256: 'c' });
    expect(decodeHex(codec, '82 a161 01 a161 02')).toEqual({ a: 2 });
    expect(decodeHex(codec, '81 d909 5f5f70726f746f5f5f 01')).toEqual(JSON.parse('{"__proto__":1}'));
  });

  it('keeps a member called __proto__ a member, and touches no prototype', () => {
    const value = JSON.parse(
      '{"__proto__":{"polluted":true},"__proto_":2,"list":[{"__proto__":1}]}',
    ) as object;
    const back = roundTrip(codec, value) as { list: object[] };
    expect(Object.keys(back)).toEqual(['__proto__', '__proto_', 'list']);
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    expect(Object.keys(back.list[0] ?? {})).toEqual(['__proto__']);
    expect('polluted' in back).toBe(false);
    expect('polluted' in {}).toBe(false);
  });
});

describe('what plain MessagePack refuses', () => {
  it.each([
    ['undefined', undefined, 'undefined'],
    ['undefined in a list', [undefined], 'undefined'],
    ['a function', { f: () => 1 }, 'a function'],
    ['a method toJSON', { toJSON: () => 1 }, 'a function'],
    ['a symbol', [Symbol('secret')], 'a symbol'],
    ['a Map', { m: new Map() }, 'an object of type Map'],
    ['an instance of a class', [new Point()], 'an instance of a class'],
    ['a URL', new URL('http://secret.example/'), 'an instance of a class'],
    ['floats', [new Float32Array(1)], 'an object of type Float32Array'],
    ['an invalid Date', [new Date(Number.NaN)], 'an invalid Date'],
    ['a Date of another realm', [runInNewContext('new Date(0)')], 'an object of type Date'],
    ['a small text with half a pair', { a: 'secret\ud800' }, 'a lone surrogate'],
    ['a long text with half a pair', { a: `${'secret'.repeat(50)}\udc00` }, 'a lone surrogate'],
    ['a name with half a pair', { [`secret${HALF}`]: 1 }, 'a lone surrogate'],
    ['a long name with half a pair', { [`${'secret'.repeat(50)}\ud800`]: 1 }, 'a lone surrogate'],
    ['half a pair in much text', ['x'.repeat(100_000), '\ud800'], 'a lone surrogate'],
    ['a list in disguise', Object.assign([1], { constructor: Map }), 'of its own'],
    ['bytes in disguise', Object.defineProperty(new Uint8Array(9), 'byteLength', { value: 1 }), 'of its own'],
    ['bytes of a class that hides their length', new ShortBytes(9), 'hide their length'],
    ['false bytes', Object.create(Uint8Array.prototype), ''],
  ])('%s', (_name, value, part) => {
    const error = refusalOf(codec, value);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain(part);
    expect(error.message).not.toContain('secret');
  });

  it('takes pairs of surrogates, and text that looks like half of one in its bytes', () => {
    const value = { 한국어: '하'.repeat(30), emoji: `😀${'é'.repeat(70)}😀`, replaced: '\ufffd' };
    expect(roundTrip(codec, value)).toEqual(value);
  });

  it('takes 500 levels', () => {
    expect(roundTrip(codec, nested(500))).toEqual(nested(500));
    expect(refusalOf(codec, nested(501)).message).toContain('more than 500 levels');
    expect(refusalOf(codec, nested(100_000)).message).toContain('more than 500 levels');
  });

  it('takes plain objects and lists of another realm', () => {
    const foreign = runInNewContext('({ list: [1, { a: 2 }] })') as object;
    expect(roundTrip(codec, foreign)).toEqual({ list: [1, { a: 2 }] });
  });

  it('takes data under names that mean something to the language', () => {
    const value = { constructor: 1, hasOwnProperty: 2, toJSON: 3, length: 4, byteLength: 5, __keys__: [6] };
    expect(roundTrip(codec, value)).toEqual(value);
  });
});

it('takes records with structured: true only', () => {
  expect(() => msgpackCodec({ records: true })).toThrow(TypeError);
  expect(() => msgpackCodec({ records: false })).toThrow(TypeError);
  expect(() => msgpackCodec({ records: undefined })).not.toThrow();
});
