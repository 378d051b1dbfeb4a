import { damaged } from '../pickle-error.js';
import { PythonBytearray, PythonOrderedDict, PythonRange } from '../python/collections.js';
import { PythonDecimal } from '../python/number.js';
import { frozenset, hashable, setMember, tupleItems } from './containers.js';

type Arguments = readonly unknown[];

function refuseMore(args: Arguments, most: number): void {
  if (args.length > most) throw damaged('a class or function has too many arguments');
}

/** `_codecs.encode(text, 'latin1')`: how bytes look at protocols 0 to 2. */
export function makeEncoded(args: Arguments): Uint8Array {
  const [text, encoding] = args;
  refuseMore(args, 2);
  if (typeof text !== 'string' || encoding !== 'latin1')
    throw damaged('_codecs.encode makes bytes of latin1 only');
  return latin1Bytes(text);
}

function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code > 0xff) throw damaged('bytes in it are above 255');
    bytes[i] = code;
  }
  return bytes;
}

/** `bytes()`. */
export function makeBytes(args: Arguments): Uint8Array {
  refuseMore(args, 0);
  return new Uint8Array(0);
}

/** `bytearray()`, `bytearray(bytes)`, or `bytearray(text, 'latin-1')` as Python 2 has it. */
export function makeBytearray(args: Arguments, exact: boolean): PythonBytearray | Uint8Array {
  refuseMore(args, 2);
  const bytes = contentOf(args);
  return exact ? new PythonBytearray(bytes) : bytes;
}

function contentOf([content, encoding]: Arguments): Uint8Array {
  if (content === undefined) return new Uint8Array(0);
  if (content instanceof Uint8Array && encoding === undefined) return content.slice();
  if (typeof content === 'string' && (encoding === 'latin-1' || encoding === 'latin1'))
    return latin1Bytes(content);
  throw damaged('a bytearray is not made of bytes');
}

function listOf(args: Arguments): Arguments {
  refuseMore(args, 1);
  if (!Array.isArray(args[0])) throw damaged('a collection is not made of a list');
  return args[0];
}

/** `set([member, ...])`. */
export function makeSet(args: Arguments, exact: boolean): object {
  return new Set(listOf(args).map((member) => hashable(member, exact)));
}

/** `frozenset([member, ...])`. */
export function makeFrozenset(args: Arguments, exact: boolean): object {
  return frozenset(listOf(args), exact);
}

/** `range(start, stop, step)`. */
export function makeRange(args: Arguments): PythonRange {
  if (args.length !== 3) throw damaged('a range has three arguments');
  const [start, stop, step] = args as [number, number, number];
  return new PythonRange(start, stop, step);
}

/** `decimal.Decimal(text)`. */
export function makeDecimal(args: Arguments): PythonDecimal {
  refuseMore(args, 1);
  return new PythonDecimal(args[0] as string);
}

/** `OrderedDict()`, or `OrderedDict([[key, value], ...])` as Python 2 has it. */
export function makeOrderedDict(args: Arguments, exact: boolean): object {
  const entries = (args.length === 0 ? [] : listOf(args)).map((pair) => entryOf(pair, exact));
  if (exact) return new PythonOrderedDict(entries);
  if (!entries.every(([key]) => typeof key === 'string')) return new Map(entries);
  const dict = {};
  for (const [key, value] of entries) setMember(dict, key as string, value);
  return dict;
}

function entryOf(pair: unknown, exact: boolean): readonly [unknown, unknown] {
  const items = Array.isArray(pair) ? pair : tupleItems(pair, exact);
  if (items?.length !== 2) throw damaged('an OrderedDict is not made of pairs');
  return [hashable(items[0], exact), items[1]];
}
