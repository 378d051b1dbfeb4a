import { Decoder } from './decoder.js';
import { type Msgpackr, newMsgpackr, SafePacker } from './msgpackr.js';
import { LEAVES_OUT, lookAtPlain } from './plain-look.js';
import { Reader } from './reader.js';
import { Scanner } from './scanner.js';
import { Staging } from './staging.js';

/** What of the global object is used. */
interface Globals {
  readonly Buffer?: { readonly prototype: { includes(this: Uint8Array, byte: number): boolean } };
}

const BufferClass = (globalThis as unknown as Globals).Buffer;
/** Many times quicker than that of other bytes, and so the reason to look at the bytes rather than each text. */
const includes = BufferClass?.prototype.includes;
/** What each half of a surrogate pair starts with where it is written alone; so does Korean text. */
const SURROGATE = 0xed;
/** In more bytes than this, looking for one is no quicker than looking at the value. */
const LONG_BYTES = 65_536;

/** MessagePack as its specification has it, with the timestamp as the only extension. */
export class PlainForm {
  readonly #writer = new SafePacker(newPlain([]));
  /** Slower, and made when the first value needs it. */
  #leavingOut: SafePacker | undefined;
  readonly #reader = plainReader();

  encode(value: unknown): Uint8Array {
    const found = lookAtPlain(value, includes === undefined);
    const bytes = found === LEAVES_OUT ? this.#packLeavingOut(value) : this.#writer.pack(value);
    const isSuspect = bytes.length > LONG_BYTES || includes?.call(bytes, SURROGATE);
    if (isSuspect) lookAtPlain(value, true);
    return bytes;
  }

  decode(data: Uint8Array): unknown {
    return this.#reader.read(data);
  }

  #packLeavingOut(value: unknown): Uint8Array {
    this.#leavingOut ??= new SafePacker(newPlain([undefined]));
    return this.#leavingOut.pack(value);
  }
}

function newPlain(skipValues: readonly unknown[]): Msgpackr {
  return newMsgpackr({
    useRecords: false,
    mapsAsObjects: true,
    variableMapSize: true,
    structuredClone: false,
    int64AsType: 'auto',
    ...(skipValues.length > 0 && { skipValues }),
  });
}

function plainReader(): Reader<Scanner> {
  const msgpackr = newPlain([]);
  const decoder = new Decoder(msgpackr);
  return new Reader(new Staging(), new Scanner(), msgpackr, (bytes) => decoder.decode(bytes));
}
