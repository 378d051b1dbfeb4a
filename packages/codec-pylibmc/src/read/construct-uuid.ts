import { damaged } from '../pickle-error.js';
import { PythonUuid } from '../python/uuid.js';
import { Unfinished } from './stack-form.js';

/** A UUID between the opcode that makes it and the one that says which it is. */
export class UnfinishedUuid extends Unfinished {
  #finished: PythonUuid | undefined;

  finish(state: unknown): PythonUuid {
    this.#finished = uuidOf(state);
    return this.#finished;
  }

  override recalled(): unknown {
    if (this.#finished === undefined) throw damaged('it asks for a UUID that is not finished');
    return this.#finished;
  }
}

/** Whether a UUID is safe, as an enum of Python 3.6 says it. */
export class SafeUuid extends Unfinished {
  readonly value: unknown;

  constructor(value: unknown) {
    super();
    this.value = value;
  }

  override recalled(): unknown {
    return this;
  }
}

function uuidOf(state: unknown): PythonUuid {
  const { int, is_safe: isSafe } = (typeof state === 'object' ? (state ?? {}) : {}) as Record<
    string,
    unknown
  >;
  const hex = integerOf(int).toString(16).padStart(32, '0');
  const text = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const safety = isSafe instanceof SafeUuid ? isSafe.value : isSafe;
  if (safety !== undefined && safety !== null && safety !== 0 && safety !== -1) {
    throw damaged('the safety of a UUID is none');
  }
  return new PythonUuid(text, safety ?? undefined);
}

function integerOf(int: unknown): bigint {
  const value = typeof int === 'number' && Number.isSafeInteger(int) ? BigInt(int) : int;
  if (typeof value !== 'bigint') throw damaged('a UUID without its number');
  if (value < 0n || value >> 128n !== 0n) throw damaged('the number of a UUID is too large');
  return value;
}
