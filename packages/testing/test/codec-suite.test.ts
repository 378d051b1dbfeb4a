import { jsonCodec } from '@mc/codec-json';
import { codecSuite } from '@mc/testing/suites';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const circle: unknown[] = [];
circle.push(circle);

codecSuite('jsonCodec', jsonCodec(), {
  same: {
    null: null,
    'a float': 1.5,
    'the largest number': Number.MAX_VALUE,
    'an empty list': [],
    'an empty object': {},
    'a nested object': { a: [1, 'two', { three: null }], b: { ü: '世界 🌍', quotes: '"\\\n\u2028' } },
    'names of prototypes': JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}'),
    'a deep list': JSON.parse(`${'['.repeat(100)}1${']'.repeat(100)}`),
  },
  changed: {
    'a Date': [{ at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
    'undefined members': [{ a: 1, gone: undefined }, { a: 1 }],
  },
  refused: {
    undefined: undefined,
    'a function': () => 1,
    'a symbol': Symbol('s'),
    NaN: Number.NaN,
    'a nested Infinity': [Number.POSITIVE_INFINITY],
    'a Map': new Map(),
    'a nested Set': { set: new Set([1]) },
    'nested bytes': { bytes: new Uint8Array([1]) },
    'a nested Buffer': { bytes: Buffer.from('x') },
    'a nested bigint': { big: 1n },
    'a circle': circle,
  },
  damaged: {
    nothing: new Uint8Array(0),
    'half an object': bytes('{"a":'),
    'two values': bytes('1 2'),
    'no JSON': bytes('hello'),
    'bad UTF-8': Uint8Array.of(0x22, 0xff, 0x22),
    'an overlong sequence': Uint8Array.of(0x22, 0xc0, 0x80, 0x22),
  },
});
