import { type Random, randomFrom } from '@mc/testing';
import { EditBuffer } from './edit-buffer.js';
import { fillRandomly, type Material, mutate } from './mutation.js';
import type { Sample, Target } from './target.js';

/** Inputs that are made from one seed; the random numbers start anew with each such batch. */
export const BATCH = 4096;

/** Every so many inputs, one is valid. */
export const VALID_EVERY = 16;

/** Bytes to decode. */
export interface Input {
  /** Valid until the next input is made. */
  data: Uint8Array;
  flags: number;
  /** Set where the input is valid. */
  sample: Sample | undefined;
}

/** Makes the inputs of a run: the same target, seed and index always make the same bytes. */
export class InputMaker implements Material {
  readonly tokens: readonly Uint8Array[];
  readonly part: Target['part'];
  readonly #target: Target;
  readonly #seed: number;
  readonly #all: readonly Sample[];
  readonly #edit: EditBuffer = new EditBuffer();
  readonly #input: Input = { data: new Uint8Array(0), flags: 0, sample: undefined };
  #random: Random;
  #index = 0;

  constructor(target: Target, seed: number) {
    this.tokens = target.tokens;
    this.part = target.part;
    this.#target = target;
    this.#seed = seed;
    this.#all = [...target.samples, ...target.bases];
    this.#random = randomFrom(seed);
  }

  get random(): Random {
    return this.#random;
  }

  other(): Uint8Array {
    return this.#random.pick(this.#all).data;
  }

  /** The next call of `next` makes the input with this index. */
  seek(index: number): void {
    this.#index = index - (index % BATCH);
    while (this.#index < index) this.next();
  }

  /** One object, filled anew each time. */
  next(): Input {
    if (this.#index % BATCH === 0) this.#random = randomFrom(this.#batchSeed(this.#index / BATCH));
    const random = this.#random;
    const isValid = this.#index % VALID_EVERY === 0;
    this.#index += 1;
    const base = random.pick(isValid ? this.#target.samples : this.#all);
    this.#input.sample = isValid ? base : undefined;
    this.#input.flags = base.flags;
    if (isValid) this.#edit.reset(base.data, random.integer(8));
    else this.#break(base);
    const data = this.#edit.view();
    this.#input.data = this.#target.ownsInput ? data.slice() : data;
    return this.#input;
  }

  #break(base: Sample): void {
    const random = this.#random;
    if (random.chance(0.1)) fillRandomly(this.#edit, this);
    else {
      this.#edit.reset(base.data, random.integer(8));
      mutate(this.#edit, this);
    }
    if (this.#target.readsFlags && random.chance(0.3)) this.#input.flags = breakFlags(base.flags, random);
  }

  /** Neighbouring seeds and batches must not make the same numbers. */
  #batchSeed(batch: number): number {
    return (Math.imul(this.#seed, 0x9e37_79b1) ^ Math.imul(batch + 1, 0x85eb_ca6b)) | 0;
  }
}

function breakFlags(flags: number, random: Random): number {
  if (random.chance(0.7)) return flags ^ (1 << random.integer(12));
  return random.chance(0.9) ? random.integer(0x1_0000) : random.integer(0x1_0000_0000);
}
