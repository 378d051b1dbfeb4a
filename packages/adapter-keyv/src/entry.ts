import { type Codec, DecodeError, type MemcachedClient } from '@mc/memcached';
import {
  DEADLINE_END,
  deadlineIn,
  entryLine,
  GENERATION_END,
  lineStart,
  MARK,
  readEntryLine,
} from './entry-line.js';
import { isExpired, NEVER } from './expiry.js';

/*
 * What is stored under a key: the line of entry-line.ts, then the value.
 *
 * Text is stored as text with that line before it, which costs next to nothing. All else goes through a codec of our
 * own: every codec of the client works within it, and its compressor around the whole.
 */

/** A value that is not stored as plain text. */
export class Entry {
  readonly generation: string;
  readonly deadline: number;
  readonly value: unknown;
  /** The key, where the one on the wire is a digest. */
  readonly key: string | undefined;

  constructor(generation: string, deadline: number, value: unknown, key: string | undefined) {
    this.generation = generation;
    this.deadline = deadline;
    this.value = value;
    this.key = key;
  }
}

/** What the client is given, and gives. */
export type Stored = string | Entry;

/** What Keyv hands over where its own serialisation is off. */
interface Envelope {
  readonly value: unknown;
  readonly expires: number | undefined;
}

/** The mark of text in an envelope whose `expires` is the deadline. */
const ENVELOPE_MARK = '2';
/** By so many milliseconds the deadline of a store may be later than the `expires` that Keyv worked out just before. */
const MAX_LAG_MS = 60_000;
const TEXT_START: number = DEADLINE_END + 1;
const COLON = ':';
/** Client flags of UTF-8 text. */
const TEXT = 16;
const ENTRY_CODEC = 5;

/** What to store for a value. */
export function storedFrom(
  generation: string,
  deadline: number,
  value: unknown,
  key: string | undefined,
): Stored {
  if (typeof value === 'string' && key === undefined) {
    return `${lineStart(MARK, generation, deadline)}:${value}`;
  }
  if (!isEnvelope(value)) return new Entry(generation, deadline, value, key);
  const expires = expiresOf(value);
  if (!isTold(expires, deadline)) return new Entry(generation, deadline, value, key);
  // Else Keyv would find expired what the store still gives, and delete it behind a newer value.
  const told = expires ?? NEVER;
  return typeof value.value === 'string' && key === undefined
    ? `${lineStart(ENVELOPE_MARK, generation, told)}:${value.value}`
    : new Entry(generation, told, value, key);
}

/** A whole number of milliseconds since 1970; `undefined` where there is none, or one beyond all times. */
function expiresOf({ expires }: Envelope): number | undefined {
  const whole = expires === undefined ? expires : Math.ceil(expires);
  return Number.isSafeInteger(whole) ? whole : undefined;
}

/** True where the `expires` of an envelope can stand for the deadline. */
function isTold(expires: number | undefined, deadline: number): boolean {
  if (expires === undefined) return deadline === NEVER;
  return expires > 0 && expires <= deadline && deadline - expires < MAX_LAG_MS;
}

/** The item that holds nothing but a generation. */
export function generationItem(generation: string): Stored {
  return `${lineStart(MARK, generation, NEVER)}:`;
}

/** The generation that an item was written under. @throws DecodeError for what is no entry */
export function generationOf(stored: Stored): string {
  return typeof stored === 'string'
    ? checkText(stored).slice(1, GENERATION_END)
    : checkEntry(stored).generation;
}

/**
 * The value, unless it is of another generation, has expired, or is another key's.
 *
 * @throws DecodeError for what is no entry
 */
export function liveValue(stored: Stored, generation: string | undefined, key: string | undefined): unknown {
  if (typeof stored !== 'string') return liveEntryValue(checkEntry(stored), generation, key);
  checkText(stored);
  if (generation === undefined || key !== undefined || !stored.startsWith(generation, 1)) return undefined;
  const deadline = deadlineIn(stored);
  if (isExpired(deadline)) return undefined;
  return textValue(stored, deadline);
}

function textValue(text: string, deadline: number): unknown {
  const value = text.slice(TEXT_START);
  if (text[0] === MARK) return value;
  return { value, expires: deadline === NEVER ? undefined : deadline };
}

function liveEntryValue(entry: Entry, generation: string | undefined, key: string | undefined): unknown {
  const isLive = entry.generation === generation && entry.key === key && !isExpired(entry.deadline);
  return isLive ? entry.value : undefined;
}

/** The key that an item says it has. */
export function keyIn(stored: Stored): string | undefined {
  return typeof stored === 'string' ? undefined : stored.key;
}

function checkText(text: string): string {
  const mark = text[0];
  if ((mark === MARK || mark === ENVELOPE_MARK) && text[DEADLINE_END] === COLON) return text;
  throw new DecodeError('the value was not stored by a Keyv store');
}

function checkEntry(entry: unknown): Entry {
  if (entry instanceof Entry) return entry;
  throw new DecodeError('the value was not stored by a Keyv store');
}

/**
 * Writes and reads what is not stored as plain text.
 *
 * @param takesAll text goes the way of all else too; for a client whose own codec or format wants to see it
 */
export function entryCodec(client: MemcachedClient, takesAll: boolean): Codec<Stored> {
  return {
    name: 'Keyv entries',
    id: ENTRY_CODEC,
    takesSimple: takesAll,
    encode: (stored) =>
      typeof stored === 'string' ? encodeText(client, stored) : encodeEntry(client, stored),
    decode: (data) => decodeEntry(client, data),
  };
}

function encodeText(client: MemcachedClient, text: string): string | Uint8Array {
  // A generation has no value to show to anybody.
  if (text.length === TEXT_START) return text;
  const deadline = deadlineIn(text);
  return encodeEntry(client, new Entry(generationOf(text), deadline, textValue(text, deadline), undefined));
}

/** True where the client itself packs text. */
export function storesPlainText(client: MemcachedClient): boolean {
  return client.serialize('').flags === TEXT;
}

function encodeEntry(client: MemcachedClient, { generation, deadline, value, key }: Entry): Uint8Array {
  const envelope = isEnvelope(value) ? value : undefined;
  const { data, flags } = client.serialize(envelope === undefined ? value : envelope.value);
  const expires = envelope && expiresOf(envelope);
  const isInEnvelope = envelope !== undefined;
  const line = entryLine({ generation, deadline, flags, isEnvelope: isInEnvelope, expires, key });
  const bytes = Buffer.allocUnsafe(line.length + data.length);
  bytes.write(line, 0, 'latin1');
  bytes.set(data, line.length);
  return bytes;
}

/** Both members and no other, and a value that stands for itself. */
function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null || !('value' in value) || !('expires' in value))
    return false;
  const { value: inner, expires } = value as Envelope;
  if (inner === undefined || (expires !== undefined && typeof expires !== 'number')) return false;
  return Object.keys(value).length === 2 && Object.getPrototypeOf(value) === Object.prototype;
}

/** @throws TypeError for bytes that are no entry */
function decodeEntry(client: MemcachedClient, data: Uint8Array): Stored {
  const bytes = Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const { generation, deadline, flags, isEnvelope: isInEnvelope, expires, key, end } = readEntryLine(bytes);
  if (flags === undefined) return bytes.toString();
  const inner = client.deserialize(bytes.subarray(end), flags);
  return new Entry(generation, deadline, isInEnvelope ? { value: inner, expires } : inner, key);
}
