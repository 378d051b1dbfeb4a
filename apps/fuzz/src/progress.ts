const BEFORE_FIRST = -1;

/** The index of the input that is being decoded, seen by two threads: it moves on even while neither listens. */
export class Progress {
  readonly memory: SharedArrayBuffer;
  readonly #index: Int32Array;

  /** Without `memory`, starts before the first input. */
  constructor(memory?: SharedArrayBuffer) {
    this.memory = memory ?? new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    this.#index = new Int32Array(this.memory);
    if (memory === undefined) this.#index[0] = BEFORE_FIRST;
  }

  /** The input that is being decoded; `undefined` before the first. */
  get index(): number | undefined {
    const index = Atomics.load(this.#index, 0);
    return index === BEFORE_FIRST ? undefined : index;
  }

  reach(index: number): void {
    Atomics.store(this.#index, 0, index);
  }
}
