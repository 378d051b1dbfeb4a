import type { AbortSignalLike } from './contract.js';
import { QueueFullError } from './errors.js';
import { within } from './within.js';

/** Of a call, or a batch, that has to wait before it is sent. */
export interface Turn {
  /** Resolves when no call before it on any of its keys waits. */
  readonly come: Promise<void>;
  readonly begin: () => void;
  /** Absent where it is for every key. */
  readonly keys: readonly string[] | undefined;
  /** In how many lines it is not the first. */
  behind: number;
}

/**
 * Keeps calls in call order where they cannot be sent at once: while the list of servers is yet to be found, all wait;
 * while a value is being packed (compressed in a thread pool), later calls on its key do. Empty, and without cost, where
 * everything is sent at once. A turn that leaves, for whatever reason, leaves nothing behind.
 */
export class PackOrder {
  readonly #limit: number;
  /** The turns on each key, oldest first. */
  readonly #lines: Map<string, Turn[]> = new Map();
  /** How many turns stand in lines. */
  #lined = 0;
  /** Those that do not stand in a line yet, in order: while all are held, or behind a turn for every key. */
  readonly #outside: Set<Turn> = new Set();
  #waiting = 0;
  #isHeld = false;
  /** True where a turn for every key has come. */
  #isWhole = false;

  /** @param limit how many keys may wait for the list of servers, or behind a turn for every key */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** True where nobody has to wait. */
  get isIdle(): boolean {
    return this.#lined === 0 && !this.#isHeld;
  }

  /** True where a call on the key has to wait. */
  isBusy(key: string): boolean {
    return this.#isHeld || this.#isWhole || this.#outside.size > 0 || this.#lines.has(key);
  }

  /** From now on all calls wait until {@link release}. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.#admit();
  }

  /**
   * Sends when `work` is done and all earlier calls on any of the keys (each named once), or on all keys, were sent or
   * have settled. Later ones wait for it until then.
   *
   * @throws QueueFullError and what {@link within} rejects with, all as rejections
   */
  async inTurn<T>(
    keys: readonly string[] | undefined,
    work: ReadonlyArray<Promise<unknown>>,
    timeoutMs: number,
    signal: AbortSignalLike | null | undefined,
    send: () => T,
    limit?: number,
  ): Promise<T> {
    const turn = this.take(keys, limit);
    try {
      await within(Promise.all([...work, turn.come]), timeoutMs, signal ?? undefined);
      return send();
    } finally {
      this.leave(turn);
    }
  }

  /** Resolves when all calls so far were sent or have settled. Later ones wait for it until then. */
  all(): Promise<void> {
    const forever = Number.POSITIVE_INFINITY;
    return this.inTurn(undefined, [], forever, undefined, () => {}, forever);
  }

  /** Resolves when calls are not held any more. @throws QueueFullError and what {@link within} rejects with */
  async released(timeoutMs: number, signal: AbortSignalLike): Promise<void> {
    if (this.#isHeld) await this.inTurn([], [], timeoutMs, signal, () => {});
  }

  /** A turn; it must {@link leave}, whatever comes. @throws QueueFullError */
  take(keys: readonly string[] | undefined, limit: number = this.#limit): Turn {
    let begin = (): void => {};
    const come = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const turn: Turn = { come, begin, keys, behind: 0 };
    if (this.#outside.size === 0 && this.#mayLine(turn)) this.#line(turn);
    else if (this.#waiting >= limit) throw new QueueFullError(limit);
    else {
      this.#outside.add(turn);
      this.#waiting += sizeOf(turn);
    }
    return turn;
  }

  leave(turn: Turn): void {
    if (this.#outside.delete(turn)) this.#waiting -= sizeOf(turn);
    else {
      this.#lined -= 1;
      if (turn.keys === undefined) this.#isWhole = false;
      for (const key of turn.keys ?? []) this.#unline(turn, key);
    }
    this.#admit();
  }

  #mayLine({ keys }: Turn): boolean {
    return !this.#isHeld && !this.#isWhole && (keys !== undefined || this.#lined === 0);
  }

  /** Lets in those outside, as far as one that is for every key. */
  #admit(): void {
    for (const turn of this.#outside) {
      if (!this.#mayLine(turn)) return;
      this.#outside.delete(turn);
      this.#waiting -= sizeOf(turn);
      this.#line(turn);
    }
  }

  #line(turn: Turn): void {
    this.#lined += 1;
    if (turn.keys === undefined) this.#isWhole = true;
    for (const key of turn.keys ?? []) {
      const line = this.#lines.get(key);
      if (line === undefined) this.#lines.set(key, [turn]);
      else {
        line.push(turn);
        turn.behind += 1;
      }
    }
    if (turn.behind === 0) turn.begin();
  }

  #unline(turn: Turn, key: string): void {
    const line = this.#lines.get(key) as Turn[];
    const at = line.indexOf(turn);
    line.splice(at, 1);
    const [first] = line;
    if (first === undefined) this.#lines.delete(key);
    else if (at === 0) {
      first.behind -= 1;
      if (first.behind === 0) first.begin();
    }
  }
}

function sizeOf({ keys }: Turn): number {
  return keys?.length || 1;
}
