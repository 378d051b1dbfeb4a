/** What of the global object is used. */
interface Globals {
  readonly Buffer?: { readonly prototype: { readonly latin1Slice?: unknown } };
}

/** Bytes as msgpackr reads them: it looks for its view, and for a fast way to read ASCII, on the bytes themselves. */
export type StagedBytes = Uint8Array & { readonly dataView: DataView };

const latin1Slice = (globalThis as unknown as Globals).Buffer?.prototype.latin1Slice;
const STAGE_BYTES = 65_536;

/**
 * Where bytes are put before they are read. msgpackr makes a view for each `Uint8Array` it is given and leaves it on
 * that; with one array for all small values this happens once, and nobody else's bytes are touched. It is no
 * `Buffer`, so that bytes within a value come back as plain `Uint8Array`.
 */
export class Staging {
  /** Longer data stays where it is. */
  readonly length: number = STAGE_BYTES;
  readonly #stage: StagedBytes = withView(new Uint8Array(STAGE_BYTES));

  /** @returns bytes that start with `data`, which are valid until the next call */
  put(data: Uint8Array): StagedBytes {
    if (data.length > STAGE_BYTES) {
      return withView(new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength));
    }
    this.#stage.set(data);
    return this.#stage;
  }
}

function withView(bytes: Uint8Array): StagedBytes {
  const dataView = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Object.assign(bytes, latin1Slice === undefined ? { dataView } : { dataView, latin1Slice });
}
