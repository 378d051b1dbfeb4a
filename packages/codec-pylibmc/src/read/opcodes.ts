import { damaged } from '../pickle-error.js';
import {
  addFrom,
  appendFrom,
  pushDict,
  pushFrozenset,
  pushList,
  pushTuple,
  setItemsFrom,
} from './containers.js';
import { decimalInteger } from './integer.js';
import { build, newObject, readGlobal, readStackGlobal, reduce, refuseInstance } from './object-opcodes.js';
import type { PickleReader } from './pickle-reader.js';
import * as scalar from './scalar-opcodes.js';
import { StackForm } from './stack-form.js';
import { latin1Text } from './text.js';

/** What one opcode does; its byte is read already. */
export type OpcodeHandler = (reader: PickleReader) => void;

function readProtocol(reader: PickleReader): void {
  if (reader.uint8() > 5) throw damaged('its protocol is above 5');
}

function readFrame(reader: PickleReader): void {
  if (reader.uint64() > reader.data.length - reader.at) throw damaged('it ends within a frame');
}

function discard(reader: PickleReader): void {
  // Protocol 0 takes off a mark like a value.
  if (reader.endsWithMark()) reader.popMark();
  else if (reader.pop() instanceof StackForm) reader.forms -= 1;
}

function discardToMark(reader: PickleReader): void {
  for (const value of reader.takeFrom(reader.popMark())) {
    if (value instanceof StackForm) reader.forms -= 1;
  }
}

/** The number of a value in the memo, as a line of text. */
function lineIndex(reader: PickleReader): number {
  const start = reader.at;
  const index = decimalInteger(latin1Text(reader.data, start, reader.takeLine()));
  if (typeof index !== 'number' || index < 0) throw damaged('a number in the memo is none');
  return index;
}

/** All opcodes that are read, by their byte. The most frequent are in the loop too. */
const TABLE: readonly (readonly [opcode: number, handler: OpcodeHandler])[] = [
  [0x80, readProtocol],
  [0x95, readFrame],
  [0x28, (reader) => reader.mark()],
  [0x30, discard],
  [0x31, discardToMark],
  [0x32, (reader) => reader.pushAgain(reader.peek())],
  [0x4e, (reader) => reader.push(null)],
  [0x88, (reader) => reader.push(true)],
  [0x89, (reader) => reader.push(false)],
  [0x49, scalar.readInteger],
  [0x4a, (reader) => reader.push(reader.int32())],
  [0x4b, (reader) => reader.push(reader.uint8())],
  [0x4d, (reader) => reader.push(reader.uint16())],
  [0x4c, scalar.readLongText],
  [0x8a, scalar.readLong],
  [0x8b, scalar.readLargeLong],
  [0x46, scalar.readFloatText],
  [0x47, scalar.readFloat],
  [0x53, scalar.readQuotedText],
  [0x54, scalar.readAscii],
  [0x55, scalar.readShortAscii],
  [0x56, scalar.readEscapedText],
  [0x58, scalar.readText],
  [0x8c, scalar.readShortText],
  [0x8d, scalar.readLongestText],
  [0x42, scalar.readBytes],
  [0x43, scalar.readShortBytes],
  [0x8e, scalar.readLongestBytes],
  [0x96, scalar.readBytearray],
  [0x5d, (reader) => reader.pushContainer([], 0)],
  [0x6c, (reader) => pushList(reader, reader.popMark())],
  [0x61, (reader) => appendFrom(reader, reader.top - 1)],
  [0x65, (reader) => appendFrom(reader, reader.popMark())],
  [0x29, (reader) => pushTuple(reader, reader.top)],
  [0x74, (reader) => pushTuple(reader, reader.popMark())],
  [0x85, (reader) => pushTuple(reader, reader.top - 1)],
  [0x86, (reader) => pushTuple(reader, reader.top - 2)],
  [0x87, (reader) => pushTuple(reader, reader.top - 3)],
  [0x7d, (reader) => reader.pushContainer({}, 0)],
  [0x64, (reader) => pushDict(reader, reader.popMark())],
  [0x73, (reader) => setItemsFrom(reader, reader.top - 2)],
  [0x75, (reader) => setItemsFrom(reader, reader.popMark())],
  [0x8f, (reader) => reader.pushContainer(new Set(), 0)],
  [0x90, (reader) => addFrom(reader, reader.popMark())],
  [0x91, (reader) => pushFrozenset(reader, reader.popMark())],
  [0x67, (reader) => reader.recall(lineIndex(reader))],
  [0x68, (reader) => reader.recall(reader.uint8())],
  [0x6a, (reader) => reader.recall(reader.uint32())],
  [0x70, (reader) => reader.remember(lineIndex(reader))],
  [0x71, (reader) => reader.remember(reader.uint8())],
  [0x72, (reader) => reader.remember(reader.uint32())],
  [0x94, (reader) => reader.memoize()],
  [0x63, readGlobal],
  [0x93, readStackGlobal],
  [0x52, reduce],
  [0x81, newObject],
  [0x62, build],
  [0x69, refuseInstance],
];

/** What each opcode does, by its byte; STOP and what is refused are not among them. */
export const HANDLERS: readonly (OpcodeHandler | undefined)[] = Array.from(
  { length: 256 },
  (_, opcode) => TABLE.find(([byte]) => byte === opcode)?.[1],
);
