import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../src/errors.js';
import { crc } from '../../src/route/hash/crc.js';
import { fnv1a32, fnv1a64, fnv32, fnv64 } from '../../src/route/hash/fnv.js';
import { hsieh } from '../../src/route/hash/hsieh.js';
import { jenkins } from '../../src/route/hash/jenkins.js';
import { type LibmemcachedHashName, libmemcachedHash } from '../../src/route/hash/libmemcached-hash.js';
import { md5 } from '../../src/route/hash/md5.js';
import { murmur, murmur3 } from '../../src/route/hash/murmur.js';
import { oneAtATime } from '../../src/route/hash/one-at-a-time.js';
import { forms, HASH_NAMES, load } from './routing-cases.js';

type HashVector = Record<string, number> & { hex: string };

/** Every hash that depends on C's `char`. */
const SENSITIVE: readonly LibmemcachedHashName[] = ['default', 'fnv1_64', 'fnv1a_64', 'fnv1_32', 'fnv1a_32'];

const signed = load<{ vectors: HashVector[] }>('hashes').vectors;
const unsigned = load<{ vectors: HashVector[] }>('hashes-unsigned-char').vectors;
const hsiehs = load<{ vectors: HashVector[] }>('hsieh').vectors;

function expectHashes(
  vectors: readonly HashVector[],
  column: string,
  hash: (key: Uint8Array | string) => number,
) {
  for (const vector of vectors) {
    expect(vector[column], column).toBeTypeOf('number');
    for (const key of forms(vector.hex)) expect(hash(key), `key ${vector.hex}`).toBe(vector[column]);
  }
}

describe('hashes.json', () => {
  it('has 190 keys', () => expect(signed.length).toBe(190));
  const compiled = HASH_NAMES.filter((name) => name !== 'hsieh');
  it.each(compiled)('%s', (name) => expectHashes(signed, name, libmemcachedHash(name)));
});

describe('hashes-unsigned-char.json', () => {
  it('has 33 keys', () => expect(unsigned.length).toBe(33));
  it.each(SENSITIVE)('%s', (name) =>
    expectHashes(unsigned, name, libmemcachedHash(name, { signedChars: false })),
  );

  const others = HASH_NAMES.filter((name) => !SENSITIVE.includes(name) && name !== 'hsieh');
  it.each(others)('%s is the same with unsigned chars', (name) => {
    expect(libmemcachedHash(name, { signedChars: false })).toBe(libmemcachedHash(name));
  });

  it.each(SENSITIVE)('%s is the same for ASCII', (name) => {
    const ascii = signed.filter((vector) => forms(vector.hex).length === 2);
    expect(ascii.length).toBeGreaterThan(100);
    expectHashes(ascii, name, libmemcachedHash(name, { signedChars: false }));
  });
});

describe('hsieh.json', () => {
  it('has 190 keys', () => expect(hsiehs.length).toBe(190));
  it('signed', () => expectHashes(hsiehs, 'hsieh', libmemcachedHash('hsieh')));
  it('unsigned', () =>
    expectHashes(hsiehs, 'hsieh_unsigned_char', libmemcachedHash('hsieh', { signedChars: false })));
});

describe('libmemcachedHash', () => {
  it('gives the functions that are exported by themselves', () => {
    const functions = [oneAtATime, md5, crc, fnv64, fnv1a64, fnv32, fnv1a32, hsieh, murmur, jenkins, murmur3];
    expect(HASH_NAMES.map((name) => libmemcachedHash(name))).toEqual(functions);
  });

  it.each(['sha1', '', 'toString', 'MD5', undefined])('refuses %j and names what there is', (name) => {
    const make = () => libmemcachedHash(name as LibmemcachedHashName);
    expect(make).toThrow(ConfigurationError);
    for (const known of HASH_NAMES) expect(make).toThrow(known);
  });
});

describe('md5', () => {
  it('is the md5 of node:crypto for every length up to three blocks and beyond', () => {
    for (let length = 0; length < 700; length += 1) {
      const text = 'abcdefghij'.repeat(70).slice(0, length);
      expect(md5(text)).toBe(createHash('md5').update(text).digest().readUInt32LE(0));
    }
  });
});
