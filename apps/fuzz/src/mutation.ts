/** The ways in which a valid input is broken. */
import type { Random } from '@mc/testing';
import type { EditBuffer } from './edit-buffer.js';

/** What a mutation may draw on. */
export interface Material {
  readonly random: Random;
  readonly tokens: readonly Uint8Array[];
  /** As {@link Target.part}. */
  readonly part: ((random: Random) => Uint8Array) | undefined;
  /** Another input, to splice with. */
  other(): Uint8Array;
}

type Mutation = (edit: EditBuffer, material: Material) => void;

/** Lengths, counts and offsets that lie: around the borders of the integer sizes. */
const LIES: readonly number[] = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0xf_ffff, 0x10_0000, 0x7fff_ffff,
  0x8000_0000, 0xffff_fff0, 0xffff_ffff,
];
const MAX_SLICE = 64;
const MAX_REPEATS = 16;
/** Nesting is costly to make, so it is rare; deep enough to overflow any stack that grows with it. */
const NESTING_ODDS = 1 / 64;
const MAX_NESTING = 30_000;

function place(edit: EditBuffer, { random }: Material): number {
  return random.integer(edit.length + 1);
}

function flipBits(edit: EditBuffer, { random }: Material): void {
  if (edit.length === 0) return;
  for (let flips = 1 + random.integer(4); flips > 0; flips -= 1) {
    const index = random.integer(edit.length);
    edit.put(index, edit.at(index) ^ (1 << random.integer(8)));
  }
}

function setBytes(edit: EditBuffer, { random }: Material): void {
  if (edit.length === 0) return;
  for (let bytes = 1 + random.integer(3); bytes > 0; bytes -= 1) {
    edit.put(random.integer(edit.length), random.integer(256));
  }
}

function truncate(edit: EditBuffer, material: Material): void {
  edit.cut(place(edit, material));
}

function splice(edit: EditBuffer, material: Material): void {
  const other = material.other();
  const at = place(edit, material);
  edit.cut(at);
  edit.insert(at, other.subarray(material.random.integer(other.length + 1)));
}

/** Writes an integer of 1, 2, 4 or 8 bytes that is far off or off by one, in either byte order. */
function lie(edit: EditBuffer, { random }: Material): void {
  const width = 1 << random.integer(4);
  if (edit.length < width) return;
  // Where there is a length, it often stands in front.
  const at = random.chance(0.25)
    ? random.integer(Math.min(4, edit.length - width + 1))
    : random.integer(edit.length - width + 1);
  const bigEndian = random.chance(0.5);
  const low = (index: number): number => at + (bigEndian ? width - 1 - index : index);
  if (random.chance(0.3)) {
    const digit = low(random.integer(width));
    edit.put(digit, edit.at(digit) + (random.chance(0.5) ? 1 : 255));
    return;
  }
  let rest = random.pick(LIES);
  for (let index = 0; index < width; index += 1) {
    edit.put(low(index), rest % 256);
    rest = Math.floor(rest / 256);
  }
}

function insertTokens(edit: EditBuffer, material: Material): void {
  const { random, tokens } = material;
  if (tokens.length === 0) return;
  for (let count = 1 + random.integer(3); count > 0; count -= 1) {
    edit.insert(place(edit, material), random.pick(tokens));
  }
}

function overwriteWithToken(edit: EditBuffer, material: Material): void {
  const { random, tokens } = material;
  if (tokens.length === 0) return;
  const token = random.pick(tokens);
  const at = place(edit, material);
  edit.remove(at, token.length);
  edit.insert(at, token);
}

function sliceOf(edit: EditBuffer, material: Material): Uint8Array {
  const from = place(edit, material);
  return edit.view().slice(from, from + 1 + material.random.integer(MAX_SLICE));
}

function repeatSlice(edit: EditBuffer, material: Material): void {
  const slice = sliceOf(edit, material);
  const at = place(edit, material);
  for (let count = 1 + material.random.integer(MAX_REPEATS); count > 0; count -= 1) edit.insert(at, slice);
}

function removeSlice(edit: EditBuffer, material: Material): void {
  edit.remove(place(edit, material), 1 + material.random.integer(MAX_SLICE));
}

/** Very many of one token, or of two bytes of the input itself: nesting without an end. */
function nest(edit: EditBuffer, material: Material): void {
  const { random, tokens } = material;
  if (!random.chance(NESTING_ODDS)) {
    flipBits(edit, material);
    return;
  }
  const unit =
    tokens.length > 0 && random.chance(0.8) ? random.pick(tokens) : sliceOf(edit, material).slice(0, 2);
  if (unit.length === 0) return;
  const block = new Uint8Array(unit.length * (1 + random.integer(Math.ceil(MAX_NESTING / unit.length))));
  for (let at = 0; at < block.length; at += unit.length) block.set(unit, at);
  edit.insert(random.chance(0.5) ? 0 : place(edit, material), block);
}

/** Such parts are long, and may keep a decoder busy up to its limits. */
const PART_ODDS = 1 / 64;

function insertPart(edit: EditBuffer, material: Material): void {
  const { random, part } = material;
  if (part === undefined || !random.chance(PART_ODDS)) flipBits(edit, material);
  else edit.insert(random.chance(0.75) ? 0 : place(edit, material), part(random));
}

const MUTATIONS: readonly Mutation[] = [
  flipBits,
  flipBits,
  setBytes,
  truncate,
  splice,
  lie,
  lie,
  insertTokens,
  overwriteWithToken,
  repeatSlice,
  removeSlice,
  nest,
  insertPart,
];

/** Breaks the input once to three times. */
export function mutate(edit: EditBuffer, material: Material): void {
  const { random } = material;
  const rounds = random.chance(0.6) ? 1 : 2 + random.integer(2);
  for (let round = 0; round < rounds; round += 1) random.pick(MUTATIONS)(edit, material);
}

/** Bytes without any plan; every other time a token stands in front, so that more than the first byte is read. */
export function fillRandomly(edit: EditBuffer, { random, tokens }: Material): void {
  edit.reset(new Uint8Array(random.integer(random.chance(0.95) ? 48 : 400)), random.integer(8));
  for (let index = 0; index < edit.length; index += 1) edit.put(index, random.integer(256));
  if (tokens.length > 0 && random.chance(0.5)) edit.insert(0, random.pick(tokens));
}
