import type { PythonUuid } from '../python/uuid.js';
import { TUPLES, type Write, writeItems } from './batches.js';
import type { GlobalName, PickleOutput } from './pickle-output.js';
import { type Reduction, UUID } from './reductions.js';

/** A value that is a call of a class. */
export function writeReduction(
  out: PickleOutput,
  value: object,
  { called, args, hasNewText = false }: Reduction,
  depth: number,
  write: Write,
): void {
  out.global(called);
  out.buffer.boundary();
  if (hasNewText) out.newText(args[0] as string);
  for (const arg of hasNewText ? args.slice(1) : args) write(out, arg, depth);
  out.buffer.opcode(TUPLES[args.length] as number);
  if (args.length > 0) out.keepUnnamed();
  out.buffer.opcode(0x52);
  out.keepObject(value);
}

/** A set below protocol 4: the call of its class with a list. */
export function writeSetCall(
  out: PickleOutput,
  called: GlobalName,
  members: Iterable<unknown>,
  depth: number,
  write: Write,
): void {
  out.global(called);
  out.buffer.boundary();
  out.buffer.opcode(0x5d);
  out.keepUnnamed();
  writeItems(out, [...members], depth, write);
  out.buffer.opcode(0x85);
  out.keepUnnamed();
  out.buffer.opcode(0x52);
}

/** A UUID: an object that is made without arguments, and its state. */
export function writeUuid(out: PickleOutput, value: PythonUuid, depth: number, write: Write): void {
  out.global(UUID);
  out.buffer.boundary();
  out.buffer.opcode(0x29);
  out.buffer.opcode(0x81);
  out.keepObject(value);
  const int = BigInt(`0x${value.text.replaceAll('-', '')}`);
  // Its state is no level of its own.
  write(out, value.isSafe === undefined ? { int } : { int, is_safe: value.isSafe }, Math.max(0, depth - 1));
  out.buffer.opcode(0x62);
}
