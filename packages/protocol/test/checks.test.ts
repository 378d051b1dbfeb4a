import { describe, expect, it } from 'vitest';
import {
  checkBodyLength,
  checkCas,
  checkDelta,
  checkFlags,
  checkKey,
  checkWord,
  exptimeOf,
  flushDelayOf,
  InvalidArgumentError,
  InvalidKeyError,
  keyIdentity,
  ValueTooLargeError,
} from '../src/index.js';

const NOW_MS = Date.UTC(2026, 0, 1, 12, 0, 0, 250);
const NOW_S = Math.floor(NOW_MS / 1000);
const DAYS_30 = 2_592_000;

describe('checkKey', () => {
  const bad: ReadonlyArray<readonly [what: string, key: unknown]> = [
    ['an empty key', ''],
    ['empty bytes', new Uint8Array(0)],
    ['251 bytes', 'k'.repeat(251)],
    ['126 two-byte characters', 'é'.repeat(126)],
    ['a space', 'a b'],
    ['a tab', 'a\tb'],
    ['CR', 'a\rb'],
    ['LF', 'a\nb'],
    ['CRLF and a command', 'x\r\nflush_all'],
    ['NUL', 'a\0b'],
    ['DEL', 'a\u007fb'],
    ['a space beside other letters', 'é b'],
    ['a byte of 0x20', Uint8Array.of(0x61, 0x20)],
    ['a byte of 0x7f', Uint8Array.of(0x7f)],
    ['a lone surrogate', 'a\ud800'],
    ['a number', 5],
    ['null', null],
    ['undefined', undefined],
    ['an array', ['a']],
  ];
  it.each(bad)('refuses %s', (_what, key) => {
    expect(() => checkKey(key as string, '')).toThrow(InvalidKeyError);
    expect(() => checkKey(key as string, '')).toThrow(
      expect.objectContaining({ code: 'MC_INVALID_KEY', written: 'no' }),
    );
  });

  it('never shows the key in its message', () => {
    for (const key of ['secret key', `secret${'k'.repeat(250)}`, 'secret\ud800', 'secret\r\n']) {
      expect(() => checkKey(key, '')).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('secret') }),
      );
    }
  });

  it('takes 250 bytes, counted with the prefix', () => {
    expect(checkKey('k'.repeat(250), '')).toHaveLength(250);
    expect(checkKey('é'.repeat(125), '')).toHaveLength(250);
    expect(checkKey('k'.repeat(240), 'p'.repeat(10))).toHaveLength(250);
    expect(() => checkKey('k'.repeat(241), 'p'.repeat(10))).toThrow(InvalidKeyError);
    expect(() => checkKey(new Uint8Array(249).fill(0x61), 'é')).toThrow(InvalidKeyError);
  });

  it('keeps ASCII as text and makes bytes of the rest', () => {
    expect(checkKey('a~!', '')).toBe('a~!');
    expect(checkKey(Uint8Array.from(Buffer.from('abc')), '')).toBe('abc');
    expect(checkKey(Uint8Array.from(Buffer.from('b')), 'a:')).toBe('a:b');
    expect(checkKey('é€😀', '')).toEqual(Uint8Array.from(Buffer.from('é€😀')));
    expect(checkKey(Uint8Array.of(0x80, 0xff), '')).toEqual(Uint8Array.of(0x80, 0xff));
  });

  it('copies bytes', () => {
    const bytes = Uint8Array.of(0x80, 0x81);
    const key = checkKey(bytes, '');
    bytes[0] = 0x0a;
    expect(key).toEqual(Uint8Array.of(0x80, 0x81));
  });

  it('gives equal keys one identity, and others another', () => {
    expect(keyIdentity(checkKey('é', ''))).toBe(keyIdentity(checkKey(Uint8Array.from(Buffer.from('é')), '')));
    expect(keyIdentity(checkKey('e', ''))).not.toBe(keyIdentity(checkKey('é', '')));
    // "Ã©" is the text whose characters are the bytes of "é".
    expect(keyIdentity(checkKey('é', ''))).not.toBe(keyIdentity(checkKey('Ã©', '')));
  });
});

describe('exptimeOf', () => {
  const good: ReadonlyArray<readonly [ttl: number | Date | undefined, exptime: number]> = [
    [undefined, 0],
    [0, 0],
    [-0, 0],
    [1, 1],
    [0.001, 1],
    [1.2, 2],
    [-1, -1],
    [-0.001, -1],
    [-1e300, -1],
    [DAYS_30, DAYS_30],
    [DAYS_30 - 0.5, DAYS_30],
    [DAYS_30 + 0.5, NOW_S + DAYS_30 + 1],
    [DAYS_30 + 1, NOW_S + DAYS_30 + 2],
    [40 * 86_400, NOW_S + 40 * 86_400 + 1],
    [new Date(NOW_MS + 10_000), NOW_S + 11],
    [new Date(NOW_MS + 1), NOW_S + 1],
    [new Date(NOW_MS), -1],
    [new Date(NOW_MS - 1), -1],
    [new Date(0), -1],
    [new Date(2_147_483_647_000), 2_147_483_647],
  ];
  it.each(good)('%s -> %d', (ttl, exptime) => {
    expect(exptimeOf(ttl, NOW_MS)).toBe(exptime);
  });

  const bad: readonly unknown[] = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    2 ** 31,
    2 ** 31 - 1,
    1e300,
    new Date(Number.NaN),
    new Date(2_147_483_648_000),
    '10',
    10n,
    null,
    {},
  ];
  it.each(bad.map((ttl) => [ttl]))('refuses %s', (ttl) => {
    expect(() => exptimeOf(ttl as number, NOW_MS)).toThrow(InvalidArgumentError);
  });

  it('a delay of flush_all is not negative', () => {
    expect(flushDelayOf(0, NOW_MS)).toBe(0);
    expect(flushDelayOf(0.5, NOW_MS)).toBe(1);
    for (const delay of [-1, Number.NaN, new Date() as never, '1' as never]) {
      expect(() => flushDelayOf(delay, NOW_MS)).toThrow(InvalidArgumentError);
    }
  });
});

describe('numbers', () => {
  it.each([0, 1, 2 ** 53 - 1, 0n, 2n ** 64n - 1n])('delta %s', (delta) => {
    expect(checkDelta(delta)).toBe(delta);
  });
  it.each([-1, 0.5, Number.NaN, 2 ** 53, 2 ** 64, -1n, 2n ** 64n, '1\r\nflush_all', null, undefined])(
    'no delta: %s',
    (delta) => {
      expect(() => checkDelta(delta as number)).toThrow(InvalidArgumentError);
    },
  );
  it.each([1n, 2n ** 64n - 1n])('cas %s', (cas) => {
    expect(checkCas(cas)).toBe(cas);
  });
  it.each([0n, -1n, 2n ** 64n, 1, '1', undefined])('no cas: %s', (cas) => {
    expect(() => checkCas(cas as bigint)).toThrow(InvalidArgumentError);
  });
  it.each([0, 1, 2 ** 32 - 1])('flags %s', (flags) => {
    expect(checkFlags(flags)).toBe(flags);
  });
  it.each([-1, 0.5, 2 ** 32, Number.NaN, '1'])('no flags: %s', (flags) => {
    expect(() => checkFlags(flags as number)).toThrow(InvalidArgumentError);
  });
  it('no length near 2^31', () => {
    expect(checkBodyLength(1_048_576)).toBe(1_048_576);
    expect(() => checkBodyLength(2 ** 31)).toThrow(ValueTooLargeError);
    expect(() => checkBodyLength(2 ** 31 - 1)).toThrow(ValueTooLargeError);
  });
  it('words', () => {
    expect(checkWord('detail on')).toBe('detail on');
    for (const words of [
      '',
      ' a',
      'a  b',
      'a\r\nflush_all',
      'a\n',
      'é',
      'a'.repeat(101),
      5,
      'cachedump 1 100',
      'sizes_enable',
      'detail dump',
    ]) {
      expect(() => checkWord(words as string)).toThrow(InvalidArgumentError);
    }
  });
});
