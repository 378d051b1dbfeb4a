import type { Random } from '@mc/testing';

/** A stored value that must come back right. */
export interface Sample {
  readonly data: Uint8Array;
  /** Client flags; 0 where the target reads none. */
  readonly flags: number;
  readonly value: unknown;
}

/** Something that reads bytes it cannot trust, and what is needed to attack it. */
export interface Target {
  readonly name: string;
  /** Reads a value; throws what it refuses. May give a promise. */
  readonly decode: (data: Uint8Array, flags: number) => unknown;
  /** Valid values; what is broken on purpose begins as one of them, and every so often one comes unbroken. */
  readonly samples: readonly Sample[];
  /** Further bytes to break, whose value is not looked at: bombs, vectors. */
  readonly bases: readonly Sample[];
  /** Bytes with a meaning in this encoding: opcodes, heads, marks. */
  readonly tokens: readonly Uint8Array[];
  /** Makes a longer part of an input, for what single tokens are most unlikely to come to. */
  readonly part?: ((random: Random) => Uint8Array) | undefined;
  /** True: the flags are made up too. */
  readonly readsFlags: boolean;
  /** True: `decode` may keep the bytes it was given. False: they are overwritten as soon as it returns. */
  readonly ownsInput: boolean;
  readonly isSame: (value: unknown, expected: unknown) => boolean;
  /** What is wrong with a value that was read from broken bytes; `undefined` where nothing is. */
  readonly complaint: (value: unknown) => string | undefined;
}

/** A target by name, built when it is needed. */
export interface TargetEntry {
  readonly name: string;
  /** Why it cannot be built on this Node. */
  readonly unavailable?: string;
  /** The same seed builds the same target. */
  readonly build: (seed: number) => Target | Promise<Target>;
}

/** Bytes given as numbers, each a token of its own. */
export function oneByteTokens(bytes: readonly number[]): Uint8Array[] {
  return bytes.map((byte) => Uint8Array.of(byte));
}
