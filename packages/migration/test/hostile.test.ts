import { DecodeError } from '@mc/core';
import { dalliFormat, phpMemcachedFormat } from '@mc/migration';
import { randomFrom, testSeed } from '@mc/testing';
import { describe, expect, it, vi } from 'vitest';
import { fixtureFile, payloadOf, refusalOf } from './fixture-file.js';

const SERIALIZED_PHP = 4;
const FASTLZ = 0x50;
const MARSHAL = 1;
/** No input of these tests may take more processor time than this, in milliseconds. */
const LIMIT_MS = 2000;

// What is limited is processor time; a busy machine may take longer for it.
vi.setConfig({ testTimeout: 60_000 });

const php = phpMemcachedFormat();
const dalli = dalliFormat();

/** What our own readers read: PHP's serialization, FastLZ, Marshal. */
const subjects = [
  { name: 'serialized by PHP', client: 'php-memcached', flags: SERIALIZED_PHP, format: php },
  { name: 'FastLZ', client: 'php-memcached', flags: FASTLZ, format: php },
  { name: 'Marshal', client: 'dalli', flags: MARSHAL, format: dalli },
].map((subject) => ({
  ...subject,
  payloads: fixtureFile(subject.client)
    .fixtures.filter((fixture) => fixture.flags === subject.flags && fixture.options === undefined)
    .map((fixture) => ({ data: payloadOf(fixture), isRead: refusalOf(fixture) === undefined })),
}));
const PRINTABLE = /^[\x20-\x7e]{1,250}$/;
type Subject = (typeof subjects)[number];

/** Reads, and gives the error. Fails for any error but a short and printable `DecodeError`, and for slowness. */
function refusal(
  { format, flags }: Pick<Subject, 'format' | 'flags'>,
  data: Uint8Array,
): DecodeError | undefined {
  const before = process.cpuUsage();
  try {
    format.unpack(data, flags);
    return undefined;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    if (!PRINTABLE.test(error.message)) throw new Error(`a message is not printable: ${error.message}`);
    return error;
  } finally {
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1000 > LIMIT_MS) expect.fail(`took ${user + system} microseconds`);
  }
}

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const phpRefusal = (text: string): DecodeError | undefined =>
  refusal({ format: php, flags: SERIALIZED_PHP }, latin1(text));
const marshalRefusal = (text: string): DecodeError | undefined =>
  refusal({ format: dalli, flags: MARSHAL }, latin1(`\x04\x08${text}`));
const fastLz = (length: number, ...stream: number[]): Uint8Array => {
  const data = new Uint8Array(4 + stream.length);
  new DataView(data.buffer).setUint32(0, length, true);
  data.set(stream, 4);
  return data;
};
const fastLzRefusal = (length: number, ...stream: number[]): DecodeError | undefined =>
  refusal({ format: php, flags: FASTLZ }, fastLz(length, ...stream));

describe.each(subjects)('damaged: $name', (subject) => {
  it('is refused where it is cut, at every byte', () => {
    for (const { data } of subject.payloads) {
      // A long one repeats itself: a prime step meets every kind of place.
      const step = data.length > 2000 ? 37 : 1;
      for (let length = 0; length < data.length; length += step)
        expect(refusal(subject, data.slice(0, length)), `${length} of ${data.length}`).toBeDefined();
    }
  });

  it('is refused where a byte follows', () => {
    for (const { data, isRead } of subject.payloads) {
      expect(refusal(subject, data) === undefined).toBe(isRead);
      for (const byte of [0, 0x3b, 0xff])
        expect(refusal(subject, Uint8Array.of(...data, byte))).toBeDefined();
    }
  });

  it('is a value or an error where bits are flipped', () => {
    const random = randomFrom(testSeed());
    console.log(`seed ${random.seed}`);
    for (let round = 0; round < 3000; round += 1) {
      const data = Uint8Array.from(random.pick(subject.payloads).data);
      for (let flips = 1 + random.integer(4); flips > 0; flips -= 1) {
        const at = random.integer(data.length);
        data[at] = (data[at] as number) ^ (1 << random.integer(8));
      }
      refusal(subject, data);
    }
  });

  it('is a value or an error where bytes are random, or parts of values stand anywhere', () => {
    const random = randomFrom(testSeed() + 1);
    console.log(`seed ${random.seed - 1}`);
    const byte = (): number => random.integer(256);
    for (let round = 0; round < 3000; round += 1) {
      const start = random.pick(subject.payloads).data.slice(0, 3 + random.integer(6));
      const part = random.pick(subject.payloads).data;
      const from = random.integer(part.length);
      const noise = Array.from({ length: random.integer(30) }, byte);
      refusal(subject, Uint8Array.of(...start, ...noise, ...part.slice(from, from + random.integer(40))));
      refusal(subject, Uint8Array.from({ length: random.integer(60) }, byte));
    }
  });
});

describe('PHP: hostile', () => {
  const nested = (levels: number): string => `${'a:1:{i:0;'.repeat(levels)}N;${'}'.repeat(levels)}`;

  it('nests up to the limit and no deeper', () => {
    expect(phpRefusal(nested(1000))).toBeUndefined();
    expect(phpRefusal(nested(1001))?.message).toContain('1000 levels');
    expect(phpRefusal('a:1:{i:0;'.repeat(500_000))?.message).toContain('1000 levels');
  });

  it.each([
    'a:4294967295:{}',
    'a:99999999999999999999:{}',
    'a:-1:{}',
    'a:1.5:{}',
    'a:1:{}',
    'a:0:{N;}',
    's:4294967295:"x";',
    's:2:"x";',
    's:0:"x";',
    's:-1:"";',
    's:1:"x"',
    's:1:x;',
    'b:2;',
    'b:;',
    'i:;',
    'i:1',
    'i:1.5;',
    'd:;',
    'd:0x1;',
    'N',
    'N:;',
    'x:1;',
    'S:1:"a";',
    'R:1;',
    'R:0;',
    'R:-1;',
    'R:99999999999999999999;',
    'r:1;',
    'a:1:{N;N;}',
    'a:1:{d:1;N;}',
    'a:1:{b:1;N;}',
    'a:1:{R:1;N;}',
    'a:1:{i:0;R:1;}',
    'a:1:{i:0;R:2;}',
    'O:1:"A":0:{}',
    'C:1:"A":0:{}',
    'O:999:"A":0:{}',
    '',
    '\u00ff',
  ])('refuses %s', (text) => {
    expect(phpRefusal(text)).toBeDefined();
  });

  it('takes no longer for many digits, strings and references', () => {
    expect(phpRefusal(`i:${'9'.repeat(2_000_000)};`)).toBeDefined();
    expect(phpRefusal(`d:${'9'.repeat(2_000_000)}`)).toBeDefined();
    expect(
      phpRefusal(`a:200000:{${Array.from({ length: 200_000 }, (_, i) => `i:${i};s:1:"x";`).join('')}}`),
    ).toBe(undefined);
    expect(
      phpRefusal(
        `a:200000:{i:0;a:0:{}${Array.from({ length: 199_999 }, (_, i) => `i:${i + 1};R:2;`).join('')}}`,
      ),
    ).toBe(undefined);
  });

  it('shares what is referred to, so that a small value stays small', () => {
    const doubled = (level: number): string =>
      level === 0 ? 'a:0:{}' : `a:2:{i:0;${doubled(level - 1)}i:1;R:${level === 25 ? 2 : 27 - level};}`;
    const value = php.unpack(latin1(doubled(25)), SERIALIZED_PHP) as unknown[];
    expect(value[0]).toBe(value[1]);
  });

  it('names a class within bounds', () => {
    const name = `Evil\\\u0000\u00e9\r\n${'x'.repeat(300)}`;
    const message = phpRefusal(`O:${name.length}:"${name}":0:{}`)?.message ?? '';
    expect(message).toContain('Evil\\????xxx');
    expect(message.length).toBeLessThan(150);
  });

  it('leaves prototypes alone', () => {
    const value = php.unpack(
      latin1('a:2:{s:9:"__proto__";a:1:{s:8:"polluted";b:1;}s:11:"constructor";i:1;}'),
      SERIALIZED_PHP,
    ) as object;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('Marshal: hostile', () => {
  it('nests up to the limit and no deeper', () => {
    expect(marshalRefusal(`${'[\x06'.repeat(1000)}0`)).toBeUndefined();
    expect(marshalRefusal(`${'[\x06'.repeat(1001)}0`)?.message).toContain('1000 levels');
    expect(marshalRefusal('[\x06'.repeat(500_000))?.message).toContain('1000 levels');
    expect(marshalRefusal('{\x06'.repeat(500_000))?.message).toContain('1000 levels');
  });

  it.each([
    'I"\x00\x06:\x06E',
    'I"\x00\x06:\x0dencoding',
    'I:\x00\x06:\x06E',
    'I:\x00\x06I',
    'oI:\x00\x06:\x06E',
    'uI:\x00\x06:\x06E',
    'eI:\x00\x06:\x06E',
    'Io:\x06A\x06:\x06E',
    'o',
    'oI:\x00\x06',
  ])('nests nothing in Strings, Symbols and names of classes: %j', (part) => {
    expect(marshalRefusal(part.repeat(100_000))?.cause).toBeUndefined();
    expect(marshalRefusal(`[\x07:\x0dencoding${part.repeat(100_000)}`)?.cause).toBeUndefined();
  });

  it('reads a class whose name has an encoding', () => {
    expect(marshalRefusal('oI:\x07\xc3\x89\x06:\x06ET\x00')?.message).toMatch(/Ruby class \?$/);
    expect(marshalRefusal('[\x07I:\x07\xc3\x89\x06:\x06ETo;\x00\x00')?.message).toMatch(/Ruby class \?$/);
  });

  it.each([
    '[\x04\xff\xff\xff\x7f',
    '[\xff\x00',
    '{\x04\xff\xff\xff\x7f',
    '"\x04\xff\xff\xff\x7fx',
    '"\xfa',
    'l+\x04\xff\xff\xff\x7f',
    'l*\x06ab',
    'l+\xfa',
    'f\x06x',
    'f\x00',
    'f\x0a1_000',
    ':\x06\xff',
    ';\x00',
    ';\xfa',
    '@\x00',
    '@\x06',
    '@\xfa',
    '[\x06;\x00',
    '{\x06i\x00@\x00',
    'I"\x06a\x06:\x06E@\x00',
    'I"\x06a\x06:\x06E"\x06T',
    'I"\x06a\x06:\x0dencodingT',
    'I"\x06a\x06:\x0dencoding@\x00',
    'I"\x06a\x06:\x0dencodingI"\x0fISO-8859-1\x00',
    'I"\x06a\x06I:\x06E\x06:\x06ETT',
    '[\x07i\x00I"\x06a\x06:\x0dencoding@\x06',
    'I"\x06a\x06:\x06Ei\x00',
    'I"\x06\xe9\x06:\x06EF',
    'I"\x07\xc3\xa9\x06:\x06EF',
    'I"\x06a\x06:\x0dencoding"\x0cUTF-7;x',
    'I"\x06a\x06:\x0dencoding"\x0dUTF-16LE',
    'I"\x07\x00\xd8\x06:\x0dencoding"\x0dUTF-16LE',
    'I:\x06a\x06;\x00T',
    'I0\x00',
    'Ii\x00\x00',
    'I[\x00\x00',
    'I',
    'o',
    'o0',
    'o;\x00',
    'o:\x06A\x00',
    'e:\x06A[\x00',
    'c\x06A',
    'm\x06A',
    'M\x06A',
    '/\x06a\x00',
    '}\x00i\x00',
    'Z',
    '',
  ])('refuses %j', (text) => {
    expect(marshalRefusal(text)).toBeDefined();
  });

  it('refuses what is not Marshal 4.8', () => {
    for (const data of ['', '\x04', '\x03\x080', '\x04\x090', '{}', '\x080'])
      expect(refusal({ format: dalli, flags: MARSHAL }, latin1(data)), data).toBeDefined();
  });

  it('takes no longer for large integers, symbols and links', () => {
    const many = (item: string): string => `[\x03\x40\x0d\x03${item.repeat(200_000)}`;
    expect(marshalRefusal(many('i\x06'))).toBeUndefined();
    expect(marshalRefusal(many(':\x06a'))).toBeUndefined();
    expect(marshalRefusal(many('@\x00'))).toBeUndefined();
    expect(marshalRefusal(`l+\x03\x00\x00\x01${'\xff'.repeat(131_072)}`)).toBeUndefined();
    expect(marshalRefusal(`l+\x03\x00\x00\x10${'\xff'.repeat(2_097_152)}`)?.message).toContain(
      '200000 bytes',
    );
    expect(marshalRefusal(`f\x03\x00\x00\x10${'9'.repeat(1_048_576)}`)).toBeDefined();
  });

  it('names a class and an encoding within bounds', () => {
    const long = `:\x01\xc8A\x00\xe9${'x'.repeat(197)}`;
    expect(marshalRefusal(`o${long}\x00`)).toBeDefined();
    const ascii = `:\x01\xc8A\x00\x07${'x'.repeat(197)}`;
    expect(marshalRefusal(`o${ascii}\x00`)?.message).toMatch(/class A\?\?x{97}$/);
    expect(marshalRefusal(`I"\x00\x06:\x0dencoding"\x01\xc8\x00\xe9${'y'.repeat(198)}`)?.message).toMatch(
      /encoding \?\?y{98}$/,
    );
  });

  it('leaves prototypes alone', () => {
    const value = dalli.unpack(latin1('\x04\x08{\x06:\x0e__proto__{\x06:\x0dpollutedT'), MARSHAL) as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('FastLZ: hostile', () => {
  it('reads runs and matches of both levels', () => {
    const text = (length: number, ...stream: number[]): unknown =>
      php.unpack(fastLz(length, ...stream), FASTLZ);
    expect(text(1, 0x00, 0x61)).toBe('a');
    // A run of 1, then a match of 3 at distance 1, which overlaps itself.
    expect(text(4, 0x00, 0x61, 0x20, 0x00)).toBe('aaaa');
    // Level 2: the length goes on while a byte is 255.
    expect(text(1 + 9 + 255 + 255 + 1, 0x20, 0x61, 0xe0, 0xff, 0xff, 0x01, 0x00)).toBe('a'.repeat(521));
    // Level 1: 255 is a length like any other.
    expect(text(1 + 9 + 255, 0x00, 0x61, 0xe0, 0xff, 0x00)).toBe('a'.repeat(265));
  });

  it.each([
    { what: 'nothing', length: 0, stream: [] },
    { what: 'a level that does not exist', length: 1, stream: [0x40, 0x61] },
    { what: 'a run that is cut', length: 3, stream: [0x02, 0x61] },
    { what: 'a run beyond the length', length: 1, stream: [0x01, 0x61, 0x62] },
    { what: 'a match that is cut', length: 4, stream: [0x00, 0x61, 0x20] },
    { what: 'a match before the start', length: 4, stream: [0x00, 0x61, 0x20, 0x01] },
    { what: 'a far match before the start', length: 4, stream: [0x20, 0x61, 0x3f, 0xff, 0x00, 0x00] },
    { what: 'a far match that is cut', length: 4, stream: [0x20, 0x61, 0x3f, 0xff, 0x00] },
    { what: 'a match beyond the length', length: 3, stream: [0x00, 0x61, 0x20, 0x00] },
    { what: 'a result that is too short', length: 5, stream: [0x00, 0x61, 0x20, 0x00] },
    { what: 'a length that goes on', length: 99, stream: [0x20, 0x61, 0xe0, 0xff, 0xff] },
    { what: 'a length of 4 GiB', length: 2 ** 32 - 1, stream: [0x00, 0x61] },
    { what: 'a length beyond what the stream can hold', length: 2 ** 26, stream: [0x00, 0x61, 0x20, 0x00] },
  ])('refuses $what', ({ length, stream }) => {
    expect(fastLzRefusal(length, ...stream)).toBeDefined();
  });

  it('takes no memory for a length that lies', () => {
    const before = process.memoryUsage().arrayBuffers;
    for (let round = 0; round < 200; round += 1) fastLzRefusal(2 ** 26, 0x00, 0x61, 0x20, 0x00);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  });

  it('inflates a bomb no further than its length, and never beyond maxValueBytes', () => {
    const ends = new Array<number>(65_536).fill(0xff);
    const bomb = (length: number): Uint8Array => fastLz(length, 0x20, 0x61, 0xe0, ...ends, 0x00, 0x00);
    const full = 1 + 9 + 65_536 * 255;
    expect(refusal({ format: php, flags: FASTLZ }, bomb(full))).toBeUndefined();
    expect(refusal({ format: php, flags: FASTLZ }, bomb(full - 1))).toBeDefined();
    const small = phpMemcachedFormat({ maxValueBytes: full - 1 });
    expect(refusal({ format: small, flags: FASTLZ }, bomb(full))?.message).toContain('maxValueBytes');
  });
});
