import {
  PythonDatetime,
  PythonDecimal,
  PythonFloat,
  PythonOrderedDict,
  PythonRange,
  PythonTimedelta,
  PythonTuple,
} from '@mc/codec-pylibmc';

const LOREM =
  'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna aliqua. ';

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A value of pylibmc-wire.json as it is here. */
export interface WireValue {
  /** With each Python type kept apart. */
  readonly exact: unknown;
  /** As it is read without `exact`, where that differs. */
  readonly plain?: unknown;
}

/** The values of pylibmc-wire.json, by name, written out by hand. */
export const WIRE_VALUES: Readonly<Record<string, WireValue>> = {
  'str empty': { exact: '' },
  'str digits': { exact: '12345' },
  'str latin1 accents': { exact: 'åäö é ñ' },
  'str emoji': { exact: 'emoji 😀👍🏽' },
  'str one space': { exact: ' ' },
  'str true-looking': { exact: 'True' },
  'str lorem long': { exact: LOREM.repeat(20) },
  'bytes empty': { exact: bytes('') },
  'bytes digits': { exact: bytes('42') },
  'bytes crlf': { exact: bytes('\r\nEND\r\n') },
  'bytes 1000 zeros': { exact: new Uint8Array(1000) },
  'bytes long text': { exact: bytes(LOREM.repeat(20)) },
  'int 0': { exact: 0 },
  'int -1': { exact: -1 },
  'int -12345': { exact: -12345 },
  'int 2**31': { exact: 2 ** 31 },
  'int 2**53': { exact: 2n ** 53n },
  'int 2**63-1': { exact: 2n ** 63n - 1n },
  'int -2**63': { exact: -(2n ** 63n) },
  'int 10**40': { exact: 10n ** 40n },
  'bool True': { exact: true, plain: 1 },
  None: { exact: null },
  'float 1.0': { exact: new PythonFloat(1), plain: 1 },
  'float 3.14': { exact: 3.14 },
  'float inf': { exact: Number.POSITIVE_INFINITY },
  'list empty': { exact: [] },
  'list mixed': {
    exact: [1, 'two', bytes('three'), new PythonFloat(4), null, true],
    plain: [1, 'two', bytes('three'), 4, null, true],
  },
  'tuple empty': { exact: new PythonTuple([]), plain: [] },
  'dict str': { exact: { a: 1, b: 'x' } },
  set: { exact: new Set([1]) },
  'list of strs long': { exact: Array.from({ length: 200 }, (_, i) => `item-${i}`) },
  datetime: {
    exact: new PythonDatetime(2024, 1, 2, 3, 4, 5),
    plain: new Date('2024-01-02T03:04:05Z'),
  },
  Decimal: { exact: new PythonDecimal('1.10') },
  range: { exact: new PythonRange(0, 3) },
  // Python's subclass of int is written as an int.
  'int subclass': { exact: 7 },
  'list bools': { exact: [true, false] },
  'list long str': { exact: ['x'.repeat(300)] },
  'dict odd keys': {
    exact: new Map<unknown, unknown>([
      [1, 'int key'],
      [null, 0],
      [new PythonTuple([1, 2]), 'tuple key'],
      [bytes('b'), 1],
      [1.5, 2],
    ]),
    plain: new Map<unknown, unknown>([
      [1, 'int key'],
      [null, 0],
      [[1, 2], 'tuple key'],
      [bytes('b'), 1],
      [1.5, 2],
    ]),
  },
  'list floats': { exact: [0.1, -0.5, 1e-300, Number.NEGATIVE_INFINITY] },
  'list 1001 ints': { exact: Array.from({ length: 1001 }, (_, i) => i) },
  'deep nesting': { exact: [[[[[]]]], { a: { b: { c: [] } } }] },
  OrderedDict: {
    exact: new PythonOrderedDict([
      ['z', 1],
      ['a', 2],
    ]),
    plain: { z: 1, a: 2 },
  },
  timedelta: { exact: new PythonTimedelta(1, 2) },
  'session-like dict': {
    exact: {
      user_id: 1234567890123,
      roles: ['admin', 'dev'],
      score: 9.75,
      active: true,
      deleted: false,
      note: null,
      blob: Uint8Array.of(0, 255),
    },
  },
};

/** The value without `exact`. */
export function plainOf(value: WireValue): unknown {
  return 'plain' in value ? value.plain : value.exact;
}
