import { DecodeError } from '@mc/core';
import {
  dalliFormat,
  memcacheClientFormat,
  phpMemcachedFormat,
  pymemcacheFormat,
  thirdEdenFormat,
} from '@mc/migration';
import { describe, expect, it } from 'vitest';

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Long enough that no quick path for short texts is taken. */
const long = 'secret'.repeat(20);

const cases = [
  { what: 'text', preset: thirdEdenFormat, flags: 0, data: latin1('secret\xff') },
  { what: 'long text', preset: thirdEdenFormat, flags: 0, data: latin1(`${long}\xff`) },
  { what: 'JSON', preset: thirdEdenFormat, flags: 2, data: utf8('{"secret": secret}') },
  { what: 'JSON that is cut', preset: thirdEdenFormat, flags: 2, data: utf8('{"secret": 1') },
  { what: 'nothing as JSON', preset: thirdEdenFormat, flags: 2, data: utf8('') },
  { what: 'bytes', preset: thirdEdenFormat, flags: 4, data: utf8('secret\u2713') },
  { what: 'bytes that are no text', preset: thirdEdenFormat, flags: 4, data: latin1('secret\xff') },
  { what: 'text', preset: memcacheClientFormat, flags: 0, data: latin1('secret\xff') },
  { what: 'JSON', preset: memcacheClientFormat, flags: 2, data: utf8('secret') },
  { what: 'JSON that is no text', preset: memcacheClientFormat, flags: 2, data: latin1('"secret\xff"') },
  { what: 'a boolean', preset: phpMemcachedFormat, flags: 3, data: utf8('0') },
  { what: 'a long boolean', preset: phpMemcachedFormat, flags: 3, data: utf8('11') },
  { what: 'JSON', preset: phpMemcachedFormat, flags: 6, data: utf8('{secret}') },
  { what: 'MessagePack without a codec', preset: phpMemcachedFormat, flags: 7, data: utf8('secret') },
  { what: 'a key', preset: phpMemcachedFormat, flags: 4, data: latin1('a:1:{s:7:"secret\xff";N;}') },
  { what: 'a string', preset: phpMemcachedFormat, flags: 4, data: latin1('s:7:"secret\xff";') },
  { what: 'a raw string', preset: dalliFormat, flags: 0, data: latin1('secret\xff') },
  { what: 'a String', preset: dalliFormat, flags: 1, data: latin1('\x04\x08I"\x0csecret\xff\x06:\x06ET') },
  { what: 'text', preset: pymemcacheFormat, flags: 16, data: latin1('secret\xff') },
  { what: 'a pickle without a codec', preset: pymemcacheFormat, flags: 1, data: latin1('\x80\x04K\x01.') },
];

describe('damaged values', () => {
  it.each(cases)('$what: $preset.name', ({ preset, flags, data }) => {
    const read = (): unknown => preset().unpack(data, flags);
    expect(read).toThrow(DecodeError);
    try {
      read();
    } catch (error) {
      const { message, cause } = error as DecodeError;
      expect(`${message} ${String(cause)}`).not.toContain('secret');
    }
  });

  it('that need a codec name the package to add', () => {
    expect(() => phpMemcachedFormat().unpack(utf8('x'), 7)).toThrow('@mc/codec-msgpack');
    expect(() => pymemcacheFormat().unpack(utf8('x'), 1)).toThrow('@mc/codec-pylibmc');
  });
});

describe('bytes', () => {
  it('within a value do not keep the whole of it alive', () => {
    const format = phpMemcachedFormat({ strings: 'bytes' });
    const data = latin1(`a:2:{i:0;s:2:"ab";i:1;s:1000:"${'x'.repeat(1000)}";}`);
    const [first] = format.unpack(data, 4) as [Uint8Array];
    expect(first).toEqual(utf8('ab'));
    expect(first.buffer).not.toBe(data.buffer);
    const copied = format.unpack(Buffer.from(data), 4) as [Uint8Array];
    expect(copied[0].buffer.byteLength).toBeLessThan(100);
  });
});
