import type { Key, MemcachedClient } from '@mc/core';
import { expect } from 'vitest';
import type { ClientTests } from '../client-context.js';
import { OPERATION_ROWS } from '../operation-rows.js';
import { rejection } from '../rejection.js';

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'));

/** Keys that no server may ever see. */
const REFUSED: Readonly<Record<string, unknown>> = {
  'an empty key': '',
  '251 bytes': 'k'.repeat(251),
  '126 two-byte characters': 'é'.repeat(126),
  'a space': 'a b',
  'a CR': 'a\rb',
  'an LF': 'a\nb',
  'a CR LF and a command': 'x\r\nflush_all',
  'a tab': 'a\tb',
  'a NUL': 'a\0b',
  'a DEL': 'a\x7fb',
  'a lone surrogate': 'a\ud800',
  'empty bytes': new Uint8Array(0),
  '251 bytes of bytes': new Uint8Array(251).fill(107),
  'a space among bytes': utf8('a b'),
  'an LF among bytes': Uint8Array.of(97, 10),
  'a number': 5,
  undefined: undefined,
  'an object': {},
};

async function expectUsable(client: MemcachedClient, key: Key): Promise<void> {
  expect(await client.set(key, 'value')).toBe(true);
  expect(await client.get(key)).toBe('value');
  expect([...(await client.getMulti([key]))]).toStrictEqual([[key, 'value']]);
  expect(await client.delete(key)).toBe(true);
  expect(await client.get(key)).toBeUndefined();
}

/** What a key may be. */
export const keyTests: ClientTests = {
  'a key that cannot be sent is an InvalidKeyError before a byte is written': async ({ open, faults }) => {
    const client = open();
    const written = faults.bytesWritten;
    const links = faults.openLinks;
    for (const { call } of OPERATION_ROWS) {
      for (const refused of Object.values(REFUSED)) {
        // A call rejects; it never throws.
        const outcome = call(client, refused as Key);
        expect(await rejection(outcome, 'MC_INVALID_KEY')).toMatchObject({
          name: 'InvalidKeyError',
          written: 'no',
        });
      }
    }
    expect(faults.bytesWritten).toBe(written);
    expect(faults.openLinks).toBe(links);
  },
  'hash and serverFor refuse the same keys': async ({ client }) => {
    for (const refused of Object.values(REFUSED)) {
      const expected = expect.objectContaining({ code: 'MC_INVALID_KEY' });
      expect(() => client.hash(refused as Key)).toThrow(expected);
      expect(() => client.serverFor(refused as Key)).toThrow(expected);
    }
  },
  'an error about a key does not show it': async ({ client }) => {
    const error = await rejection(client.get('secret key'), 'MC_INVALID_KEY');
    expect(`${error.message} ${JSON.stringify(error)} ${Object.values(error).join(' ')}`).not.toContain(
      'secret',
    );
  },
  'up to 250 bytes are fine, of any printable characters': async ({ client, key }) => {
    const start = key();
    const keys = [
      'k'.repeat(250 - start.length),
      'é'.repeat((250 - start.length) >> 1),
      '!"#$%&()*+,-./:;<=>?@[]^_`{|}~',
      '世界🌍',
      'price$$',
      'a$&b',
      '%s%n',
      '\u00a0\u2028',
    ];
    for (const name of keys) await expectUsable(client, start + name);
  },
  'names that mean something to JavaScript are plain keys': async ({ open, key }) => {
    const client = open({ keyPrefix: `${key()}:` });
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'prototype']) {
      expect(await client.get(name)).toBeUndefined();
      expect(await client.getMulti([name])).toStrictEqual(new Map());
      await expectUsable(client, name);
    }
  },
  'dollar signs keep keys apart': async ({ client, key }) => {
    await client.set(`${key()}$$`, 'two');
    expect(await client.get(`${key()}$`)).toBeUndefined();
    await client.set(`${key()}$`, 'one');
    expect(await client.get(`${key()}$$`)).toBe('two');
  },
  'bytes and text of the same bytes name the same item': async ({ client, key }) => {
    for (const name of [key('ascii'), key('é世')]) {
      await client.set(name, 'v');
      expect(await client.get(utf8(name))).toBe('v');
      expect(client.hash(utf8(name))).toBe(client.hash(name));
      expect(client.serverFor(utf8(name))).toStrictEqual(client.serverFor(name));
    }
  },
  'bytes that are no text are keys as well': async ({ client, key }) => {
    const bytes = new Uint8Array([...utf8(key()), 0xff, 0x80, 0xc3]);
    await expectUsable(client, bytes);
  },
  'a key given as bytes may be changed once the call is made': async ({ client, key }) => {
    const bytes = utf8(key());
    const call = client.set(bytes, 'v');
    bytes.fill(120);
    await call;
    expect(await client.get(key())).toBe('v');
  },
  'the prefix of the client stands before every key and counts into its length': async ({
    client,
    open,
    key,
  }) => {
    const prefixed = open({ keyPrefix: `${key('é')}:` });
    await prefixed.set('name', 'v');
    expect(await client.get(`${key('é')}:name`)).toBe('v');
    expect(await prefixed.getMulti(['name'])).toStrictEqual(new Map([['name', 'v']]));
    expect(prefixed.hash('name')).toBe(client.hash(`${key('é')}:name`));
    expect(prefixed.serverFor('name')).toStrictEqual(client.serverFor(`${key('é')}:name`));
    const room = 250 - utf8(`${key('é')}:`).length;
    await expectUsable(prefixed, 'k'.repeat(room));
    await rejection(prefixed.get('k'.repeat(room + 1)), 'MC_INVALID_KEY');
  },
  'a prefix that no key could have is refused with the client': async ({ open }) => {
    for (const keyPrefix of ['a b', 'a\r\n', 'p'.repeat(251), '\ud800']) {
      expect(() => open({ keyPrefix })).toThrow(expect.objectContaining({ code: 'MC_CONFIGURATION' }));
    }
  },
};
