import { type Random, randomFrom, testSeed } from '../../random.js';

/** Sizes around the limits of formats, of Node's buffers and of what is done in a thread pool. */
export const SIZES: readonly number[] = [
  ...[1, 2, 3, 4, 5, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 31, 32, 33, 63, 64, 65, 100, 170],
  ...[254, 255, 256, 257, 269, 270, 271, 511, 512, 513, 1000, 4095, 4096, 4097, 8191, 8192, 8193, 11_000],
  ...[16_383, 16_384, 16_385, 32_767, 32_768, 32_769, 65_535, 65_536, 65_537, 100_000],
  ...[131_071, 131_072, 131_073, 262_143, 262_144, 262_145],
];

/** A size that no compressor is to handle while everything else waits. */
export const LARGE_BYTES = 600_000;

/** Makes bytes of a kind. */
export type MakeBytes = (bytes: number, random: Random) => Uint8Array;

/** Kinds of bytes: from those that shrink most to those that do not shrink at all. */
export const KINDS: Readonly<Record<string, MakeBytes>> = {
  zeros: (bytes) => new Uint8Array(bytes),
  'a pattern': (bytes, random) => repeat(bytes, KINDS.noise?.(1 + random.integer(300), random)),
  text: (bytes, random) => {
    let text = '';
    while (text.length < bytes)
      text += `${random.pick(WORDS)}${random.chance(0.2) ? random.integer(1e6) : ''} `;
    return latin1(text.slice(0, bytes));
  },
  noise: (bytes, random) => {
    const words = new Uint32Array(Math.ceil(bytes / 4));
    for (let at = 0; at < words.length; at += 1) words[at] = random.integer(2 ** 32);
    return new Uint8Array(words.buffer, 0, bytes);
  },
  'noise and zeros in turn': (bytes, random) => {
    const data = new Uint8Array(bytes);
    for (let at = 0; at < bytes; at += 1 + random.integer(2000)) {
      data.set(KINDS.noise?.(Math.min(random.integer(500), bytes - at), random) ?? [], at);
    }
    return data;
  },
};

const WORDS = [
  'user',
  'session',
  'memcached',
  '{"id":',
  'true,',
  'the',
  'key of',
  'value',
  'über',
  '\n',
  '  ',
];

function repeat(bytes: number, pattern: Uint8Array = Uint8Array.of(0)): Uint8Array {
  return Uint8Array.from(Buffer.alloc(bytes, pattern));
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

/** Text that the seed of the run decides. */
export function textOf(bytes: number, salt: number = 0): Uint8Array {
  return (KINDS.text as MakeBytes)(bytes, randomFrom(testSeed() + salt));
}

/** The two behind one another. */
export function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
