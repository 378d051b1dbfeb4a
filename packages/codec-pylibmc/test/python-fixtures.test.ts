import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type PickleProtocol,
  PythonBytearray,
  PythonFrozenset,
  PythonOrderedDict,
  PythonTuple,
  readPickle,
  writePickle,
} from '@mc/codec-pylibmc';
import { describe, expect, it } from 'vitest';
import { type Described, describedValue } from './described-value.js';
import { expectSame, fromBase64, toBase64 } from './equality.js';

interface Fixtures {
  readonly values: readonly { name: string; value: Described; pickles: readonly string[] }[];
  readonly recursive: readonly { name: string; pickles: readonly string[] }[];
  readonly large: readonly { name: string; sha256: readonly string[] }[];
}

const file = new URL('./vectors/pickles.json', import.meta.url);
const { values, recursive, large } = JSON.parse(readFileSync(file, 'utf8')) as Fixtures;
const WRITTEN: readonly PickleProtocol[] = [2, 3, 4, 5];

/** The first time that clocks show is what pickles below protocol 4 say of both. */
function withoutFold(described: Described): Described {
  const text = JSON.stringify(described, (_, each: unknown) => {
    const folds = Array.isArray(each) && (each[0] === 'datetime' || each[0] === 'time');
    return folds ? [...each.slice(0, -1), 0] : each;
  });
  return JSON.parse(text) as Described;
}

it('has 163 values', () => expect(values).toHaveLength(163));

describe.each(values)('$name', ({ value, pickles }) => {
  it.each(pickles.map((pickle, protocol) => ({ protocol, pickle })))(
    'is read at protocol $protocol, plain and exact',
    ({ protocol, pickle }) => {
      const described = protocol < 4 ? withoutFold(value) : value;
      expectSame(readPickle(fromBase64(pickle)), describedValue(described, false));
      expectSame(readPickle(fromBase64(pickle), { exact: true }), describedValue(described, true));
    },
  );

  it.each(WRITTEN)('is written as Python does, at protocol %i', (protocol) => {
    const exact = readPickle(fromBase64(pickles[protocol] ?? ''), { exact: true });
    expect(toBase64(writePickle(exact, { protocol }))).toBe(pickles[protocol]);
  });
});

describe.each(recursive)('$name', ({ pickles }) => {
  it('comes back the same from every protocol', () => {
    for (const pickle of pickles) {
      const exact = readPickle(fromBase64(pickle), { exact: true });
      for (const protocol of WRITTEN) {
        expect(toBase64(writePickle(exact, { protocol }))).toBe(pickles[protocol]);
      }
    }
  });

  it('is read plain with the same shape', () => {
    for (const pickle of pickles)
      expectSame(shapeOf(readPickle(fromBase64(pickle))), shapeOf(plainTwin(pickle)));
  });
});

/** Another reading of the same value, so that nothing is shared with the first. */
function plainTwin(pickle: string): unknown {
  return readPickle(fromBase64(pickle), { exact: true });
}

/** The containers in a value as a list, each with its members by number; Python's own types as what they are like. */
function shapeOf(root: unknown): unknown[] {
  const numbers = new Map<unknown, number>();
  const shapes: unknown[] = [];
  const visit = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const known = numbers.get(value);
    if (known !== undefined) return `#${known}`;
    const index = numbers.size;
    numbers.set(value, index);
    shapes[index] = membersOf(value).map(visit);
    return `#${index}`;
  };
  visit(root);
  return shapes;
}

function membersOf(value: object): unknown[] {
  if (Array.isArray(value)) return value;
  if (value instanceof PythonTuple) return [...value.items];
  if (value instanceof PythonOrderedDict) return [...value.entries].flat();
  return value instanceof Map ? [...value].flat() : Object.entries(value).flat();
}

function upTo<T>(size: number, make: (i: number) => T): T[] {
  return Array.from({ length: size }, (_, i) => make(i));
}

const SAME = (i: number): number => i;
const PAIR = (i: number): [number, number] => [i, i];

const LARGE: Readonly<Record<string, (size: number) => unknown>> = {
  list: (size) => upTo(size, SAME),
  dict: (size) => Object.fromEntries(upTo(size, (i) => [`k${i}`, i])),
  map: (size) => new Map(upTo(size, PAIR)),
  ordered: (size) => new PythonOrderedDict(upTo(size, PAIR)),
  set: (size) => new Set(upTo(size, SAME)),
  frozenset: (size) => new PythonFrozenset(upTo(size, SAME)),
  tuple: (size) => new PythonTuple(upTo(size, SAME)),
  text: (size) => 'x'.repeat(size),
  bytes: (size) => new Uint8Array(size).fill(0x79),
  bytearray: (size) => new PythonBytearray(new Uint8Array(size)),
  accents: (size) => 'é'.repeat(Math.floor(size / 2)),
  mixed: (size) => [
    'ab',
    new Uint8Array(size).fill(0x71),
    'cd',
    'x'.repeat(size),
    new PythonBytearray(new Uint8Array(size)),
    { ['k'.repeat(size)]: 1 },
  ],
  texts: (size) => upTo(size, (i) => `item ${i}`),
  lists: (size) => upTo(size, (i) => [i, [i]]),
};

describe('large values', () => {
  it.each(large)('$name is written as Python does, and read again', ({ name, sha256 }) => {
    const [kind = '', size] = name.split(' ');
    const value = LARGE[kind]?.(Number(size));
    for (const protocol of WRITTEN) {
      const pickle = writePickle(value, { protocol });
      expect(createHash('sha256').update(pickle).digest('hex')).toBe(sha256[protocol]);
      expectSame(readPickle(pickle, { exact: true }), value);
    }
  });
});
