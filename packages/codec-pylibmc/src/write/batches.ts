import type { PickleOutput } from './pickle-output.js';

/** Writes a value within another one. */
export type Write = (out: PickleOutput, value: unknown, depth: number) => void;

/** Members that one opcode adds, as in Python. */
export const BATCH = 1000;

/** Opcodes of tuples by their length, up to 3. */
export const TUPLES: readonly number[] = [0x29, 0x85, 0x86, 0x87];

/** What is in a list that was begun. */
export function writeItems(out: PickleOutput, items: readonly unknown[], depth: number, write: Write): void {
  const { length } = items;
  if (length === 1) {
    write(out, items[0], depth);
    out.buffer.opcode(0x61);
    return;
  }
  for (let from = 0; from < length; from += BATCH) {
    out.buffer.opcode(0x28);
    const to = Math.min(from + BATCH, length);
    for (let i = from; i < to; i += 1) write(out, items[i], depth);
    out.buffer.opcode(0x65);
  }
}

/** What is in a dict or set that was begun. As in Python, a batch that came out even has an empty one behind it. */
export function writeBatches<T>(
  out: PickleOutput,
  members: readonly T[],
  opcode: number,
  write: (member: T) => void,
): void {
  for (let from = 0; from <= members.length; from += BATCH) {
    out.buffer.opcode(0x28);
    for (const member of members.slice(from, from + BATCH)) write(member);
    out.buffer.opcode(opcode);
  }
}
