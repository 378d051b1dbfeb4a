import { damaged, PickleError, printableName, refused } from '../pickle-error.js';
import { allowedGlobal, PickleGlobal, UUID } from './allowed-globals.js';
import { UnfinishedUuid } from './construct-uuid.js';
import type { PickleReader } from './pickle-reader.js';
import { TypedForm } from './stack-form.js';
import { latin1Text } from './text.js';

const NOTHING_IS_RUN = 'which is not on the list of what is read: nothing in a pickle is ever run';

function pushGlobal(reader: PickleReader, moduleName: string, name: string): void {
  const found = allowedGlobal(moduleName, name);
  if (found === undefined)
    throw refused(`the pickle names ${printableName(moduleName, name)}, ${NOTHING_IS_RUN}`);
  reader.pushForm(found);
}

function readLine(reader: PickleReader): string {
  const start = reader.at;
  return latin1Text(reader.data, start, reader.takeLine());
}

/** GLOBAL: module and name in two lines. */
export function readGlobal(reader: PickleReader): void {
  const moduleName = readLine(reader);
  pushGlobal(reader, moduleName, readLine(reader));
}

/** STACK_GLOBAL: module and name from the stack. */
export function readStackGlobal(reader: PickleReader): void {
  const name = reader.pop();
  const moduleName = reader.pop();
  if (typeof moduleName !== 'string' || typeof name !== 'string')
    throw damaged('the name of a class is no text');
  pushGlobal(reader, moduleName, name);
}

/** The class or function to be called, off the stack. */
function popGlobal(reader: PickleReader): PickleGlobal {
  const called = reader.pop();
  if (!(called instanceof PickleGlobal)) throw damaged('it calls what is no class or function');
  reader.forms -= 1;
  return called;
}

function popArguments(reader: PickleReader): readonly unknown[] {
  const args = reader.pop();
  const items = args instanceof TypedForm ? args.items : undefined;
  if (items === undefined) throw damaged('the arguments of a call are no tuple');
  reader.forms -= 1;
  return items;
}

/** REDUCE: the value that one of the known classes makes of the arguments. */
export function reduce(reader: PickleReader): void {
  const args = popArguments(reader);
  const called = popGlobal(reader);
  reader.pushContainer(construct(reader, called, args), 0);
}

function construct(reader: PickleReader, called: PickleGlobal, args: readonly unknown[]): object {
  try {
    return called.construct(args, reader);
  } catch (error) {
    if (error instanceof PickleError) throw error;
    throw damaged(`${called.label} is given what it does not take`);
  }
}

/** NEWOBJ: an object without its state. */
export function newObject(reader: PickleReader): void {
  const args = popArguments(reader);
  const called = popGlobal(reader);
  if (called !== UUID || args.length > 0) {
    throw refused(`the pickle makes an instance of ${called.label} in a way that is not read`);
  }
  reader.pushForm(new UnfinishedUuid());
}

/** BUILD: the state of an object. Only a UUID takes any; in Python, this may call `__setstate__`. */
export function build(reader: PickleReader): void {
  const state = reader.current(reader.pop());
  const object = reader.pop();
  if (!(object instanceof UnfinishedUuid)) {
    throw refused('the pickle sets the state of an object that takes none: nothing in a pickle is ever run');
  }
  reader.forms -= 1;
  reader.spend(1);
  reader.push(object.finish(state));
}

/** INST: module and name of a class of Python 2 in two lines. */
export function refuseInstance(reader: PickleReader): never {
  const moduleName = readLine(reader);
  throw refused(
    `the pickle makes an instance of ${printableName(moduleName, readLine(reader))}, a class of Python 2, which is not read`,
  );
}

/** Opcodes that nobody may use, by what they ask for. */
export const REFUSED_OPCODES: ReadonlyMap<number, string> = new Map([
  [0x6f, 'an instance of a class of Python 2 (OBJ)'],
  [0x50, 'an object that was stored elsewhere (PERSID)'],
  [0x51, 'an object that was stored elsewhere (BINPERSID)'],
  [0x82, 'a registered class (EXT1)'],
  [0x83, 'a registered class (EXT2)'],
  [0x84, 'a registered class (EXT4)'],
  [0x92, 'an instance made with keyword arguments (NEWOBJ_EX)'],
  [0x97, 'a buffer outside of the pickle (NEXT_BUFFER)'],
  [0x98, 'a buffer outside of the pickle (READONLY_BUFFER)'],
]);
