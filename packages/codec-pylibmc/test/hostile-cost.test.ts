import { PythonBytearray, PythonDecimal, readPickle, writePickle } from '@mc/codec-pylibmc';
import { describe, expect, it } from 'vitest';
import { collidingDoubles, collidingInt32s, collidingInt64s } from './colliding-numbers.js';
import { expectSame } from './equality.js';
import { measured } from './measured-cost.js';
import { pickleOf, read, refusalOf } from './pickle-text.js';

const MIB = 1024 * 1024;

/** What runs long on a busy machine is no fault. */
const TIMEOUT = { timeout: 60_000 };

describe('pickles that ask for much', TIMEOUT, () => {
  it.each<[what: string, pickle: () => string]>([
    ['a million lists in each other', () => `${']'.repeat(1_000_000)}${'a'.repeat(999_999)}.`],
    ['a million tuples in each other', () => `N${'\x85'.repeat(1_000_000)}.`],
    ['a million dicts in each other', () => `${'}U\x01a'.repeat(400_000)}N${'s'.repeat(400_000)}.`],
    ['a million marks', () => `${'('.repeat(1_000_000)}${'l'.repeat(1_000_000)}.`],
    ['ten million lists', () => `(${']'.repeat(10_000_000)}l.`],
    ['ten million empty bytes', () => `(${'C\x00'.repeat(10_000_000)}l.`],
    ['ten million Nones', () => `${'N'.repeat(10_000_000)}.`],
    ['ten million marks', () => '('.repeat(10_000_000)],
    ['ten million entries of the memo', () => `N${'\x94'.repeat(10_000_000)}.`],
    ['a list that grows', () => `](${'N'.repeat(900_000)}e(${'N'.repeat(900_000)}e.`],
    ['an integer of a megabyte', () => `\x8b\x00\x00\x10\x00${'\xff'.repeat(MIB)}.`],
    ['an integer of a million digits', () => `L${'9'.repeat(1_000_000)}L\n.`],
  ])('%s end in an error, soon', (_, pickle) => {
    const data = pickleOf(pickle());
    const { result, ms, bytes } = measured(() => refusalOf(data));
    expect(result.code).toBe('PICKLE_LIMIT');
    expect(ms).toBeLessThan(3000);
    expect(bytes).toBeLessThan(400 * MIB);
  });

  it('counts levels that only the memo makes', () => {
    const lists = Array.from({ length: 601 }, (_, i) => `]p${i}\n0`);
    const links = Array.from({ length: 600 }, (_, i) => `g${i}\ng${i + 1}\na0`);
    const { code } = refusalOf(`${lists.join('')}${links.reverse().join('')}g0\n.`);
    expect(code).toBe('PICKLE_LIMIT');
  });

  it('shares what is the same: a billion laughs take no more than their pickle', () => {
    const levels = Array.from({ length: 30 }, (_, i) => `(${`h${String.fromCharCode(i)}`.repeat(10)}l\x94`);
    const { result, ms } = measured(() => read(`]\x94${levels.join('')}.`));
    const [first, second] = result as unknown[];
    expect(first).toBe(second);
    expect(ms).toBeLessThan(1000);
  });

  it('counts levels to the limit, in trees and where lists stand in several places', () => {
    const tree = (levels: number): string => `${']'.repeat(levels)}${'a'.repeat(levels - 1)}.`;
    expect(read(tree(500))).toBeInstanceOf(Array);
    expect(refusalOf(tree(501)).message).toBe('the pickle has more than 500 levels');
    expect(read(tree(1000), { maxDepth: 1000 })).toBeInstanceOf(Array);
    const shared = (levels: number): string =>
      `]\x94${Array.from({ length: levels - 1 }, (_, i) => `(g${i}\ng${i}\nl\x94`).join('')}.`;
    expect(read(shared(500))).toBeInstanceOf(Array);
    expect(refusalOf(shared(501)).message).toBe('the pickle has more than 500 levels');
    expect(read('](]]]e.', { maxDepth: 2 })).toEqual([[], [], []]);
    expect(refusalOf('](]]]ae.', { maxDepth: 2 }).code).toBe('PICKLE_LIMIT');
  });

  it('takes a list of 600 that contains itself', () => {
    const list = read(`]\x94(${']'.repeat(600)}h\x00e.`) as unknown[];
    expect(list).toHaveLength(601);
    expect(list[600]).toBe(list);
  });

  it('takes as many values as allowed', () => {
    expect(read(`](${'N'.repeat(8)}e.`, { maxItems: 9 })).toHaveLength(8);
    expect(refusalOf(`](${'N'.repeat(9)}e.`, { maxItems: 9 }).code).toBe('PICKLE_LIMIT');
  });

  it('reads a dict whose keys are far apart in bounded time', () => {
    const members = Array.from({ length: 200_000 }, (_, i) => `J${int32(i * 4096)}N`);
    const { result, ms } = measured(() => read(`}(${members.join('')}u.`, { maxItems: 1_000_000 }));
    expect((result as Map<number, null>).size).toBe(200_000);
    expect(ms).toBeLessThan(3000);
  });
});

/** Keeps a class or function under 0 and its arguments under 1, then calls it again and again. */
function calls(name: string, args: string, count: number): string {
  return `c${name}\nq\x000${args}q\x010](${'h\x00h\x01R'.repeat(count)}e.`;
}

function numbers(count: number): string {
  return `](${Array.from({ length: count }, (_, i) => `J${int32(i)}`).join('')}e\x85`;
}

function text(length: number): string {
  return `X${int32(length)}${'1'.repeat(length)}`;
}

describe('pickles whose calls take their arguments from the memo', TIMEOUT, () => {
  it.each<[what: string, pickle: string]>([
    ['bytes of text', calls('_codecs\nencode', `${text(100_000)}X\x06\0\0\0latin1\x86`, 2000)],
    [
      'bytearrays of bytes',
      calls('builtins\nbytearray', `B${int32(100_000)}${'a'.repeat(100_000)}\x85`, 2000),
    ],
    ['bytearrays of text', calls('builtins\nbytearray', `${text(100_000)}X\x06\0\0\0latin1\x86`, 2000)],
    ['sets of a list', calls('builtins\nset', numbers(4000), 3000)],
    ['sets of one member, many times', calls('builtins\nset', `](${'N'.repeat(10_000)}e\x85`, 20_000)],
    ['frozensets of a list', calls('builtins\nfrozenset', numbers(4000), 3000)],
    [
      'ordered dicts of a list',
      calls('collections\nOrderedDict', `](${'K\x01K\x02\x86'.repeat(4000)}e\x85`, 3000),
    ],
    ['decimals of many digits', calls('decimal\nDecimal', `${text(60_000)}\x85`, 40_000)],
    [
      'sets that are thrown away',
      `cbuiltins\nset\nq\x000${numbers(4000)}q\x010${'h\x00h\x01R0'.repeat(3000)}N.`,
    ],
    [
      'sets within arguments',
      `${calls('builtins\nfrozenset', numbers(4000), 0).slice(0, -1)}(${'h\x00h\x01R'.repeat(3000)}t.`,
    ],
  ])('%s end in an error before they take more than the pickle', (_, pickle) => {
    for (const exact of [false, true]) {
      const data = pickleOf(pickle);
      const { result, ms, bytes } = measured(() => refusalOf(data, { exact }));
      expect(result.code).toBe('PICKLE_LIMIT');
      expect(ms).toBeLessThan(1000);
      expect(bytes).toBeLessThan(32 * MIB);
    }
  });

  it('count as many values as they make', () => {
    const sets = (count: number): string => calls('builtins\nset', numbers(10), count);
    // The list, its members and the tuple, the list of sets, and twelve for each: the list, its members and the set.
    const [few, many] = [10 + 2 + 1 + 12 * 5, 10 + 2 + 1 + 12 * 5 - 1];
    expect(read(sets(5), { maxItems: few + 1 })).toHaveLength(5);
    expect(refusalOf(sets(5), { maxItems: many }).code).toBe('PICKLE_LIMIT');
  });

  it('are all that this package writes, however much of it is equal', () => {
    const bytes = Array.from({ length: 1000 }, () => new Uint8Array(2000).fill(0xe9));
    for (const protocol of [2, 3, 4, 5] as const) {
      expectSame(readPickle(writePickle(bytes, { protocol })), bytes);
      const arrays = bytes.map((each) => new PythonBytearray(each));
      expectSame(readPickle(writePickle(arrays, { protocol }), { exact: true }), arrays);
      const sets = bytes.map(({ length }) => new Set(Array.from({ length: length / 10 }, (_, i) => i)));
      expectSame(readPickle(writePickle(sets, { protocol })), sets);
      const decimals = bytes.map(({ length }) => new PythonDecimal('7'.repeat(length)));
      expectSame(readPickle(writePickle(decimals, { protocol })), decimals);
    }
    const one = [new Uint8Array(1), new Uint8Array(1)];
    const many = Array.from({ length: 20_000 }, () => one.map((each) => each.slice())).flat();
    expectSame(readPickle(writePickle(many, { protocol: 2 })), many);
  });

  it('make decimals of 65,536 characters at most', () => {
    const decimal = (length: number): string => `cdecimal\nDecimal\n${text(length)}\x85R.`;
    expect(String(read(decimal(65_536)))).toHaveLength(65_536);
    expect(refusalOf(decimal(65_537)).code).toBe('PICKLE_LIMIT');
  });
});

describe('keys that a hash table cannot tell apart', TIMEOUT, () => {
  const COUNT = 40_000;
  const shifted = (shift: number, sign: bigint): bigint[] =>
    Array.from({ length: COUNT }, (_, i) => sign * (BigInt(i + 1) << BigInt(shift)));

  it.each<[what: string, keys: () => readonly (number | bigint)[]]>([
    ['integers of 32 bits', () => collidingInt32s(COUNT)],
    ['integers of 64 bits', () => collidingInt64s(COUNT)],
    ['integers with the same lowest 64 bits', () => shifted(64, 1n)],
    ['negative integers with the same lowest 64 bits', () => shifted(64, -1n)],
    ['floats', () => collidingDoubles(COUNT)],
  ])('%s end in an error, soon', (_, keysOf) => {
    // No set is made of them here: that is what takes so long.
    const keys = keysOf().map(pickled);
    expect(new Set(keys).size).toBe(COUNT);
    const pickles = [
      `\x8f(${keys.join('')}\x90.`,
      `(${keys.join('')}\x91.`,
      `}(${keys.join('N')}Nu.`,
      `}${keys.map((key) => `${key}Ns`).join('')}.`,
      `c__builtin__\nset\n](${keys.join('')}e\x85R.`,
      `ccollections\nOrderedDict\n](${keys.map((key) => `${key}N\x86`).join('')}e\x85R.`,
    ];
    for (const pickle of pickles) {
      const { result, ms } = measured(() => refusalOf(pickle));
      expect(result.message).toMatch(/tell apart/);
      expect(ms).toBeLessThan(1000);
    }
  });

  it('are noticed where they are asked for again and again, or lie in many sets', () => {
    const keys = shifted(64, 1n).slice(0, 3900).map(pickled);
    const again = `](${keys[0]}q\x00\x8f(${keys.join('')}${'h\x00'.repeat(400_000)}\x90e.`;
    const small = `](${`\x8f(${keys.slice(0, 1000).join('')}\x90`.repeat(80)}e.`;
    for (const pickle of [again, small]) {
      const { result, ms } = measured(() => refusalOf(pickle));
      expect(result.message).toMatch(/tell apart/);
      expect(ms).toBeLessThan(1000);
    }
  });

  it('are read where they are few, and all others are', () => {
    const few = new Set(shifted(64, 1n).slice(0, 3000));
    expect((readPickle(writePickle(few)) as Set<unknown>).size).toBe(few.size);
    const forms: readonly ((i: number) => number | bigint)[] = [
      (i) => i,
      (i) => -7 * i,
      (i) => i * 65_536,
      (i) => i * 2 ** 32,
      (i) => 1_700_000_000 + i * 60,
      (i) => 1.7e12 + i * 1000,
      (i) => i / 10,
      (i) => 1 / (i + 1),
      (i) => BigInt(1.7e12 + i) << 22n,
      (i) => 2n ** 63n + BigInt(i),
      (i) => (0x2001n << 112n) + BigInt(i),
    ];
    for (const form of forms) {
      const set = new Set(Array.from({ length: 50_000 }, (_, i) => form(i)));
      expect((readPickle(writePickle(set)) as Set<unknown>).size).toBe(set.size);
    }
    const same = Array.from({ length: 300 }, () => new Set(Array.from({ length: 1000 }, (_, i) => i)));
    expect(readPickle(writePickle(same))).toHaveLength(300);
  });

  it('are no numbers of the memo', () => {
    const indexes = collidingInt32s(65_536).filter((index) => index > 0);
    const puts = indexes.map((index) => `r${int32(index)}`);
    expect(puts.length).toBeGreaterThan(30_000);
    const { result, ms } = measured(() => read(`N${puts.join('')}.`));
    expect(result).toBeNull();
    expect(ms).toBeLessThan(500);
  });
});

describe('pickles that look small', TIMEOUT, () => {
  it('make no room for members that there are not', () => {
    const dicts = (key: string): string =>
      `](X${int32(key.length)}${key}q\x000${'}h\x00Ns'.repeat(20_000)}e.`;
    for (const key of ['1000', '17', '500', '4294967294', '0']) {
      const { result, bytes } = measured(() => read(dicts(key)) as Record<string, null>[]);
      expect(result[19_999]).toStrictEqual({ [key]: null });
      expect(bytes).toBeLessThan(32 * MIB);
    }
    const gaps = ['900', '1900', '2900', '3900', '4900'].map(
      (key) => `U${String.fromCharCode(key.length)}${key}N`,
    );
    const { bytes } = measured(() => read(`](${`}(${gaps.join('')}u`.repeat(3000)}e.`));
    expect(bytes).toBeLessThan(32 * MIB);
  });

  it.each<[what: string, pickle: () => string]>([
    ['a dict with other keys', () => `}q\x00(${numbers(20_000).slice(2, -2).replaceAll(/J..../gs, '$&N')}u`],
    [
      'an object',
      () => `}q\x00(${Array.from({ length: 20_000 }, (_, i) => `U\x05${10_000 + i}N`).join('')}u`,
    ],
    ['a set', () => `\x8fq\x00(${numbers(20_000).slice(2, -2)}\x90`],
  ])('walk through %s once, wherever it stands', (_, shared) => {
    // So many lists that the levels are counted.
    const pickle = `](${']'.repeat(501)}${shared()}${'h\x00'.repeat(20_000)}e.`;
    const { result, ms } = measured(() => read(pickle) as unknown[]);
    expect(result).toHaveLength(20_502);
    expect(ms).toBeLessThan(1000);
  });

  it('compare no large integer again and again', () => {
    const large = `\x8b${int32(65_536)}${'\x01'.repeat(65_536)}q\x00`;
    for (const pickle of [
      `\x8f(${large}${'h\x00'.repeat(450_000)}\x90.`,
      `}(${large}N${'h\x00N'.repeat(450_000)}u.`,
    ]) {
      const { result, ms } = measured(() => refusalOf(pickle));
      expect(result.code).toBe('PICKLE_LIMIT');
      expect(ms).toBeLessThan(800);
    }
    const keys = new Set(Array.from({ length: 300 }, (_, i) => 3n ** BigInt(1300 + i)));
    expect(readPickle(writePickle(keys))).toEqual(keys);
  });
});

/** The opcode of a value that has one. */
function pickled(value: unknown): string {
  return Buffer.from(writePickle(value, { protocol: 2 }))
    .toString('latin1')
    .slice(2, -1);
}

/** Four bytes of an integer, lowest first. */
function int32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value | 0);
  return bytes.toString('latin1');
}
