/// <reference path="./msgpackr-no-eval.d.ts" />
import { Packr } from 'msgpackr/index-no-eval';

// That entry of msgpackr compiles no code for the shapes of records, of which hostile bytes can name many; it also is a
// module of its own, whose state nobody else in the process changes.

/** What of msgpackr is used. */
export interface Msgpackr {
  pack(value: unknown, mode?: number): Uint8Array;
  unpack(bytes: Uint8Array, end?: number): unknown;
  useBuffer(buffer: Uint8Array): void;
  clearSharedData(): void;
}

/** Options of msgpackr, by its own names. */
export interface MsgpackrOptions {
  readonly useRecords?: false;
  readonly mapsAsObjects?: boolean;
  readonly variableMapSize?: true;
  readonly structuredClone?: boolean;
  readonly int64AsType?: 'auto';
  readonly skipValues?: readonly unknown[];
}

interface Globals {
  readonly Buffer?: { allocUnsafeSlow(bytes: number): Uint8Array };
}

const BufferClass = (globalThis as unknown as Globals).Buffer;
/** Results up to this length share msgpackr's memory, which it does not write again; the client copies those. */
const MAX_SHARED_BYTES = 65_536;
/** How much memory msgpackr starts with. */
const FIRST_BYTES = 8192;
const READY: Promise<void> = Promise.resolve();
/** Ask msgpackr for one free byte before the value. Source: its RESERVE_START_SPACE. */
const ONE_FREE_BYTE = 2048 + 1;

/** A msgpackr that copies bytes within values and asks no `toJSON`. */
export function newMsgpackr(options: MsgpackrOptions): Msgpackr {
  return new Packr({ ...options, copyBuffers: true, useToJSON: false }) as Msgpackr;
}

/** A msgpackr to write with, whose results nothing writes to afterwards. */
export class SafePacker {
  readonly #msgpackr: Msgpackr;
  #willForget = false;

  constructor(msgpackr: Msgpackr) {
    this.#msgpackr = msgpackr;
  }

  pack(value: unknown): Uint8Array {
    return this.#checked(this.#msgpackr.pack(value));
  }

  /** One byte before the value is free. */
  packAfterByte(value: unknown): Uint8Array {
    return this.#checked(this.#msgpackr.pack(value, ONE_FREE_BYTE));
  }

  #checked(packed: Uint8Array): Uint8Array {
    if (packed.length <= MAX_SHARED_BYTES) return packed;
    // Not at once: a getter of a value that is being packed may have called.
    if (!this.#willForget) void READY.then(() => this.#forget());
    this.#willForget = true;
    return new Uint8Array(packed);
  }

  /** Has msgpackr let go of what large values made it keep: memory, and the shapes of records. */
  #forget(): void {
    this.#willForget = false;
    this.#msgpackr.clearSharedData();
    this.#msgpackr.useBuffer(newBuffer(FIRST_BYTES));
  }
}

function newBuffer(bytes: number): Uint8Array {
  return BufferClass === undefined ? new Uint8Array(bytes) : BufferClass.allocUnsafeSlow(bytes);
}
