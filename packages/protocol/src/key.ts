import { InvalidKeyError } from './errors.js';
import { plainBytes } from './plain-bytes.js';

/** Longest key memcached takes, in bytes (protocol.txt, "Keys"). */
export const MAX_KEY_BYTES = 250;

declare const wireKey: unique symbol;

/**
 * A key that has been checked and may be written: text that is pure printable ASCII, or else UTF-8 bytes.
 * Only {@link checkKey} makes one.
 */
export type WireKey = (string | Uint8Array) & { readonly [wireKey]: true };

/**
 * Checks a key and puts the prefix before it.
 *
 * @param key text or bytes; bytes are copied, so the caller may change them afterwards
 * @param prefix ASCII or other text; it is checked together with the key
 * @throws InvalidKeyError where the whole is empty or longer than 250 bytes, holds a byte <= 0x20 or 0x7f, or is
 *   not well-formed text
 */
export function checkKey(key: string | Uint8Array, prefix: string): WireKey {
  if (typeof key === 'string') {
    return checkText(prefix === '' ? key : prefix + key);
  }
  const bytes = plainBytes(key);
  if (bytes === undefined) throw new InvalidKeyError('a key must be a string or a Uint8Array');
  // Bytes whose memory was taken away have no length, and cannot be copied.
  if (bytes.length === 0) return checkText(prefix);
  return checkBytes(prefix === '' ? new Uint8Array(bytes) : joinBytes(encodeUtf8(prefix), bytes));
}

function checkText(text: string): WireKey {
  const length = text.length;
  if (length === 0 || length > MAX_KEY_BYTES) throw lengthError(length);
  for (let i = 0; i < length; i += 1) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f) {
      if (code <= 0x20 || code === 0x7f) throw characterError();
      return checkBytes(encodeUtf8(text));
    }
  }
  return text as unknown as WireKey;
}

function checkBytes(bytes: Uint8Array): WireKey {
  const length = bytes.length;
  if (length === 0 || length > MAX_KEY_BYTES) throw lengthError(length);
  let ascii = true;
  for (let i = 0; i < length; i += 1) {
    const byte = bytes[i] as number;
    if (byte <= 0x20 || byte === 0x7f) throw characterError();
    if (byte > 0x7f) ascii = false;
  }
  // One form for one key, so that equal keys compare equal however they were given.
  return (ascii ? String.fromCharCode(...bytes) : bytes) as unknown as WireKey;
}

function lengthError(length: number): InvalidKeyError {
  return length === 0
    ? new InvalidKeyError('a key must not be empty')
    : new InvalidKeyError(`a key must be at most ${MAX_KEY_BYTES} bytes with its prefix`);
}

function characterError(): InvalidKeyError {
  return new InvalidKeyError('a key must not hold spaces or control characters (bytes <= 0x20 and 0x7f)');
}

function joinBytes(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

/** UTF-8 of a short text; an unpaired surrogate is refused, since no other client could name such a key. */
function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code >= 0xd800 && code <= 0xdfff)
      throw new InvalidKeyError('a key must be well-formed text (lone surrogate)');
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (code < 0x10000)
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    else {
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 0x3f),
        0x80 | ((code >> 6) & 0x3f),
        0x80 | (code & 0x3f),
      );
    }
  }
  return Uint8Array.from(bytes);
}

/** The key as text of one character a byte: equal for equal keys, for use in a Map. */
export function keyIdentity(key: WireKey): string {
  return typeof key === 'string' ? key : `\u0000${String.fromCharCode(...key)}`;
}
