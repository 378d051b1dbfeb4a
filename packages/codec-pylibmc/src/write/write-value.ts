import { PythonBytearray, PythonFrozenset, PythonOrderedDict, PythonTuple } from '../python/collections.js';
import { PythonFloat } from '../python/number.js';
import { PythonUuid } from '../python/uuid.js';
import { BATCH, TUPLES, writeBatches, writeItems } from './batches.js';
import { writeReduction, writeSetCall, writeUuid } from './calls.js';
import type { PickleOutput } from './pickle-output.js';
import { FROZENSET, ORDERED_DICT, reduceBytearray, reduceBytes, reductionOf, SET } from './reductions.js';
import { kindOfObject, kindOfPrimitive, tooMuch, unwritable } from './unwritable.js';

const { getPrototypeOf, prototype: objectPrototype } = Object;

/** Writes a value. @throws TypeError or RangeError for what a pickle cannot hold */
export function writeValue(out: PickleOutput, value: unknown, depth: number): void {
  out.buffer.boundary();
  if (typeof value === 'object' && value !== null) {
    if (!out.referToObject(value)) writeObject(out, value, depth);
  } else writePrimitive(out, value);
}

/** Writes the key of a dict or the member of a set: an array as a tuple, a set as a frozenset. */
function writeKey(out: PickleOutput, value: unknown, depth: number): void {
  out.buffer.boundary();
  if (typeof value === 'object' && value !== null) writeObjectAsKey(out, value, depth);
  else writePrimitive(out, value);
}

function writePrimitive(out: PickleOutput, value: unknown): void {
  if (typeof value === 'string') out.text(value);
  else if (typeof value === 'number') out.number(value);
  else if (typeof value === 'boolean') out.buffer.opcode(value ? 0x88 : 0x89);
  else if (value === null) out.buffer.opcode(0x4e);
  else if (typeof value === 'bigint') out.bigint(value);
  else throw unwritable(kindOfPrimitive(value));
}

function writeObject(out: PickleOutput, value: object, depth: number): void {
  if (Array.isArray(value)) writeList(out, value, deeper(out, depth));
  else if (isPlainObject(value)) writeObjectDict(out, value as Record<string, unknown>, deeper(out, depth));
  else if (value instanceof Map) writeMap(out, value, deeper(out, depth));
  else if (value instanceof PythonTuple) writeTuple(out, value, value.items, deeper(out, depth));
  else if (value instanceof PythonOrderedDict) writeOrderedDict(out, value, deeper(out, depth));
  else if (value instanceof PythonBytearray) writeBytearray(out, value);
  else if (!writeHashable(out, value, depth)) {
    if (value instanceof Set) writeSet(out, value, deeper(out, depth));
    else throw unwritable(kindOfObject(value));
  }
}

function writeObjectAsKey(out: PickleOutput, value: object, depth: number): void {
  if (isChangeable(value)) throw unwritable('a dict or bytearray as a key of a dict or a member of a set');
  if (Array.isArray(value) || value instanceof PythonTuple) {
    if (!out.referToKey(value)) writeKeyTuple(out, value, deeper(out, depth));
  } else if (value instanceof Set) {
    if (!out.referToKey(value)) writeFrozenset(out, value, true, deeper(out, depth));
  } else if (!out.referToObject(value) && !writeHashable(out, value, depth)) {
    throw unwritable(kindOfObject(value));
  }
}

/** True for what Python cannot have as a key, and what has no other form that it can. */
function isChangeable(value: object): boolean {
  return (
    isPlainObject(value) ||
    value instanceof Map ||
    value instanceof PythonOrderedDict ||
    value instanceof PythonBytearray
  );
}

/** Writes what Python can have as a key. @returns false for everything else */
function writeHashable(out: PickleOutput, value: object, depth: number): boolean {
  if (isBytes(value)) writeBytes(out, value);
  else if (value instanceof PythonFloat) out.buffer.float64(0x47, value.value);
  else if (value instanceof PythonFrozenset) writeFrozenset(out, value, false, deeper(out, depth));
  else if (value instanceof PythonUuid) writeUuid(out, value, depth, writeValue);
  else {
    const reduction = reductionOf(value, out.protocol);
    if (reduction === undefined) return false;
    writeReduction(out, value, reduction, depth, writeValue);
  }
  return true;
}

/** The level of what is in a container. @throws RangeError */
function deeper(out: PickleOutput, depth: number): number {
  if (depth >= out.maxDepth) throw tooMuch(`more than ${out.maxDepth} levels`);
  return depth + 1;
}

/** True for objects made by literals, in whichever realm, and for those without a prototype. */
function isPlainObject(value: object): boolean {
  const prototype = getPrototypeOf(value) as object | null;
  return prototype === objectPrototype || prototype === null || getPrototypeOf(prototype) === null;
}

/** True for a Uint8Array of whichever realm; a Buffer is one. */
function isBytes(value: object): value is Uint8Array {
  return (
    ArrayBuffer.isView(value) &&
    (value as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] === 'Uint8Array'
  );
}

// ---------------------------------------------------------------- strings of bytes

function writeBytes(out: PickleOutput, bytes: Uint8Array): void {
  if (out.protocol < 3) writeReduction(out, bytes, reduceBytes(bytes), 0, writeValue);
  else {
    out.buffer.block(0x43, 0x42, 0x8e, bytes);
    out.keepObject(bytes);
  }
}

function writeBytearray(out: PickleOutput, value: PythonBytearray): void {
  if (out.protocol < 5) writeReduction(out, value, reduceBytearray(value.bytes), 0, writeValue);
  else {
    out.buffer.block(0, 0, 0x96, value.bytes);
    out.keepObject(value);
  }
}

// ---------------------------------------------------------------- lists and tuples

function writeList(out: PickleOutput, items: readonly unknown[], depth: number): void {
  out.buffer.opcode(0x5d);
  out.keepObject(items);
  writeItems(out, items, depth, writeValue);
}

function writeTuple(out: PickleOutput, value: object, items: readonly unknown[], depth: number): void {
  const { length } = items;
  const opcode = TUPLES[length];
  if (opcode === undefined) out.buffer.opcode(0x28);
  for (const item of items) writeValue(out, item, depth);
  if (length > 0 && out.hasObject(value)) {
    // It contains itself, so it was written meanwhile: take that one instead.
    if (opcode === undefined) out.buffer.opcode(0x31);
    else for (let i = 0; i < length; i += 1) out.buffer.opcode(0x30);
    out.referToObject(value);
    return;
  }
  out.buffer.opcode(opcode ?? 0x74);
  if (length > 0) out.keepObject(value);
}

function writeKeyTuple(out: PickleOutput, value: readonly unknown[] | PythonTuple, depth: number): void {
  const items = value instanceof PythonTuple ? value.items : value;
  const opcode = TUPLES[items.length];
  if (opcode === undefined) out.buffer.opcode(0x28);
  for (const item of items) writeKey(out, item, depth);
  out.buffer.opcode(opcode ?? 0x74);
  if (items.length > 0) out.keepKey(value);
}

// ---------------------------------------------------------------- dicts

/** Members that are undefined are left out. */
function writeObjectDict(out: PickleOutput, value: Record<string, unknown>, depth: number): void {
  const { buffer } = out;
  buffer.opcode(0x7d);
  out.keepObject(value);
  const keys = Object.keys(value);
  if (keys.length === 1) {
    if (writeMember(out, keys[0] as string, value, depth)) buffer.opcode(0x73);
    return;
  }
  // As in Python, a batch that came out even has an empty one behind it.
  for (let i = 0, members = keys.length > 0 ? BATCH : 0; members === BATCH; ) {
    members = 0;
    buffer.opcode(0x28);
    for (; i < keys.length && members < BATCH; i += 1) {
      if (writeMember(out, keys[i] as string, value, depth)) members += 1;
    }
    buffer.opcode(0x75);
  }
}

function writeMember(out: PickleOutput, key: string, value: Record<string, unknown>, depth: number): boolean {
  const member = value[key];
  if (member === undefined) return false;
  out.buffer.boundary();
  out.text(key);
  writeValue(out, member, depth);
  return true;
}

function writeEntry(out: PickleOutput, [key, value]: readonly [unknown, unknown], depth: number): void {
  writeKey(out, key, depth);
  writeValue(out, value, depth);
}

function writeMap(out: PickleOutput, map: ReadonlyMap<unknown, unknown>, depth: number): void {
  out.buffer.opcode(0x7d);
  out.keepObject(map);
  const entries = [...map];
  if (entries.length === 1) {
    writeEntry(out, entries[0] as [unknown, unknown], depth);
    out.buffer.opcode(0x73);
  } else if (entries.length > 0) {
    writeBatches(out, entries, 0x75, (entry) => writeEntry(out, entry, depth));
  }
}

/** In batches as Python has them for what is no dict itself: the last one, of one entry, is not marked. */
function writeOrderedDict(out: PickleOutput, value: PythonOrderedDict, depth: number): void {
  writeReduction(out, value, { called: ORDERED_DICT, args: [] }, depth, writeValue);
  const entries = [...value.entries];
  for (let from = 0; from < entries.length; from += BATCH) {
    const batch = entries.slice(from, from + BATCH);
    if (batch.length > 1) out.buffer.opcode(0x28);
    for (const entry of batch) writeEntry(out, entry, depth);
    out.buffer.opcode(batch.length > 1 ? 0x75 : 0x73);
  }
}

// ---------------------------------------------------------------- sets

function writeSet(out: PickleOutput, set: ReadonlySet<unknown>, depth: number): void {
  if (out.protocol < 4) {
    writeSetCall(out, SET, set, depth, writeKey);
    out.keepObject(set);
    return;
  }
  out.buffer.opcode(0x8f);
  out.keepObject(set);
  if (set.size > 0) writeBatches(out, [...set], 0x90, (member) => writeKey(out, member, depth));
}

/** @param isKey true for a set that stands where Python needs what does not change */
function writeFrozenset(
  out: PickleOutput,
  value: PythonFrozenset | ReadonlySet<unknown>,
  isKey: boolean,
  depth: number,
): void {
  if (out.protocol < 4) writeSetCall(out, FROZENSET, value, depth, writeKey);
  else {
    out.buffer.opcode(0x28);
    for (const member of value) writeKey(out, member, depth);
    out.buffer.opcode(0x91);
  }
  if (isKey) out.keepKey(value);
  else out.keepObject(value);
}
