import type { Codec, MemcachedClient } from '@mc/memcached';
import {
  Entry,
  type Envelope,
  expiresOf,
  generationOf,
  isEnvelope,
  type Stored,
  textValue,
  writeIdOf,
} from './entry.js';
import { deadlineIn, entryLine, flatText, MARK, readEntryLine, TEXT_START } from './entry-line.js';
import { NO_WRITE_ID } from './write-ids.js';

/** The id of the codec of entries, of those that the client's layout has. */
export const ENTRY_CODEC = 5;
/** Client flags of UTF-8 text, and of bytes. */
const TEXT = 16;
const BYTES = 0;

/** The length of bytes, whatever they say of themselves. */
const trueLength = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), 'length')
  ?.get as (this: Uint8Array) => number;

/** Writes and reads the values within entries, as the client would store them by themselves. */
class Inner {
  readonly #client: MemcachedClient;
  readonly #codec: Codec | undefined;
  /** Flags of what the codec writes, once it has written something. */
  #flags: number | undefined;

  constructor(client: MemcachedClient, codec: Codec | undefined) {
    this.#client = client;
    this.#codec = codec;
  }

  /** As text where the codec writes text, and bytes as they are, which saves a copy here. */
  pack(value: unknown): { data: string | Uint8Array; flags: number } {
    if (this.#codec === undefined || typeof value !== 'object') return this.#client.serialize(value);
    if (value instanceof Uint8Array && this.#codec.takesSimple !== true) return { data: value, flags: BYTES };
    const data: unknown = this.#flags === undefined ? undefined : this.#codec.encode(value);
    if (typeof data === 'string' || data instanceof Uint8Array) return { data, flags: this.#flags as number };
    const packed = this.#client.serialize(value);
    this.#flags = packed.flags;
    return packed;
  }

  unpack(data: Uint8Array, flags: number): unknown {
    return this.#client.deserialize(data, flags);
  }
}

/**
 * Writes and reads what is not stored as plain text.
 *
 * @param own the client's codec, if it has one and not a format
 * @param takesAll text goes the way of all else too; for a client whose own codec or format wants to see it
 */
export function entryCodec(
  client: MemcachedClient,
  own: Codec | undefined,
  takesAll: boolean,
): Codec<Stored> {
  const inner = new Inner(client, own);
  return {
    name: 'Keyv entries',
    id: ENTRY_CODEC,
    takesSimple: takesAll,
    encode: (stored) => (typeof stored === 'string' ? encodeText(inner, stored) : encodeEntry(inner, stored)),
    decode: (data) => decodeEntry(inner, data),
  };
}

/** True where the client itself packs text. */
export function storesPlainText(client: MemcachedClient): boolean {
  return client.serialize('').flags === TEXT;
}

function encodeText(inner: Inner, text: string): string | Uint8Array {
  // A generation has no value to show to anybody, nor has empty text that is in no envelope.
  if (text.length === TEXT_START && text[0] === MARK) return text;
  const deadline = deadlineIn(text);
  const value = textValue(text, deadline);
  return encodeEntry(inner, new Entry(generationOf(text), deadline, writeIdOf(text), value, undefined));
}

function encodeEntry(
  inner: Inner,
  { generation, deadline, writeId, value, key }: Entry,
): string | Uint8Array {
  const envelope: Envelope | undefined = isEnvelope(value) ? value : undefined;
  const { data, flags } = inner.pack(envelope === undefined ? value : envelope.value);
  const expires = envelope && expiresOf(envelope);
  const isInEnvelope = envelope !== undefined;
  const line = entryLine({ generation, deadline, flags, isEnvelope: isInEnvelope, expires, key }, writeId);
  if (typeof data === 'string') return flatText(line, data);
  const bytes = Buffer.allocUnsafe(line.length + trueLength.call(data));
  bytes.write(line, 0, 'latin1');
  bytes.set(data, line.length);
  return bytes;
}

/** @throws TypeError for bytes that are no entry */
function decodeEntry(inner: Inner, data: Uint8Array): Stored {
  const bytes = Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const { generation, deadline, flags, isEnvelope: isInEnvelope, expires, key, end } = readEntryLine(bytes);
  if (flags === undefined) return bytes.toString();
  const value = inner.unpack(bytes.subarray(end), flags);
  return new Entry(generation, deadline, NO_WRITE_ID, isInEnvelope ? { value, expires } : value, key);
}
