import { codecSuite } from '@mc/testing/suites';
import { msgpackCodec } from '../src/index.js';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const circle: unknown[] = [];
circle.push(circle);

const PLAIN = {
  null: null,
  'a float': 1.5,
  'the largest number': Number.MAX_VALUE,
  'NaN and the infinities': [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  'integers of every size': [0, 31, 127, 128, 2 ** 32, -1, -32, -33, -(2 ** 31), 2 ** 53 - 1],
  'an empty list': [],
  'an empty object': {},
  'a nested object': { a: [1, 'two', { three: null }], b: { ü: '世界 🌍', quotes: '"\\\n\u2028' } },
  'names of prototypes': JSON.parse(
    '{"__proto__":{"polluted":true},"constructor":{"prototype":1},"__proto_":1}',
  ),
  'a deep list': JSON.parse(`${'['.repeat(100)}1${']'.repeat(100)}`),
  'nested bytes': { bytes: new Uint8Array([1, 2, 255]), none: new Uint8Array(0) },
  'dates before and after 1970': [new Date(0), new Date(-1), new Date(1_700_000_000_123), new Date(8.64e15)],
  'a bigint beyond the safe integers': [2n ** 53n + 1n, 2n ** 64n - 1n, -(2n ** 63n)],
  'text with a byte order mark': { [`\ufeff${'n'.repeat(80)}`]: `\ufeff${'x'.repeat(80)}`, short: '\ufeff' },
};
const DAMAGED = {
  nothing: new Uint8Array(0),
  'half an object': bytes('82 a161 01'),
  'two values': bytes('c0 c0'),
  'cut text': bytes('a5 6161'),
  'bad UTF-8': bytes('a1 ff'),
  'an overlong sequence': bytes('a2 c080'),
  'a surrogate': bytes('a3 eda080'),
  'an extension of nobody': bytes('d4 2a 00'),
  "msgpackr's bundled text": bytes('d6 62 00000001 a0 a0'),
  "msgpackr's Error": bytes('d4 65 00 93 a5 4572726f72 a0 c0'),
  'a list of 4 billion': bytes('dd ffffffff c0'),
};
const NEVER = { 'a function': () => 1, 'a nested function': { f: () => 1 }, 'a symbol': Symbol('s') };

codecSuite('msgpackCodec()', msgpackCodec(), {
  same: PLAIN,
  changed: {
    'undefined members': [
      { a: 1, gone: undefined, b: [{ gone: undefined }] },
      { a: 1, b: [{}] },
    ],
    'a Buffer': [{ bytes: Buffer.from('x') }, { bytes: new Uint8Array([0x78]) }],
    '-0': [[-0], [0]],
    'a bigint among the safe integers': [
      [5n, -(2n ** 53n)],
      [5, -(2 ** 53)],
    ],
    'an object without a prototype': [Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  },
  refused: {
    ...NEVER,
    undefined: undefined,
    'undefined in a list': [undefined],
    'a Map': new Map(),
    'a nested Set': { set: new Set([1]) },
    'a RegExp': /a/,
    'an Error': new Error('e'),
    'floats as bytes': { floats: new Float64Array(1) },
    'an ArrayBuffer': { buffer: new ArrayBuffer(1) },
    'an invalid Date': [new Date(Number.NaN)],
    'a bigint beyond 64 bits': [2n ** 64n],
    'a circle': circle,
    'a lone surrogate': ['\ud800'],
  },
  damaged: {
    ...DAMAGED,
    'a token that is never used': bytes('c1'),
    "msgpackr's record": bytes('d4 72 40 91 a161 01'),
    "msgpackr's Set": bytes('d4 73 00 90'),
    "msgpackr's undefined": bytes('d4 00 00'),
    'a key that is a list': bytes('81 90 01'),
    'a key that is nil': bytes('81 c0 01'),
    'a timestamp of too many nanoseconds': bytes('d7 ff ffffffff 00000000'),
    'a timestamp after the last Date': bytes('c7 0c ff 00000000 000007dba8218001'),
  },
});

const RICH = {
  ...PLAIN,
  undefined: [undefined, { member: undefined }],
  '-0': [-0, { member: -0 }, 0],
  'bigints of any size': [0n, -1n, 2n ** 64n, -(2n ** 64n), 2n ** 4096n + 1n],
  'a Map': new Map<unknown, unknown>([
    ['__proto__', 1],
    [1, new Map([[{ a: 1 }, -0]])],
  ]),
  'a Set': new Set([1, 'a', new Set(), [1]]),
  'regular expressions': [/a+b/giu, /[é]\//],
  errors: [new Error('e'), new TypeError('t', { cause: { a: [1] } })],
  'bytes of every kind': [
    new Float64Array([1.5, -0]),
    new BigInt64Array([-1n]),
    new Uint8ClampedArray(3),
    new Uint16Array(0),
    new Uint8Array([1, 2]).buffer,
    new DataView(new ArrayBuffer(2)),
  ],
  'a circle': circle,
};
const DAMAGED_RICH = {
  ...DAMAGED,
  'a record that is not defined': bytes('40'),
  'a record whose names are numbers': bytes('d4 72 40 91 01 01'),
  'a Set of text': bytes('d4 73 00 a161'),
  'a regular expression that is none': bytes('d4 78 00 92 a128 a0'),
  'a reference to nothing': bytes('d6 70 00000001'),
  'a mark alone': bytes('92 01 c1'),
  'floats of 7 bytes': bytes('c7 08 74 08 00000000000000'),
  'half of two bytes': bytes('c7 09 74 05 0000'),
};

for (const records of [true, false]) {
  codecSuite(
    `msgpackCodec({ structured: true, records: ${records} })`,
    msgpackCodec({ structured: true, records }),
    {
      same: RICH,
      changed: {
        'a Buffer': [{ bytes: Buffer.from('x') }, { bytes: new Uint8Array([0x78]) }],
        'holes in a list': [new Array(2), [undefined, undefined]],
      },
      refused: {
        ...NEVER,
        'an instance of a class': new (class Point {})(),
        'a WeakMap': new WeakMap(),
        'a Promise': Promise.resolve(),
        'a boxed number': Object(1),
        'a lone surrogate': { a: ['\ud800'] },
        'shared memory': new SharedArrayBuffer(1),
      },
      damaged: DAMAGED_RICH,
    },
  );
}
