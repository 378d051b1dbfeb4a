import { setImmediate } from 'node:timers/promises';
import { BATCH, type Input, InputMaker } from './input-maker.js';
import type { Failure, FailureKind, Tally } from './outcome.js';
import type { Progress } from './progress.js';
import { guardPrototypes } from './prototype-guard.js';
import type { Target } from './target.js';
import type { Task } from './task.js';

/** A decode quicker than this is not tried again to find the slowest. */
const NOTICED_MS = 0.1;
/** Put over the input once it is decoded: a value that still looks at it shows. */
const OVERWRITTEN = 0xee;

/** What an attack comes to. */
export interface Verdict {
  readonly tally: Tally;
  readonly failure?: Failure;
}

/** Decodes the inputs of a task one after the other, until the end or the first failure. */
export async function attack(target: Target, task: Task, progress: Progress): Promise<Verdict> {
  const run = new Attack(target, new InputMaker(target, task.seed));
  const changedPrototype = guardPrototypes();
  run.seek(task.first);
  const end = task.first + task.inputs;
  for (let index = task.first; index < end; index += 1) {
    progress.reach(index);
    const failed = run.step();
    const failure = failed instanceof Promise ? await failed : failed;
    if (failure !== undefined) return { tally: run.tally, failure: { ...failure, index } };
    // A turn of the event loop lets go of what lives until the turn ends, and timers and promises have their say.
    if (index % BATCH === BATCH - 1 || index === end - 1) {
      await setImmediate();
      const changed = changedPrototype();
      if (changed !== undefined) {
        const reason = `${changed} is not what it was ${BATCH} inputs before`;
        return { tally: run.tally, failure: { kind: 'changed prototype', reason, index } };
      }
    }
  }
  return { tally: run.tally };
}

class Attack {
  readonly tally: { -readonly [key in keyof Tally]: number } = {
    valid: 0,
    accepted: 0,
    refused: 0,
    slowestMs: 0,
  };
  readonly #target: Target;
  readonly #maker: InputMaker;

  constructor(target: Target, maker: InputMaker) {
    this.#target = target;
    this.#maker = maker;
  }

  seek(index: number): void {
    this.#maker.seek(index);
  }

  /** Decodes the next input. A promise where the target gives one. */
  step(): Failure | undefined | Promise<Failure | undefined> {
    const input = this.#maker.next();
    const started = performance.now();
    try {
      const value = this.#target.decode(input.data, input.flags);
      if (value instanceof Promise) return this.#settle(value, input, started);
      void this.#noteSlow(input, started);
      return this.#accept(value, input);
    } catch (error) {
      void this.#noteSlow(input, started);
      return this.#refuse(error, input);
    }
  }

  async #settle(promise: Promise<unknown>, input: Input, started: number): Promise<Failure | undefined> {
    try {
      const value = await promise;
      await this.#noteSlow(input, started);
      return this.#accept(value, input);
    } catch (error) {
      await this.#noteSlow(input, started);
      return this.#refuse(error, input);
    }
  }

  #accept(value: unknown, input: Input): Failure | undefined {
    const { sample } = input;
    if (sample === undefined) {
      this.tally.accepted += 1;
      const complaint = this.#target.complaint(value);
      return complaint === undefined ? undefined : failureOf('wrong value', complaint, input);
    }
    const base64 = base64Of(input);
    if (!this.#target.ownsInput) input.data.fill(OVERWRITTEN);
    if (this.#target.isSame(value, sample.value)) {
      this.tally.valid += 1;
      return undefined;
    }
    return { ...failureOf('wrong value', 'a valid value came back as another', input), base64 };
  }

  #refuse(error: unknown, input: Input): Failure | undefined {
    if (!(error instanceof Error)) {
      return failureOf('not an Error', `what was thrown is of type ${typeof error}`, input);
    }
    if (input.sample !== undefined) {
      return failureOf('wrong value', `a valid value was refused: ${error.message}`, input);
    }
    this.tally.refused += 1;
    return undefined;
  }

  /** Tries an input again that took longer than any before: the quicker of the two times is its own. */
  #noteSlow(input: Input, started: number): void | Promise<void> {
    const elapsed = performance.now() - started;
    if (elapsed < NOTICED_MS || elapsed < this.tally.slowestMs) return;
    const startedAgain = performance.now();
    const note = (): void => {
      this.tally.slowestMs = Math.max(
        this.tally.slowestMs,
        Math.min(elapsed, performance.now() - startedAgain),
      );
    };
    try {
      const value = this.#target.decode(input.data, input.flags);
      if (value instanceof Promise) return value.then(note, note);
    } catch {
      // Refused once more.
    }
    note();
  }
}

function failureOf(kind: FailureKind, reason: string, input: Input): Failure {
  return { kind, reason, base64: base64Of(input), flags: input.flags };
}

/** The bytes of an input as a failure shows them. */
export function base64Of({ data }: Input): string {
  return Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64');
}
