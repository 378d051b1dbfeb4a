/** What is stored around a value whose key or times must be known when it is read. */
export interface Envelope {
  /** The client's flags of the value. */
  readonly flags: number;
  readonly writtenAtMs: number;
  /** 0 for never. */
  readonly endsAtMs: number;
  /** The escaped key, where the server knows only its digest; else empty. */
  readonly longKey: string;
  readonly data: Uint8Array;
}

/** Begins every envelope. Values that begin so are put into one, so it is never taken for something else. */
const MARK: readonly number[] = [0x00, 0x6d, 0x63, 0x75, 0x01];
const FLAGS_AT: number = MARK.length;
const WRITTEN_AT: number = FLAGS_AT + 4;
const ENDS_AT: number = WRITTEN_AT + 8;
const KEY_LENGTH_AT: number = ENDS_AT + 8;
const KEY_AT: number = KEY_LENGTH_AT + 4;

/** Whether the value begins as an envelope does. */
export function looksSealed(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && MARK.every((byte, at) => value[at] === byte);
}

/** The bytes of an envelope: numbers are big-endian, times are 64-bit floats. */
export function seal({ flags, writtenAtMs, endsAtMs, longKey, data }: Envelope): Uint8Array {
  const key = new TextEncoder().encode(longKey);
  const bytes = new Uint8Array(KEY_AT + key.length + data.length);
  const view = new DataView(bytes.buffer);
  bytes.set(MARK);
  view.setUint32(FLAGS_AT, flags);
  view.setFloat64(WRITTEN_AT, writtenAtMs);
  view.setFloat64(ENDS_AT, endsAtMs);
  view.setUint32(KEY_LENGTH_AT, key.length);
  bytes.set(key, KEY_AT);
  bytes.set(data, KEY_AT + key.length);
  return bytes;
}

/** What an envelope holds; `undefined` where it is cut. */
export function unseal(bytes: Uint8Array): Envelope | undefined {
  if (bytes.length < KEY_AT) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dataAt = KEY_AT + view.getUint32(KEY_LENGTH_AT);
  if (dataAt > bytes.length) return undefined;
  return {
    flags: view.getUint32(FLAGS_AT),
    writtenAtMs: view.getFloat64(WRITTEN_AT),
    endsAtMs: view.getFloat64(ENDS_AT),
    longKey: new TextDecoder().decode(bytes.subarray(KEY_AT, dataAt)),
    data: bytes.subarray(dataAt),
  };
}
