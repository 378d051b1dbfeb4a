import type { Random } from '@mc/testing';

const INTEGERS = [
  0,
  1,
  -1,
  127,
  255,
  256,
  -256,
  65_535,
  65_536,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  -(2 ** 31) - 1,
];
const LARGE = [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 52, -(2 ** 40)];
const FLOATS = [
  -0,
  0.1,
  -1.5,
  1e-7,
  1e21,
  5e-324,
  Number.MAX_VALUE,
  2 ** 53,
  2 ** 64,
  Infinity,
  -Infinity,
  NaN,
];
const BIGINTS = [0n, 1n, -1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 64n), 10n ** 40n, -(3n ** 900n)];
const TEXTS = ['', 'a', '0', '-1', '1.5', 'true', 'null', 'length', 'constructor', '__proto__', 'toString'];
const ODD_TEXTS = [
  '\0',
  '\ufeffx',
  'line\r\nbreak',
  '\u2028\u2029\x85',
  '\\u0041\\',
  '\'"`',
  'é',
  '日本語',
  '👍🏽',
];
const LETTERS = ['abcdefgh', 'äöüßéñ', '日本語テスト', 'a\t\n\0\x7f\x80ÿĀ', '👍🏽🎉𝒳'];
const EDGE_SIZES = [255, 256, 65_535, 65_536, 100_000];
/** Milliseconds of the first and the last moment that Python's datetime can say. */
const FIRST_MS = -62_135_596_800_000;
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const MOMENTS = [0, -1, 1, FIRST_MS, LAST_MS, Date.UTC(2024, 1, 29), Date.UTC(1969, 11, 31, 23, 59, 59, 1)];

/** Makes one value; `depth` is how many levels may stand in it. */
export type Make = (depth: number) => unknown;

/** Kinds besides JavaScript's own. */
export interface MoreKinds {
  readonly leaves?: readonly Make[];
  readonly trees?: readonly Make[];
  /** What may be a member of a set or a key: no two that Python takes for equal. */
  readonly keys?: readonly Make[];
}

/** Random JavaScript values of every kind that can be written to Python. */
export class NodeValues {
  readonly #random: Random;
  readonly #leaves: readonly Make[];
  readonly #trees: readonly Make[];
  readonly #keys: readonly Make[];
  #shared: unknown[] = [];

  constructor(random: Random, more: MoreKinds = {}) {
    this.#random = random;
    this.#keys = [() => this.text(), () => this.#keyBytes(), () => this.#keyNumber(), () => null, () => true];
    this.#keys = [...this.#keys, ...(more.keys ?? [])];
    this.#leaves = [
      ...[
        () => null,
        () => random.chance(0.5),
        () => this.integer(),
        () => this.#float(),
        () => this.#bigint(),
      ],
      ...[() => this.text(), () => this.bytes(40), () => this.#date(), ...(more.leaves ?? [])],
    ];
    this.#trees = [
      ...[(depth: number) => this.array(depth), (depth: number) => this.#object(depth)],
      ...[(depth: number) => this.#map(depth), () => this.#set(), ...(more.trees ?? [])],
    ];
  }

  /** The first hold one of each kind, and the sizes at which a pickle changes its form. */
  values(count: number): unknown[] {
    const leaves = this.#leaves.map((make) => make(0));
    const first = [
      ...leaves,
      ...leaves.map((leaf) => [leaf]),
      ...this.#trees.map((make) => make(2)),
      ...this.#edges(),
    ];
    const rest = Array.from({ length: Math.max(0, count - first.length) }, () =>
      this.value(this.#random.integer(6)),
    );
    return [...first, ...rest].slice(0, count);
  }

  value(depth: number): unknown {
    // What stands at two places of a value is written once and referred to.
    if (this.#shared.length > 0 && this.#random.chance(0.05)) return this.#random.pick(this.#shared);
    const deeper = depth > 0 && this.#random.chance(0.75);
    const made = this.#random.pick(deeper ? this.#trees : this.#leaves)(depth - 1);
    if (this.#random.chance(0.05)) this.#shared = [...this.#shared.slice(-9), made];
    return made;
  }

  array(depth: number): unknown[] {
    return Array.from({ length: this.length() }, () => this.value(depth));
  }

  length(): number {
    return this.#random.pick([0, 1, 1, 2, 2, 3, 4, 5, 12]);
  }

  text(): string {
    if (this.#random.chance(0.4)) return this.#random.pick([...TEXTS, ...ODD_TEXTS]);
    const letters = [...this.#random.pick(LETTERS)];
    const length = this.#random.pick([1, 2, 5, 20, 300]);
    return Array.from({ length }, () => this.#random.pick(letters)).join('');
  }

  bytes(below: number): Uint8Array {
    return Uint8Array.from({ length: this.#random.integer(below) }, () => this.#random.integer(256));
  }

  integer(): number {
    if (this.#random.chance(0.4)) return this.#random.pick([...INTEGERS, ...LARGE]);
    return this.#random.integer(2000) - 1000;
  }

  /** Members of a set or keys of a map; those that Python takes for equal come once. */
  keys(length: number): unknown[] {
    const made = Array.from({ length }, () => this.#random.pick(this.#keys)(1));
    const seen = new Map(made.map((key) => [identity(key), key]));
    return [...seen.values()];
  }

  *#edges(): Generator<unknown> {
    const text = 'shared '.repeat(4);
    const part = { kept: [text, text], again: text };
    for (const size of EDGE_SIZES) yield ['x'.repeat(size), new Uint8Array(size).fill(255)];
    for (const size of [1, 2, 3, 4, 999, 1000, 1001, 2001]) {
      const numbers = Array.from({ length: size }, (_, index) => index);
      yield numbers;
      yield new Set(numbers);
      yield new Map(numbers.map((number) => [number, number]));
      yield Object.fromEntries(numbers.map((number) => [`k${number}`, number]));
    }
    let deep: unknown[] = [];
    for (let level = 0; level < 100; level++) deep = [deep];
    yield* [Array(300).fill(text), [part, part, [part, part]], deep, Object.create(null)];
    yield { kept: 1, gone: undefined };
    yield* FLOATS.flatMap((float) => [float, [float]]);
    yield* BIGINTS.flatMap((bigint) => [bigint, [bigint]]);
    yield* [...INTEGERS, ...LARGE];
    yield* MOMENTS.map((moment) => [new Date(moment)]);
    yield Object.fromEntries(TEXTS.map((key) => [key, key]));
  }

  #object(depth: number): object {
    return Object.fromEntries(Array.from({ length: this.length() }, () => [this.text(), this.value(depth)]));
  }

  #map(depth: number): Map<unknown, unknown> {
    return new Map(this.keys(this.length()).map((key) => [key, this.value(depth)]));
  }

  #set(): Set<unknown> {
    return new Set(this.keys(this.length()));
  }

  #keyBytes(): Uint8Array {
    return this.bytes(8);
  }

  #keyNumber(): unknown {
    if (this.#random.chance(0.3)) return this.#random.integer(1000) / 8;
    return this.#random.chance(0.5) ? this.#bigint() : this.integer();
  }

  #float(): number {
    if (this.#random.chance(0.3)) return this.#random.pick(FLOATS);
    const exponent = this.#random.pick([0, 0, 3, 100, -100, 300, -300]);
    return ((this.#random.integer(2 ** 32) - 2 ** 31) / 2 ** 31) * 10 ** exponent;
  }

  #bigint(): bigint {
    if (this.#random.chance(0.4)) return this.#random.pick(BIGINTS);
    const words = Array.from({ length: 1 + this.#random.integer(9) }, () => this.#random.integer(2 ** 32));
    const magnitude = words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
    return this.#random.chance(0.5) ? magnitude : -magnitude;
  }

  #date(): Date {
    if (this.#random.chance(0.2)) return new Date(this.#random.pick(MOMENTS));
    return new Date(Math.floor(FIRST_MS + (LAST_MS - FIRST_MS) * (this.#random.integer(2 ** 32) / 2 ** 32)));
  }
}

/** Equal for what Python takes for equal keys. */
function identity(key: unknown): string {
  if (typeof key === 'number' || typeof key === 'bigint') return `number ${numberText(key)}`;
  if (key instanceof Uint8Array) return `bytes ${key.join(',')}`;
  // True is 1 there.
  if (key === true) return 'number 1';
  return `${typeof key} ${typeof key === 'object' ? JSON.stringify(key) : String(key)}`;
}

function numberText(key: number | bigint): string {
  return typeof key === 'number' && Number.isInteger(key) ? String(BigInt(key)) : String(key);
}
