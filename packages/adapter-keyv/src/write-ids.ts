import { randomInt } from 'node:crypto';

/** Characters of an id. */
export const WRITE_ID_LENGTH = 4;

/** 64 characters in a row, from here on; none is a colon. */
const FIRST = 0x3b;
const COUNT = 64 ** WRITE_ID_LENGTH;
/** Of an item that nobody moves. */
export const NO_WRITE_ID: string = String.fromCharCode(FIRST).repeat(WRITE_ID_LENGTH);

/**
 * Ids by which a process knows its own writes again: one after the other, from one that is chosen by chance. That two
 * writers give the same id to writes of one key at one time is as good as impossible, and they need not be more apart.
 */
export class WriteIds {
  #last: number = randomInt(COUNT);

  next(): string {
    const id = (this.#last + 1) % COUNT;
    this.#last = id;
    return String.fromCharCode(
      FIRST + (id & 63),
      FIRST + ((id >> 6) & 63),
      FIRST + ((id >> 12) & 63),
      FIRST + (id >> 18),
    );
  }
}
