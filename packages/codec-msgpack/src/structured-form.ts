import { type Msgpackr, newMsgpackr, SafePacker } from './msgpackr.js';
import { Reader } from './reader.js';
import { Staging } from './staging.js';
import { StandInMark } from './stand-in.js';
import { StandInReader } from './stand-in-reader.js';
import { StandInWriter } from './stand-in-writer.js';
import { StructuredLook } from './structured-look.js';
import { StructuredScanner } from './structured-scanner.js';

/** Stands before a value without records; no value with records starts with it. */
const WITHOUT_RECORDS = 0xc1;

/** msgpackr's structured cloning, with stand-ins for what that would change. */
export class StructuredForm {
  readonly #records: boolean;
  readonly #writer: SafePacker;
  readonly #mark: StandInMark;
  readonly #withRecords: Reader<StructuredScanner>;
  readonly #withoutRecords: Reader<StructuredScanner>;

  constructor(records: boolean) {
    const staging = new Staging();
    this.#records = records;
    this.#writer = new SafePacker(records ? newRecordPackr() : newMapPackr(true));
    const recordPackr = newRecordPackr();
    this.#mark = new StandInMark(recordPackr);
    this.#withRecords = new Reader(staging, new StructuredScanner(true), recordPackr, {
      choose: () => recordPackr,
      finish: (value, { hasStandIn }) => (hasStandIn ? this.#restore(value, false) : value),
    });
    this.#withoutRecords = this.#mapReader(staging);
  }

  encode(value: unknown): Uint8Array {
    const records = this.#records;
    const needsCopy = new StructuredLook(records).look(value);
    const given = needsCopy ? new StandInWriter(this.#mark, records).copy(value) : value;
    if (records) return this.#writer.pack(given);
    const bytes = this.#writer.packAfterByte(given);
    bytes[0] = WITHOUT_RECORDS;
    return bytes;
  }

  decode(data: Uint8Array): unknown {
    return data[0] === WITHOUT_RECORDS
      ? this.#withoutRecords.read(data.subarray(1))
      : this.#withRecords.read(data);
  }

  #mapReader(staging: Staging): Reader<StructuredScanner> {
    const mapPackr = newMapPackr(true);
    // Of an object that contains itself, msgpackr builds a Map, and would fail over it being an object too.
    const circlePackr = newMapPackr(false);
    return new Reader(staging, new StructuredScanner(false), mapPackr, {
      choose: ({ hasPointer }) => (hasPointer ? circlePackr : mapPackr),
      finish: (value, { hasStandIn, hasPointer }) =>
        hasStandIn || hasPointer ? this.#restore(value, hasPointer) : value,
    });
  }

  #restore(value: unknown, mapsAreObjects: boolean): unknown {
    return new StandInReader(this.#mark, mapsAreObjects).restore(value);
  }
}

/** Writes objects as records and a Map as a map. */
function newRecordPackr(): Msgpackr {
  return newMsgpackr({ structuredClone: true });
}

/** Writes objects as maps. */
function newMapPackr(mapsAsObjects: boolean): Msgpackr {
  return newMsgpackr({ structuredClone: true, useRecords: false, variableMapSize: true, mapsAsObjects });
}
