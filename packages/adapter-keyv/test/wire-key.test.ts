import { randomFrom, testSeed } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import {
  escapeLine,
  escapeNamespace,
  escapeText,
  isDigest,
  keyOfWire,
  unescapeText,
  wireKeyOf,
} from '../src/wire-key.js';

const KEYS = [
  ...[
    '',
    'a',
    'user:1',
    'a b',
    ' a',
    'a ',
    'a\r\nflush_all\r\n',
    '\0',
    '\x7f',
    'é',
    '日本語',
    '😀',
    '%',
    '%20',
    '%25',
  ],
  ...[
    '#',
    '@',
    '|',
    'a|b',
    'a%7Cb',
    '\ud800',
    '\udc00x',
    '\ud800\ud800',
    '%uD800',
    '%u',
    '\u0085',
    '\ufeff',
    '\ufffd',
  ],
  ...[
    '__proto__',
    'constructor',
    '$$',
    '~',
    '"',
    "'",
    '<>',
    '{}',
    'A'.repeat(196),
    'k'.repeat(10_000),
    'é'.repeat(300),
  ],
];

describe('keys on the wire', () => {
  it('are printable ASCII of at most 200 bytes', () => {
    for (const key of KEYS) expect(wireKeyOf('keyv:', key)).toMatch(/^[!-~]{1,200}$/);
  });

  it('leaves short keys of ASCII as they are', () => {
    expect(wireKeyOf('keyv:', 'user:1/profile?x=[1]')).toBe('keyv:user:1/profile?x=[1]');
    expect(wireKeyOf('keyv:', 'a b')).toBe('keyv:a%20b');
    expect(wireKeyOf('keyv:', 'é')).toBe('keyv:%C3%A9');
    expect(wireKeyOf('keyv:', '\ud800')).toBe('keyv:%uD800');
    expect(wireKeyOf('keyv:', 'k'.repeat(300))).toMatch(/^keyv:#[\w-]{43}$/);
  });

  it('are different for different keys, and give the key back', () => {
    expect(new Set(KEYS.map((key) => wireKeyOf('keyv:', key))).size).toBe(KEYS.length);
    for (const key of KEYS) {
      const wire = wireKeyOf('keyv:', key);
      expect(keyOfWire('keyv:', wire)).toBe(isDigest('keyv:', wire) ? undefined : key);
    }
  });

  it('give any text back', () => {
    const random = randomFrom(testSeed());
    console.log(`seed ${random.seed}`);
    const units = [
      0x20, 0x25, 0x23, 0x3a, 0x40, 0x75, 0x7c, 0x44, 0x38, 0x30, 0xe9, 0x3042, 0xd83d, 0xde00, 0xfffd,
    ];
    for (let round = 0; round < 5000; round += 1) {
      const length = random.integer(8);
      const text = String.fromCharCode(...Array.from({ length }, () => random.pick(units)));
      expect(unescapeText(escapeText(text))).toBe(text);
      expect(unescapeText(escapeLine(text))).toBe(text);
      expect(escapeLine(text)).not.toContain(':');
    }
  });

  it('begin with a namespace that ends where its separator is', () => {
    expect(['keyv', 'a:b', 'a|b', 'a@b', 'a b', ''].map(escapeNamespace)).toEqual([
      ...['keyv', 'a%3Ab', 'a%7Cb', 'a%40b', 'a%20b', ''],
    ]);
    expect(escapeNamespace('n'.repeat(65))).toMatch(/^#[\w-]{43}$/);
  });
});
