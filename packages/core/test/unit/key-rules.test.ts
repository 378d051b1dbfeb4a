import { createHash } from 'node:crypto';
import { InvalidKeyError } from '@mc/protocol';
import { randomFrom, testSeed } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import type { Key } from '../../src/contract.js';
import { ConfigurationError } from '../../src/errors.js';
import { decidingKey, joinedKey, type KeyRules, routeKeyOf, wireKeyOf } from '../../src/key-rules.js';

const PLAIN: KeyRules = { prefix: '', hashesPrefix: true, routeBy: undefined, digestsLongKeys: false };
const DIGESTS: KeyRules = { ...PLAIN, digestsLongKeys: true };

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

/** What the digest of this key is documented to be. */
function digestOf(key: Key): string {
  return `@mc/sha256/${createHash('sha256').update(key).digest('hex')}`;
}

/** A key as it is sent, as text of one character a byte. */
function sent(key: Key | undefined): string | undefined {
  return key === undefined ? undefined : Buffer.from(key).toString('latin1');
}

describe('a key that is too long', () => {
  it.each<[string, string]>([
    ['', 'a'],
    ['', 'é'],
    ['', '日'],
    ['', '😀'],
    ['p:', 'a'],
    ['ü:', '日'],
    ['p'.repeat(170), 'é'],
  ])('is one over 250 bytes with its prefix (%s, %s)', (prefix, unit) => {
    const room = 250 - Buffer.byteLength(prefix);
    const full = Math.floor(room / Buffer.byteLength(unit));
    for (const padding of ['', 'x', 'xx', 'xxx', 'xxxx']) {
      for (let units = full - 3; units <= full + 3; units += 1) {
        const text = padding + unit.repeat(units);
        const fits = Buffer.byteLength(text) <= room;
        for (const key of [text, bytesOf(text)]) {
          const refusing = { ...PLAIN, prefix };
          if (fits) expect(sent(wireKeyOf(refusing, key))).toBe(sent(prefix + text));
          else expect(() => wireKeyOf(refusing, key)).toThrow(InvalidKeyError);
          const expected = fits ? prefix + text : prefix + digestOf(text);
          expect(sent(wireKeyOf({ ...DIGESTS, prefix }, key))).toBe(sent(expected));
        }
      }
    }
  });

  it('is refused for what no key may hold, however long it is', () => {
    const long = 'k'.repeat(300);
    for (const bad of [' ', '\n', '\r', '\0', '\x7f', '\t']) {
      for (const text of [bad + long, long + bad, long + bad + long]) {
        for (const key of [text, bytesOf(text)]) {
          expect(() => wireKeyOf(DIGESTS, key)).toThrow(InvalidKeyError);
          expect(() => wireKeyOf(DIGESTS, key)).toThrow('spaces or control characters');
        }
      }
    }
    for (const text of [`${long}\ud83d`, `\ude00${long}`]) {
      expect(() => wireKeyOf(DIGESTS, text)).toThrow('lone surrogate');
    }
    expect(
      sent(
        wireKeyOf(
          DIGESTS,
          Uint8Array.from({ length: 300 }, () => 0xff),
        ),
      ),
    ).toMatch(/^@mc/);
  });

  it('is refused where the prefix leaves no room for its digest', () => {
    const prefix = 'p'.repeat(250 - 74);
    expect(() => wireKeyOf({ ...DIGESTS, prefix }, 'k'.repeat(76))).toThrow(InvalidKeyError);
    const room = prefix.slice(1);
    expect(sent(wireKeyOf({ ...DIGESTS, prefix: room }, 'k'.repeat(77)))).toHaveLength(250);
  });

  it.each([['refuse'], ['digest']])('what is no key is one with no policy (%s)', (policy) => {
    const rules = policy === 'refuse' ? PLAIN : DIGESTS;
    const others: unknown[] = [
      5,
      null,
      undefined,
      {},
      ['k'],
      true,
      new ArrayBuffer(300),
      new Uint16Array(300),
    ];
    for (const key of [...others, '', new Uint8Array(0)]) {
      expect(() => wireKeyOf(rules, key as Key)).toThrow(InvalidKeyError);
    }
  });

  it('keeps the length that bytes have, whatever they say', () => {
    const lying = Object.defineProperty(bytesOf('k'.repeat(300)), 'length', { value: 3 });
    expect(sent(wireKeyOf(DIGESTS, lying))).toBe(digestOf('k'.repeat(300)));
    expect(() => wireKeyOf(PLAIN, lying)).toThrow(InvalidKeyError);
  });
});

describe('digests', () => {
  it('collide with no other key: what looks like one is replaced by one', () => {
    const chain = ['k'.repeat(251)];
    for (let at = 0; at < 5; at += 1) chain.push(digestOf(chain.at(-1) as string));
    for (const prefix of ['', 'p:', 'p'.repeat(60)]) {
      const rules = { ...DIGESTS, prefix };
      const asText = chain.map((key) => sent(wireKeyOf(rules, key)));
      expect(new Set(asText).size).toBe(chain.length);
      expect(chain.map((key) => sent(wireKeyOf(rules, bytesOf(key))))).toEqual(asText);
      expect(asText).toEqual(chain.map((key) => prefix + digestOf(key)));
    }
  });

  it('leave alone what only resembles one', () => {
    const digest = digestOf('k');
    const like = [digest.slice(0, -1), `${digest}0`, `x${digest}`, digest.replace('@mc', '@MC')];
    for (const key of [...like, digest.replace(/.$/, 'g'), digest.replace(/.$/, 'A'), `${digest}é`]) {
      for (const form of [key, bytesOf(key)]) expect(sent(wireKeyOf(DIGESTS, form))).toBe(sent(key));
    }
    expect(sent(wireKeyOf(PLAIN, digest))).toBe(digest);
  });

  it('are those of the key as it was when it was given', () => {
    const key = bytesOf('k'.repeat(300));
    const wireKey = wireKeyOf(DIGESTS, key);
    key.fill(0x61);
    expect(sent(wireKey)).toBe(digestOf('k'.repeat(300)));
  });
});

describe('the prefix of a call', () => {
  const random = randomFrom(testSeed());
  const texts = Array.from({ length: 60 }, () => random.pick(['a', 'é', '日']).repeat(random.integer(130)));
  const prefixes = ['', 'p:', 'ü', '@mc/', 'p'.repeat(200), '@mc/sha256/', digestOf('k').slice(0, 70)];

  it.each([
    ['refuse', PLAIN],
    ['refuse, with a prefix of the client', { ...PLAIN, prefix: 'c:' }],
    ['digest', DIGESTS],
    ['digest, with a prefix of the client', { ...DIGESTS, prefix: 'c:' }],
    ['a routeBy', { ...DIGESTS, routeBy: (key: Key) => Buffer.from(key).toString().slice(0, 7) }],
    ['a prefix without a part', { ...DIGESTS, prefix: 'c:', hashesPrefix: false }],
  ])('makes the key that the two are together (%s)', (_name, rules) => {
    const outcome = (key: Key) => {
      try {
        const wireKey = wireKeyOf(rules, key);
        return [sent(wireKey), sent(routeKeyOf(rules, key, wireKey, undefined))];
      } catch (error) {
        return (error as InvalidKeyError).code;
      }
    };
    for (const prefix of prefixes) {
      for (const text of [...texts, digestOf('k').slice(prefix.length), 'x', '']) {
        const expected = outcome(prefix + text);
        expect(outcome(joinedKey(prefix, text))).toEqual(expected);
        expect(outcome(joinedKey(prefix, bytesOf(text)))).toEqual(expected);
      }
    }
  });

  it('must be well-formed before bytes, and does not make a key of what is none', () => {
    expect(() => joinedKey('\ud83d', bytesOf('k'))).toThrow(InvalidKeyError);
    expect(() => wireKeyOf(PLAIN, joinedKey('\ud83d', 'k'))).toThrow(InvalidKeyError);
    for (const key of [5, null, undefined, {}]) {
      expect(() => wireKeyOf(PLAIN, joinedKey('p:', key as unknown as Key))).toThrow(InvalidKeyError);
    }
  });
});

describe('what decides on the server', () => {
  const decides = (rules: KeyRules, key: Key, routeBy?: Key) => sent(decidingKey(rules, key, routeBy));

  it('is the key as it is sent', () => {
    const rules = { ...DIGESTS, prefix: 'p:' };
    expect(routeKeyOf(rules, 'key', wireKeyOf(rules, 'key'), undefined)).toBeUndefined();
    expect(decides(rules, 'key')).toBe('p:key');
    expect(decides(rules, 'k'.repeat(300))).toBe(`p:${digestOf('k'.repeat(300))}`);
  });

  it('is the key without a prefix that has no part', () => {
    for (const prefix of ['p:', 'ü日:']) {
      const rules = { ...DIGESTS, prefix, hashesPrefix: false };
      for (const key of ['key', 'schlüssel', bytesOf('key'), Uint8Array.of(0xff, 0x80), 'k'.repeat(300)]) {
        expect(decides(rules, key)).toBe(sent(key.length === 300 ? digestOf(key) : key));
      }
    }
  });

  it('is the routeBy of the call, then that of the client, both with the prefix', () => {
    const routeBy = (key: Key) => `of ${String(key)}`.replace(' ', '-');
    const rules = { ...PLAIN, prefix: 'p:', routeBy };
    expect(decides(rules, 'key')).toBe('p:of-key');
    expect(decides(rules, 'key', 'tag')).toBe('p:tag');
    expect(decides(rules, 'key', bytesOf('tag'))).toBe('p:tag');
    expect(decides({ ...rules, hashesPrefix: false }, 'key')).toBe('of-key');
    expect(decides({ ...rules, hashesPrefix: false }, 'key', 'tag')).toBe('tag');
    expect(decides({ ...PLAIN, prefix: 'p:' }, 'key', 'tag')).toBe('p:tag');
  });

  it('is a digest for a routeBy that is too long, where keys are', () => {
    const long = 't'.repeat(300);
    expect(decides(DIGESTS, 'key', long)).toBe(digestOf(long));
    expect(() => decides(PLAIN, 'key', long)).toThrow(InvalidKeyError);
  });

  it('is the key where the client names nothing', () => {
    expect(decides({ ...PLAIN, routeBy: () => undefined as unknown as Key }, 'key')).toBe('key');
  });

  it.each([
    ['null', null],
    ['a number', 7],
    ['a promise', Promise.resolve('tag')],
    ['nothing', ''],
    ['a space', 'a b'],
  ])('cannot be %s', (_name, named) => {
    const rules = { ...PLAIN, routeBy: () => named as Key };
    expect(() => decides(rules, 'key')).toThrow(InvalidKeyError);
  });

  it('a routeBy of the client that throws is a mistake of the configuration', () => {
    const cause = new TypeError('key.split is not a function');
    const rules = {
      ...PLAIN,
      routeBy: () => {
        throw cause;
      },
    };
    expect(() => decides(rules, 'key')).toThrow(ConfigurationError);
    expect(() => decides(rules, 'key')).toThrow(expect.objectContaining({ cause }));
    expect(decides(rules, 'key', 'tag')).toBe('tag');
  });

  it('a bad key is refused, also where another decides', () => {
    expect(() => decides(PLAIN, 'a b', 'tag')).toThrow(InvalidKeyError);
    expect(() => decides({ ...PLAIN, routeBy: () => 'tag' }, '')).toThrow(InvalidKeyError);
  });
});
