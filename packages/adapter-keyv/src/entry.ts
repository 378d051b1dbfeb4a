import { DecodeError } from '@mc/memcached';
import {
  DEADLINE_END,
  deadlineIn,
  flatText,
  GENERATION_END,
  lineStart,
  MARK,
  TEXT_START,
  WRITE_ID_END,
} from './entry-line.js';
import { isExpired, NEVER } from './expiry.js';
import { NO_WRITE_ID } from './write-ids.js';

/*
 * What is stored under a key: the line of entry-line.ts, then the value.
 *
 * Text is stored as text with that line before it, which costs next to nothing. All else goes through the codec of
 * entry-codec.ts: every codec of the client works within it, and its compressor around the whole.
 */

/** A value that is not stored as plain text. */
export class Entry {
  readonly generation: string;
  readonly deadline: number;
  /** The id of the write that stores it; what is read has none. */
  readonly writeId: string;
  readonly value: unknown;
  /** The key, where the one on the wire is a digest. */
  readonly key: string | undefined;

  constructor(
    generation: string,
    deadline: number,
    writeId: string,
    value: unknown,
    key: string | undefined,
  ) {
    this.generation = generation;
    this.deadline = deadline;
    this.writeId = writeId;
    this.value = value;
    this.key = key;
  }
}

/** What the client is given, and gives. */
export type Stored = string | Entry;

/** What Keyv hands over where its own serialisation is off. */
export interface Envelope {
  readonly value: unknown;
  readonly expires: number | undefined;
}

/** The mark of text in an envelope whose `expires` is the deadline. */
const ENVELOPE_MARK = '2';
/** By so many milliseconds the deadline of a store may be later than the `expires` that Keyv worked out just before. */
const MAX_LAG_MS = 60_000;
const COLON = ':';

/** What to store for a value. */
export function storedFrom(
  generation: string,
  deadline: number,
  writeId: string,
  value: unknown,
  key: string | undefined,
): Stored {
  if (typeof value === 'string' && key === undefined) {
    return flatText(`${lineStart(MARK, generation, deadline, writeId)}:`, value);
  }
  if (!isEnvelope(value)) return new Entry(generation, deadline, writeId, value, key);
  const expires = expiresOf(value);
  if (!isTold(expires, deadline)) return new Entry(generation, deadline, writeId, value, key);
  // Else Keyv would find expired what the store still gives, and delete it behind a newer value.
  const told = expires ?? NEVER;
  return typeof value.value === 'string' && key === undefined
    ? flatText(`${lineStart(ENVELOPE_MARK, generation, told, writeId)}:`, value.value)
    : new Entry(generation, told, writeId, value, key);
}

/** A whole number of milliseconds since 1970; `undefined` where there is none, or one beyond all times. */
export function expiresOf({ expires }: Envelope): number | undefined {
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
  return `${lineStart(MARK, generation, NEVER, NO_WRITE_ID)}:`;
}

/** The generation that an item was written under. @throws DecodeError for what is no entry */
export function generationOf(stored: Stored): string {
  return typeof stored === 'string'
    ? checkText(stored).slice(1, GENERATION_END)
    : checkEntry(stored).generation;
}

/** The id of the write that text is of. */
export function writeIdOf(text: string): string {
  return text.slice(DEADLINE_END, WRITE_ID_END);
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

/** The value of a line of text. */
export function textValue(text: string, deadline: number): unknown {
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
  if ((mark === MARK || mark === ENVELOPE_MARK) && text[WRITE_ID_END] === COLON) return text;
  throw new DecodeError('the value was not stored by a Keyv store');
}

function checkEntry(entry: unknown): Entry {
  if (entry instanceof Entry) return entry;
  throw new DecodeError('the value was not stored by a Keyv store');
}

/** Both members and no other, and a value that stands for itself. */
export function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null || !('value' in value) || !('expires' in value))
    return false;
  const { value: inner, expires } = value as Envelope;
  if (inner === undefined || (expires !== undefined && typeof expires !== 'number')) return false;
  return Object.keys(value).length === 2 && Object.getPrototypeOf(value) === Object.prototype;
}
