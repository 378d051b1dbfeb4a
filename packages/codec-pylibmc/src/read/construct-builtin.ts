import { beyondLimit, damaged } from '../pickle-error.js';
import { PythonBytearray, PythonOrderedDict, PythonRange, PythonTuple } from '../python/collections.js';
import { MAX_DECIMAL_LENGTH, PythonDecimal } from '../python/number.js';
import { frozenset } from './containers.js';
import { setMembers } from './dict-members.js';
import { addEntry, addKey, givenKey } from './keys.js';
import type { PickleReader } from './pickle-reader.js';
import { TypedForm } from './stack-form.js';

type Arguments = readonly unknown[];

function refuseMore(args: Arguments, most: number): void {
  if (args.length > most) throw damaged('a class or function has too many arguments');
}

/** `_codecs.encode(text, 'latin1')`: how bytes look at protocols 0 to 2. */
export function makeEncoded(args: Arguments, reader: PickleReader): Uint8Array {
  const [text, encoding] = args;
  refuseMore(args, 2);
  if (typeof text !== 'string' || encoding !== 'latin1')
    throw damaged('_codecs.encode makes bytes of latin1 only');
  return latin1Bytes(text, reader);
}

function latin1Bytes(text: string, reader: PickleReader): Uint8Array {
  reader.spendMade(text.length);
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
export function makeBytearray(args: Arguments, reader: PickleReader): TypedForm {
  refuseMore(args, 2);
  return bytearray(contentOf(args, reader), reader.exact);
}

/** The bytes as a bytearray. */
export function bytearray(bytes: Uint8Array, exact: boolean): TypedForm {
  return new TypedForm(exact ? new PythonBytearray(bytes) : bytes, false);
}

function contentOf([content, encoding]: Arguments, reader: PickleReader): Uint8Array {
  if (content === undefined) return new Uint8Array(0);
  if (content instanceof Uint8Array && encoding === undefined) {
    reader.spendMade(content.length);
    return content.slice();
  }
  if (typeof content === 'string' && (encoding === 'latin-1' || encoding === 'latin1'))
    return latin1Bytes(content, reader);
  throw damaged('a bytearray is not made of bytes');
}

/** The list that a collection is made of. Each of its members is a value once more. */
function listOf(args: Arguments, reader: PickleReader): Arguments {
  refuseMore(args, 1);
  const [list] = args;
  if (!Array.isArray(list)) throw damaged('a collection is not made of a list');
  reader.spend(list.length);
  reader.spendMade(list.length);
  return list;
}

/** `set([member, ...])`. */
export function makeSet(args: Arguments, reader: PickleReader): Set<unknown> {
  const set = new Set<unknown>();
  for (const member of listOf(args, reader)) addKey(reader, set, givenKey(reader, member));
  return set;
}

/** `frozenset([member, ...])`. */
export function makeFrozenset(args: Arguments, reader: PickleReader): TypedForm {
  return frozenset(makeSet(args, reader), reader.exact);
}

/** `range(start, stop, step)`. */
export function makeRange(args: Arguments): PythonRange {
  if (args.length !== 3) throw damaged('a range has three arguments');
  const [start, stop, step] = args as [number, number, number];
  return new PythonRange(start, stop, step);
}

/** Looking through this many characters takes no longer than the call. */
const QUICK_TEXT = 256;

/** `decimal.Decimal(text)`. */
export function makeDecimal(args: Arguments, reader: PickleReader): PythonDecimal {
  refuseMore(args, 1);
  const text = args[0] as string;
  if (typeof text === 'string' && text.length > QUICK_TEXT) {
    if (text.length > MAX_DECIMAL_LENGTH)
      throw beyondLimit(`a decimal in the pickle has more than ${MAX_DECIMAL_LENGTH} characters`);
    reader.spendMade(text.length);
  }
  return new PythonDecimal(text);
}

/** `OrderedDict()`, or `OrderedDict([[key, value], ...])` as Python 2 has it. */
export function makeOrderedDict(args: Arguments, reader: PickleReader): object {
  const entries: unknown[] = [];
  for (const pair of args.length === 0 ? [] : listOf(args, reader)) {
    const [key, value] = itemsOfPair(pair);
    entries.push(givenKey(reader, key), value);
  }
  if (!reader.exact) {
    const dict = {};
    if (setMembers(reader, dict, entries, 0, entries.length) === entries.length) return dict;
  }
  const map = new Map<unknown, unknown>();
  for (let i = 0; i < entries.length; i += 2) addEntry(reader, map, entries[i], entries[i + 1]);
  return reader.exact ? new PythonOrderedDict(map) : map;
}

function itemsOfPair(pair: unknown): readonly unknown[] {
  const items = pair instanceof PythonTuple ? pair.items : pair;
  if (!Array.isArray(items) || items.length !== 2) throw damaged('an OrderedDict is not made of pairs');
  return items;
}
