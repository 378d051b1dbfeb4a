import { damaged } from '../pickle-error.js';
import {
  makeBytearray,
  makeBytes,
  makeDecimal,
  makeEncoded,
  makeFrozenset,
  makeOrderedDict,
  makeRange,
  makeSet,
} from './construct-builtin.js';
import { makeDate, makeDatetime, makeTime, makeTimedelta, makeTimezone } from './construct-time.js';
import { SafeUuid, UnfinishedUuid } from './construct-uuid.js';
import type { PickleReader } from './pickle-reader.js';
import { Unfinished } from './stack-form.js';

/** Makes a value, or its form, of the arguments that the pickle gives. May throw anything for what does not fit. */
type Constructor = (args: readonly unknown[], reader: PickleReader) => object;

/** A class or function of Python that a pickle may name. Nothing of Python's is run: each has its own code here. */
export class PickleGlobal extends Unfinished {
  readonly label: string;
  readonly construct: Constructor;

  constructor(label: string, construct: Constructor) {
    super();
    this.label = label;
    this.construct = construct;
  }

  override recalled(): unknown {
    return this;
  }
}

/** Made by an opcode of its own, and by `copyreg._reconstructor` below protocol 2. */
export const UUID: PickleGlobal = new PickleGlobal('uuid.UUID', () => {
  throw damaged('a UUID is not made of arguments');
});

const OBJECT: PickleGlobal = new PickleGlobal('builtins.object', () => {
  throw damaged('object() holds nothing');
});

/** `copyreg._reconstructor(UUID, object, None)`: a new object at protocols 0 and 1. */
export const RECONSTRUCTOR: PickleGlobal = new PickleGlobal('copyreg._reconstructor', (args) => {
  const isForUuid = args.length === 3 && args[0] === UUID && args[1] === OBJECT && args[2] === null;
  if (!isForUuid) throw damaged('copyreg makes UUIDs only');
  return new UnfinishedUuid();
});

/** `uuid.SafeUUID(value)`: an enum, as Python 3.6 wrote it. */
const SAFE_UUID: PickleGlobal = new PickleGlobal('uuid.SafeUUID', (args) => {
  if (args.length !== 1) throw damaged('the safety of a UUID is none');
  return new SafeUuid(args[0]);
});

/** All that a pickle may name, by module and name. */
const ALLOWED: ReadonlyMap<string, PickleGlobal> = new Map(
  [
    new PickleGlobal('datetime.datetime', makeDatetime),
    new PickleGlobal('datetime.date', makeDate),
    new PickleGlobal('datetime.time', makeTime),
    new PickleGlobal('datetime.timedelta', makeTimedelta),
    new PickleGlobal('datetime.timezone', makeTimezone),
    new PickleGlobal('decimal.Decimal', makeDecimal),
    new PickleGlobal('builtins.set', makeSet),
    new PickleGlobal('builtins.frozenset', makeFrozenset),
    new PickleGlobal('builtins.bytearray', makeBytearray),
    new PickleGlobal('builtins.bytes', makeBytes),
    new PickleGlobal('builtins.range', makeRange),
    new PickleGlobal('collections.OrderedDict', makeOrderedDict),
    new PickleGlobal('_codecs.encode', makeEncoded),
    UUID,
    OBJECT,
    RECONSTRUCTOR,
    SAFE_UUID,
  ].map((allowed) => [allowed.label, allowed]),
);

/** Names that Python 2 had, and protocols 0 to 2 still have. */
const OLD_NAMES: ReadonlyMap<string, string> = new Map([
  ['__builtin__.set', 'builtins.set'],
  ['__builtin__.frozenset', 'builtins.frozenset'],
  ['__builtin__.bytearray', 'builtins.bytearray'],
  ['__builtin__.bytes', 'builtins.bytes'],
  ['__builtin__.xrange', 'builtins.range'],
  ['__builtin__.object', 'builtins.object'],
  ['copy_reg._reconstructor', 'copyreg._reconstructor'],
]);

/** The class or function, where it is one of the few that are known. */
export function allowedGlobal(moduleName: string, name: string): PickleGlobal | undefined {
  // No known name has a dot, so this cannot be read in two ways.
  const label = `${moduleName}.${name}`;
  return ALLOWED.get(OLD_NAMES.get(label) ?? label);
}
