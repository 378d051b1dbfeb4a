import type { Random } from '@mc/testing';

/** Makes a value that holds no others. */
export type Leaf = (random: Random) => unknown;
/** Makes a value that holds others, each made by `child`. */
export type Container = (random: Random, child: () => unknown) => unknown;

/** The values that an encoding can hold. */
export interface Palette {
  readonly leaves: readonly Leaf[];
  readonly containers: readonly Container[];
}

const MAX_DEPTH = 4;
const MAX_MEMBERS = 6;
const ALPHABETS: readonly (readonly string[])[] = [
  [...'abcdefghijklmnopqrstuvwxyz0123456789 '],
  [...'åäöéñßØ'],
  [...'日本語漢字كتاب'],
  [...'😀🎉👩‍🚀'],
  [...'"\\/\b\n\t\u0000\u001f\u007f\u2028\ufeff'],
];
const NAMES: readonly string[] = [
  'id',
  'name',
  'tags',
  'a',
  'b',
  '',
  '__proto__',
  'constructor',
  'then',
  'length',
  '0',
];

/** Well-formed text, mostly short. */
export function randomText(random: Random): string {
  const length = random.integer(random.chance(0.95) ? 24 : 300);
  const alphabet = random.pick(random.chance(0.7) ? ALPHABETS.slice(0, 1) : ALPHABETS);
  return Array.from({ length }, () => random.pick(alphabet)).join('');
}

/** Bytes, mostly few. */
export function randomBytes(random: Random): Uint8Array {
  return Uint8Array.from({ length: random.integer(random.chance(0.95) ? 24 : 300) }, () =>
    random.integer(256),
  );
}

/** A safe integer of any length, of either sign. */
export function randomInteger(random: Random): number {
  const size = 2 ** random.integer(53);
  const value = Math.floor((random.integer(0x1_0000_0000) / 0x1_0000_0000) * size);
  return random.chance(0.3) && value > 0 ? -value : value;
}

/** A number with a fraction or beyond the safe integers, finite. */
export function randomFloat(random: Random): number {
  return random.pick([0.5, -0.25, 2.7, 1e300, -1e-300, 2 ** 60]) * (1 + random.integer(1000) / 7);
}

export function randomBoolean(random: Random): boolean {
  return random.chance(0.5);
}

export function nothing(): null {
  return null;
}

export function randomArray(random: Random, child: () => unknown): unknown[] {
  return Array.from({ length: random.integer(MAX_MEMBERS) }, child);
}

/** A plain object; its members may be called `__proto__`, which then is a member like the others. */
export function randomObject(random: Random, child: () => unknown): object {
  const names = Array.from({ length: random.integer(MAX_MEMBERS) }, () =>
    random.chance(0.7) ? random.pick(NAMES) : randomText(random),
  );
  return Object.fromEntries(names.map((name) => [name, child()]));
}

export function randomMap(random: Random, child: () => unknown): Map<unknown, unknown> {
  return new Map(
    Array.from({ length: random.integer(MAX_MEMBERS) }, () => [
      random.chance(0.5) ? randomText(random) : randomInteger(random),
      child(),
    ]),
  );
}

/** A set of text and integers. */
export function randomSet(random: Random): Set<unknown> {
  return new Set(
    Array.from({ length: random.integer(MAX_MEMBERS) }, () =>
      random.chance(0.5) ? randomText(random) : randomInteger(random),
    ),
  );
}

/** A moment in whole milliseconds within some centuries of now. */
export function randomDate(random: Random): Date {
  return new Date((random.integer(2 ** 32) - 2 ** 31) * 4000 + random.integer(1000));
}

/** An integer beyond the safe ones, of up to `bits` bits. */
export function randomBigint(random: Random, bits = 200): bigint {
  let value = 2n ** 54n;
  const length = 55 + random.integer(bits - 55);
  while (value < 2n ** BigInt(length - 1)) value = value * 251n + BigInt(random.integer(251));
  value = BigInt.asUintN(length, value) | (1n << BigInt(length - 1));
  return random.chance(0.5) ? -value : value;
}

/** What JSON and everything else can hold. */
export const PLAIN: Palette = {
  leaves: [randomText, randomText, randomInteger, randomFloat, randomBoolean, nothing],
  containers: [randomArray, randomObject, randomObject],
};

/** A value of the palette. Objects outnumber the rest at the top, as in a cache. */
export function randomValue(random: Random, palette: Palette, depth = 0): unknown {
  const isLeaf = depth >= MAX_DEPTH || random.chance(depth === 0 ? 0.15 : 0.55);
  if (isLeaf) return random.pick(palette.leaves)(random);
  return random.pick(palette.containers)(random, () => randomValue(random, palette, depth + 1));
}
