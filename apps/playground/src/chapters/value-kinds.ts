import { inspect } from 'node:util';
import type { Chapter } from '../chapter.js';

const VALUES: Readonly<Record<string, unknown>> = {
  text: 'Grüße, мир',
  bytes: Uint8Array.of(0xca, 0xfe),
  boolean: true,
  integer: -42,
  bigint: 2n ** 70n,
  float: 2.5,
  nothing: null,
  list: [1, 'two', { three: 3 }],
  date: new Date(Date.UTC(2026, 0, 31)),
};

/** A value of every type, its flags, and what comes back. */
export const valueKinds: Chapter = {
  title: 'Values of every type',
  about:
    'Text, bytes, booleans and integers are packed by the core, in the bits that pylibmc uses too; the rest is ' +
    'JSON here, so a Date comes back as its ISO text. The flags beside each stored value say which it is.',
  keys: Object.keys(VALUES),
  show: async ({ cache, page }) => {
    const values = VALUES;
    await page.step(() => cache.setMulti(values));
    page.remark('As written, as stored, and as read back by getMulti:');
    const readBack = await cache.getMulti(Object.keys(values));
    page.table([
      ['key', 'value', 'flags', 'stored bytes', 'comes back as'],
      ...Object.entries(values).map(([key, value]) => {
        const { data, flags } = cache.serialize(value);
        return [key, shown(value), String(flags), stored(data), shown(readBack.get(key))];
      }),
    ]);
  },
};

function shown(value: unknown): string {
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY });
}

function stored(data: Uint8Array): string {
  const text = Buffer.from(data).toString('utf8');
  return text.includes('\ufffd') ? `0x${Buffer.from(data).toString('hex')}` : text;
}
