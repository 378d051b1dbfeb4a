import { type MsgpackOptions, msgpackCodec } from '@mc/codec-msgpack';
import type { Random } from '@mc/testing';
import {
  type Palette,
  PLAIN,
  randomBigint,
  randomBytes,
  randomDate,
  randomInteger,
  randomMap,
  randomSet,
  randomText,
} from '../random-value.js';
import { oneByteTokens, type Target } from '../target.js';
import { codecTarget } from './codec-target.js';

const MSGPACK: Palette = {
  leaves: [...PLAIN.leaves, randomBytes, randomDate, (random) => randomBigint(random, 63), notFinite],
  containers: PLAIN.containers,
};

const STRUCTURED: Palette = {
  leaves: [
    ...[...PLAIN.leaves, ...PLAIN.leaves, randomBytes, randomDate, (random: Random) => randomBigint(random)],
    ...[notFinite, negativeZero, nothingAtAll, randomPattern, randomError, randomTypedArray],
  ],
  containers: [...PLAIN.containers, randomMap, randomSet, randomCircle],
};

/** Heads of every kind, lengths that lie, and the extensions of msgpackr by their letters. */
const TOKENS: readonly Uint8Array[] = [
  ...oneByteTokens(Array.from({ length: 32 }, (_, index) => 0xc0 + index)),
  ...oneByteTokens([0x00, 0x7f, 0x80, 0x81, 0x8f, 0x90, 0x91, 0x9f, 0xa0, 0xa1, 0xbf, 0xe0, 0xff]),
  ...[0xc6, 0xc9, 0xdb, 0xdd, 0xdf].flatMap((head) => [
    Uint8Array.of(head, 0xff, 0xff, 0xff, 0xff),
    Uint8Array.of(head, 0x7f, 0xff, 0xff, 0xff),
    Uint8Array.of(head, 0x00, 0x10, 0x00, 0x00),
  ]),
  ...[0xc5, 0xda, 0xdc, 0xde].map((head) => Uint8Array.of(head, 0xff, 0xff)),
  Uint8Array.of(0xd6, 0xff, 0, 0, 0, 1),
  Uint8Array.of(0xd7, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0xc7, 12, 0xff, 0xff, 0xff, 0xff, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0),
  ...[...'reixstpBFd'].flatMap((letter) => [
    Uint8Array.of(0xd4, letter.charCodeAt(0), 0),
    Uint8Array.of(0xd4, letter.charCodeAt(0), 0x40),
    Uint8Array.of(0xd5, letter.charCodeAt(0), 0x40, 1),
    Uint8Array.of(0xd6, letter.charCodeAt(0), 0, 0, 0, 1),
    Uint8Array.of(0xc7, 5, letter.charCodeAt(0), 0, 1, 2, 3, 4),
    Uint8Array.of(0xc7, 0, letter.charCodeAt(0)),
  ]),
  Uint8Array.of(0xa9, ...new TextEncoder().encode('__proto__')),
  Uint8Array.of(0xab, ...new TextEncoder().encode('constructor')),
  Uint8Array.of(0xd4, 0x72, 0x40, 0x91, 0xa9, ...new TextEncoder().encode('__proto__')),
];

/** `@mc/codec-msgpack`: MessagePack that other languages read. */
export function plainTarget(seed: number): Target {
  return msgpackTarget('msgpack', seed, MSGPACK);
}

/** The structured form of `@mc/codec-msgpack`. */
export function structuredTarget(seed: number): Target {
  return msgpackTarget('msgpack-structured', seed, STRUCTURED, { structured: true });
}

/** The structured form without records. */
export function recordlessTarget(seed: number): Target {
  return msgpackTarget('msgpack-no-records', seed, STRUCTURED, { structured: true, records: false });
}

function msgpackTarget(name: string, seed: number, palette: Palette, options: MsgpackOptions = {}): Target {
  return codecTarget(name, msgpackCodec(options), { seed, palette, tokens: TOKENS });
}

function notFinite(random: Random): number {
  return random.pick([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
}

function negativeZero(): number {
  return -0;
}

function nothingAtAll(): undefined {
  return undefined;
}

function randomPattern(random: Random): RegExp {
  return random.pick([/a+b/, /^(x|y)*$/gi, /\u{1f600}/u, /[/]\n/m]);
}

function randomError(random: Random): Error {
  const { name, message } = {
    name: random.pick([Error, TypeError, RangeError]),
    message: randomText(random),
  };
  const error = new name(message);
  // Where an error was made is not stored.
  Reflect.deleteProperty(error, 'stack');
  return error;
}

function randomTypedArray(random: Random): object {
  const values = Array.from({ length: random.integer(8) }, () => randomInteger(random));
  return random.pick([
    () => Int16Array.from(values),
    () => Uint32Array.from(values),
    () => Float32Array.from(values),
    () => Float64Array.from(values),
    () => Uint8Array.from(values).buffer,
    () => BigInt64Array.from(values.map(BigInt)),
  ])();
}

/** An object that holds itself, and holds another one twice. */
function randomCircle(_random: Random, child: () => unknown): object {
  const shared = { value: child() };
  const circle: Record<string, unknown> = { first: shared, second: shared };
  circle.self = circle;
  return circle;
}
