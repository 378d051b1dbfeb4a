/** Parts of a pickle that ask for much more than they hold. */
import type { Random } from '@mc/testing';

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** Together with what is around it, an input stays shorter than the largest one. */
const MAX_BYTES = 50_000;

/** Four bytes of an integer, lowest first. */
function int32(value: number): string {
  return String.fromCharCode(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24);
}

function text(length: number): string {
  return `X${int32(length)}${'1'.repeat(length)}`;
}

function bytes(length: number): string {
  return `B${int32(length)}${'1'.repeat(length)}`;
}

/** A list of different integers, or of pairs of them. */
function list(length: number, behind: string): string {
  return `](${Array.from({ length: length >> 2 }, (_, i) => `M${int32(i).slice(0, 2)}${behind}`).join('')}e`;
}

/** What may be called, and a tuple of arguments with about so many bytes. */
const CALLS: ReadonlyArray<readonly [name: string, args: (length: number) => string]> = [
  ['_codecs\nencode', (length) => `${text(length)}X\x06\0\0\0latin1\x86`],
  ['builtins\nbytearray', (length) => `${bytes(length)}\x85`],
  ['__builtin__\nbytearray', (length) => `${text(length)}X\x07\0\0\0latin-1\x86`],
  ['builtins\nset', (length) => `${list(length, '')}\x85`],
  ['__builtin__\nfrozenset', (length) => `${list(length, '')}\x85`],
  ['collections\nOrderedDict', (length) => `${list(length, 'N\x86')}\x85`],
  ['decimal\nDecimal', (length) => `${text(length)}\x85`],
  ['datetime\ndatetime', () => 'C\x0a\x07\xe8\x01\x02\x03\x04\x05\0\0\0\x85'],
  ['copy_reg\n_reconstructor', () => '(cuuid\nUUID\nc__builtin__\nobject\nNt'],
];

/** Keeps a class and its arguments, then calls it with them again and again. */
function repeatedCalls(random: Random): string {
  const [name, args] = random.pick(CALLS);
  const given = args(random.chance(0.5) ? 1 << random.integer(14) : 10_000 + random.integer(15_000));
  const call = `h\xf0h\xf1R${random.pick(['', '', '0', '\x94', 'q\xf2'])}`;
  const most = Math.max(1, Math.floor((MAX_BYTES - given.length) / call.length));
  const count = random.chance(0.5) ? most : 1 + random.integer(most);
  return `c${name}\nq\xf00${given}q\xf10${call.repeat(count)}`;
}

/** One object after the other with a member whose name is a whole number. */
function numberedMembers(random: Random): string {
  const key = String(random.integer(1 << random.integer(12)));
  return `X${int32(key.length)}${key}q\xf00${'}h\xf0Ns'.repeat(1 + random.integer(MAX_BYTES / 5))}`;
}

/** A part that takes little room and, without limits, much memory or time. */
export function greedyPart(random: Random): Uint8Array {
  return latin1(random.chance(0.8) ? repeatedCalls(random) : numberedMembers(random));
}
