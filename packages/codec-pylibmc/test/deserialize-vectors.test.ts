import { readFileSync } from 'node:fs';
import { pylibmcFormat } from '@mc/codec-pylibmc';
import { zlibCompressor } from '@mc/compression-zlib';
import { describe, expect, it } from 'vitest';
import { expectSame, fromBase64, withoutBuffer } from './equality.js';

interface Outcome {
  readonly type?: string;
  readonly repr?: string;
  readonly exception?: string;
  readonly message?: string;
}

interface StoredCase {
  readonly note: string;
  readonly flags: number;
  readonly payload_b64: string;
  readonly get: Outcome;
}

const file = new URL('./vectors/pylibmc-deserialize.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: StoredCase[] };

/** What pylibmc showed, as a value; the two large ones are cut in the file. */
const VALUES: Readonly<Record<string, unknown>> = {
  "b'1'": Uint8Array.of(0x31),
  "b'hello'": new TextEncoder().encode('hello'),
  "'1'": '1',
  "'\\ufeffbom'": '\ufeffbom',
  '[1]': [1],
};

function expectedOf({ type, repr = '' }: Outcome): unknown {
  return type === 'int' ? Number(repr) : VALUES[repr];
}

const format = pylibmcFormat({ compressor: zlibCompressor({ trailingBytes: 'ignore' }) });

/** Awaits promises too: a stream may be read in the thread pool. */
async function unpack({ payload_b64: payload, flags }: StoredCase): Promise<unknown> {
  return await format.unpack(fromBase64(payload), flags);
}

async function failureOf(stored: StoredCase): Promise<Error> {
  try {
    await unpack(stored);
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was read');
}

/** What our error says where pylibmc says this. */
const MESSAGES: readonly (readonly [theirs: RegExp, ours: RegExp])[] = [
  [/^unknown memcached key flags (\d+)$/, /several types at once: \d+$/],
  [/^invalid literal for int\(\)/, /marked as an integer and is none/],
  [/^'utf-8' codec can't decode/, /is not UTF-8/],
  [/^could not find MARK$/, /the pickle is damaged/],
  [/^unpickling stack underflow$/, /the pickle is damaged/],
  [/^No module named 'nosuchmodule'$/, /names nosuchmodule\.x,/],
  [/^Failed to decompress value: inflate$/, /zlib/],
];

it('has all 51 cases', () => expect(cases).toHaveLength(51));

const read = cases.filter(({ get }) => get.exception === undefined);
const refused = cases.filter(({ get }) => get.exception !== undefined);
const isCut = ({ get }: StoredCase): boolean => get.repr?.endsWith('(cut)') === true;

describe('values that pylibmc reads', () => {
  it.each(read.filter((stored) => !isCut(stored)))('$note: flags $flags, $payload_b64', async (stored) => {
    const expected = expectedOf(stored.get);
    expect(expected).toBeDefined();
    expectSame(withoutBuffer(await unpack(stored)), expected);
  });

  it.each(read.filter(isCut))('$note: $payload_b64', async (stored) => {
    const value = (await unpack(stored)) as Uint8Array;
    expect(value.length).toBeGreaterThan(16_000);
    expect(value.every((byte) => byte === 0x71)).toBe(true);
  });
});

describe('values that pylibmc refuses', () => {
  it.each(refused)('$note: flags $flags, $payload_b64', async (stored) => {
    const { message } = await failureOf(stored);
    const theirs = stored.get.message ?? '';
    const row = MESSAGES.find(([pattern]) => pattern.test(theirs));
    expect(row, theirs).toBeDefined();
    expect(message).toMatch(row?.[1] ?? /never/);
    const masked = /^unknown memcached key flags (\d+)$/.exec(theirs)?.[1];
    if (masked !== undefined) expect(message.endsWith(`: ${masked}`)).toBe(true);
  });
});
