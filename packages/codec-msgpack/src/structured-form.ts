import { type Msgpackr, newMsgpackr, SafePacker } from './msgpackr.js';
import { Reader } from './reader.js';
import { Staging } from './staging.js';
import { StandInMark } from './stand-in.js';
import { StandInReader } from './stand-in-reader.js';
import { StandInWriter } from './stand-in-writer.js';
import { StructuredDecoder } from './structured-decoder.js';
import { NEVER_USED } from './structured-extensions.js';
import { StructuredLook } from './structured-look.js';
import { StructuredScanner } from './structured-scanner.js';

/** Stands before a value without records; no value with records starts with it. */
const WITHOUT_RECORDS = NEVER_USED;

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
    this.#writer = new SafePacker(records ? newRecordPackr() : newMapPackr());
    const recordPackr = newRecordPackr();
    this.#mark = new StandInMark(recordPackr);
    this.#withRecords = this.#newReader(staging, recordPackr, true);
    this.#withoutRecords = this.#newReader(staging, newMapPackr(), false);
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

  #newReader(staging: Staging, msgpackr: Msgpackr, records: boolean): Reader<StructuredScanner> {
    const decoder = new StructuredDecoder(msgpackr, this.#mark, records);
    return new Reader(staging, new StructuredScanner(records), msgpackr, (bytes, { hasStandIn }) => {
      const value = decoder.decode(bytes);
      return hasStandIn ? new StandInReader(this.#mark).restore(value) : value;
    });
  }
}

/** Writes objects as records and a Map as a map. */
function newRecordPackr(): Msgpackr {
  return newMsgpackr({ structuredClone: true });
}

/** Writes objects as maps. */
function newMapPackr(): Msgpackr {
  return newMsgpackr({
    structuredClone: true,
    useRecords: false,
    variableMapSize: true,
    mapsAsObjects: true,
  });
}
