import type { MemcachedClient, Packed } from '@mc/core';
import { expect } from 'vitest';
import type { ClientTests } from '../client-context.js';
import { rejection } from '../rejection.js';

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** What one read gives, without the class that this runtime uses for bytes. */
const plain = (value: unknown): unknown => (value instanceof Uint8Array ? Uint8Array.from(value) : value);

async function expectRoundTrip(
  client: MemcachedClient,
  key: string,
  value: unknown,
  expected = value,
): Promise<void> {
  expect(await client.set(key, value)).toBe(true);
  expect(plain(await client.get(key))).toStrictEqual(plain(expected));
  expect(plain((await client.getMulti([key])).get(key))).toStrictEqual(plain(expected));
}

async function stored(raw: MemcachedClient, key: string): Promise<{ text: string; flags: number }> {
  const { data, flags } = (await raw.get<Packed>(key)) as Packed;
  return { text: Buffer.from(data as Uint8Array).toString('utf8'), flags };
}

async function expectStored(
  { client, raw }: { client: MemcachedClient; raw: MemcachedClient },
  key: string,
  value: unknown,
  expected: { text: string; flags: number },
): Promise<void> {
  await client.set(key, value);
  expect(await stored(raw, key)).toStrictEqual(expected);
}

const UNFIT: Readonly<Record<string, unknown>> = {
  undefined: undefined,
  'a function': () => 1,
  'a symbol': Symbol('s'),
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  'a Map': new Map([['a', 1]]),
  'a Set': new Set([1]),
  'nested bytes': { bytes: new Uint8Array([1]) },
  'a nested bigint': { big: 2n ** 70n },
  'nested NaN': [Number.NaN],
  'a lone surrogate': 'a\ud800b',
};

/** Values of every kind, and the bytes and flags they are stored as. */
export const valueTests: ClientTests = {
  'text comes back as text, whatever it holds': async ({ client, key }) => {
    const texts = [
      'plain',
      '',
      'Grüße, 世界 🌍',
      'a\r\nb',
      'END\r\n',
      'STORED\r\n',
      '\u0000',
      ' ',
      '\ufeffbom',
      '5',
      'true',
    ];
    for (const [index, text] of texts.entries()) await expectRoundTrip(client, key(`text-${index}`), text);
  },
  'bytes come back as bytes, whatever they hold': async ({ client, key }) => {
    const all = Uint8Array.from({ length: 256 }, (_, index) => index);
    for (const [index, bytes] of [all, new Uint8Array(0), ascii('\r\nEND\r\n'), ascii('5')].entries()) {
      await expectRoundTrip(client, key(`bytes-${index}`), bytes);
      expect(await client.get(key(`bytes-${index}`))).toBeInstanceOf(Uint8Array);
    }
  },
  'a part of a larger buffer is stored as that part': async ({ client, key }) => {
    const whole = ascii('0123456789');
    await expectRoundTrip(client, key(), whole.subarray(3, 6), ascii('345'));
  },
  'booleans come back as booleans': async ({ client, key }) => {
    await expectRoundTrip(client, key('true'), true);
    await expectRoundTrip(client, key('false'), false);
  },
  'safe integers come back as numbers': async ({ client, key }) => {
    const numbers = [0, 1, -1, 42, 2 ** 31, -(2 ** 31), Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
    for (const number of numbers) await expectRoundTrip(client, key(String(number)), number);
  },
  'other finite numbers come back as they were': async ({ client, key }) => {
    const numbers = [0.1, -1.5, 1e300, 5e-324, 2 ** 53, -(2 ** 60), Number.MAX_VALUE];
    for (const number of numbers) await expectRoundTrip(client, key(String(number)), number);
  },
  'bigints come back as bigints only outside the safe range': async ({ client, key }) => {
    for (const big of [2n ** 53n, 2n ** 64n - 1n, 10n ** 30n, -(2n ** 53n)]) {
      await expectRoundTrip(client, key(String(big)), big);
    }
    await expectRoundTrip(client, key('small'), 5n, 5);
    await expectRoundTrip(client, key('negative'), -7n, -7);
  },
  'null, arrays and objects come back equal': async ({ client, key }) => {
    const values: unknown[] = [
      null,
      [],
      {},
      [1, 'two', null, [3.5]],
      { a: 1, b: { c: ['x'] }, ü: '世' },
      { constructor: 1 },
    ];
    for (const [index, value] of values.entries()) await expectRoundTrip(client, key(`json-${index}`), value);
  },
  'a Date becomes its ISO text and undefined members vanish': async ({ client, key }) => {
    const date = new Date(Date.UTC(2030, 0, 2, 3, 4, 5, 678));
    await expectRoundTrip(client, key('date'), { at: date }, { at: '2030-01-02T03:04:05.678Z' });
    await expectRoundTrip(client, key('top'), date, '2030-01-02T03:04:05.678Z');
    await expectRoundTrip(client, key('member'), { a: 1, gone: undefined }, { a: 1 });
  },
  'values of many sizes survive the splits of the network': async ({ client, key }) => {
    const sizes = [1, 1023, 4096, 16_383, 16_384, 65_535, 65_536, 65_537, 200_000, 1_000_000];
    for (const size of sizes) {
      const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 31 + size) & 0xff);
      await client.set(key(String(size)), bytes);
      expect(Buffer.compare((await client.get(key(String(size)))) as Uint8Array, bytes)).toBe(0);
    }
  },
  'text and bytes are stored as they are, under flags 16 and 0': async ({ client, raw, key }) => {
    await expectStored({ client, raw }, key('text'), 'Grüße', { text: 'Grüße', flags: 16 });
    await expectStored({ client, raw }, key('empty-text'), '', { text: '', flags: 16 });
    await expectStored({ client, raw }, key('bytes'), ascii('raw'), { text: 'raw', flags: 0 });
    await expectStored({ client, raw }, key('no-bytes'), new Uint8Array(0), { text: '', flags: 0 });
  },
  'booleans and integers are stored in decimal, under flags 2 and 4': async ({ client, raw, key }) => {
    await expectStored({ client, raw }, key('true'), true, { text: '1', flags: 2 });
    await expectStored({ client, raw }, key('false'), false, { text: '0', flags: 2 });
    await expectStored({ client, raw }, key('number'), -42, { text: '-42', flags: 4 });
    await expectStored({ client, raw }, key('bigint'), 2n ** 70n, {
      text: '1180591620717411303424',
      flags: 4,
    });
  },
  'JSON is stored as text with the codec id 1, under flags 48': async ({ client, raw, key }) => {
    await expectStored({ client, raw }, key('null'), null, { text: 'null', flags: 48 });
    await expectStored({ client, raw }, key('float'), 1.5, { text: '1.5', flags: 48 });
    await expectStored({ client, raw }, key('object'), { a: [1] }, { text: '{"a":[1]}', flags: 48 });
  },
  'what cannot be stored faithfully is an EncodeError and nothing is sent': async ({
    client,
    key,
    faults,
  }) => {
    await client.set(key(), 'before');
    const written = faults.bytesWritten;
    for (const value of Object.values(UNFIT)) {
      await rejection(client.set(key(), value), 'MC_ENCODE');
      await rejection(client.add(key(), value), 'MC_ENCODE');
      await rejection(client.replace(key(), value), 'MC_ENCODE');
      await rejection(client.cas(key(), value, 1n), 'MC_ENCODE');
      expect(() => client.serialize(value)).toThrow(expect.objectContaining({ code: 'MC_ENCODE' }));
    }
    expect(faults.bytesWritten).toBe(written);
    expect(await client.get(key())).toBe('before');
  },
  'values are captured when the call is made': async ({ client, key }) => {
    const bytes = ascii('before');
    const object = { list: [1] };
    const calls = [client.set(key('bytes'), bytes), client.set(key('object'), object)];
    bytes.fill(120);
    object.list.push(2);
    await Promise.all(calls);
    expect(plain(await client.get(key('bytes')))).toStrictEqual(ascii('before'));
    expect(await client.get(key('object'))).toStrictEqual({ list: [1] });
  },
  'what was read stays as it is when more is read': async ({ client, key }) => {
    const sizes = [3, 100, 5000, 70_000];
    const fill = (index: number): Uint8Array =>
      new Uint8Array(sizes[index % sizes.length] ?? 1).fill(index + 1);
    const keys = Array.from({ length: 12 }, (_, index) => key(String(index)));
    await client.setMulti(keys.map((name, index) => [name, fill(index)] as const));
    const kept: unknown[] = [];
    for (const name of keys) kept.push(await client.get(name));
    await Promise.all(keys.map((name) => client.get(name)));
    const changed = keys.filter((_, index) => Buffer.compare(kept[index] as Uint8Array, fill(index)) !== 0);
    expect(changed).toStrictEqual([]);
  },
  'two callers never share what they read': async ({ client, key }) => {
    await client.set(key('object'), { list: [1] });
    await client.set(key('bytes'), ascii('shared'));
    const [one, two] = await Promise.all([client.get(key('object')), client.get(key('object'))]);
    expect(one).not.toBe(two);
    const [first, second] = await Promise.all([client.get(key('bytes')), client.get(key('bytes'))]);
    (first as Uint8Array).fill(0);
    expect(plain(second)).toStrictEqual(ascii('shared'));
    expect(plain(await client.get(key('bytes')))).toStrictEqual(ascii('shared'));
  },
};
