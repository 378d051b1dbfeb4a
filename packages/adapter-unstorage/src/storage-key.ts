import { createHash } from 'node:crypto';
import { ConfigurationError, InvalidKeyError } from '@mc/memcached';

/**
 * Longest key that is written as it is, in bytes: memcached takes 250, and a client may put a prefix before it.
 */
const MAX_BYTES = 200;

/** So that a base leaves room for a digest and for keys that can be read. */
const MAX_BASE_BYTES = 100;

/** Bytes that no key may hold, the mark of an escape itself, and halves of surrogate pairs, which UTF-8 cannot write. */
const ESCAPED = /[\0-\x20\x7f%]|\p{Cs}/gu;
const ESCAPE = /%(?:u([0-9A-F]{4})|([0-9A-F]{2}))/g;

/** Stands before a digest; an escape never begins so. */
const DIGEST_MARK = '%#';

/** A key of the storage as the server knows it. */
export interface WrittenKey {
  /** What goes to the client. */
  readonly wire: string;
  /** The key in full, escaped, where `wire` holds a digest of it; else empty. */
  readonly long: string;
}

/**
 * Writes keys of any text and length as keys of memcached, and reads them back. Each key has one form, no two keys share
 * one, and keys of different bases never do.
 */
export class StorageKeys {
  /** Everything of this base begins with it, and nothing else does. */
  readonly prefix: string;

  /** @throws ConfigurationError */
  constructor(base: string) {
    if (typeof base !== 'string') throw new ConfigurationError('base must be a string');
    // The first separator ends the base, so it holds none itself.
    const written = escapeText(base.replace(/^:+|:+$/g, '')).replaceAll(':', '%3A');
    if (written === '') throw new ConfigurationError('base must hold more than separators');
    if (Buffer.byteLength(written) > MAX_BASE_BYTES) {
      throw new ConfigurationError(`base must be at most ${MAX_BASE_BYTES} bytes`);
    }
    this.prefix = `${written}:`;
  }

  /** @throws InvalidKeyError */
  write(key: string): WrittenKey {
    if (typeof key !== 'string' || key === '')
      throw new InvalidKeyError('a key must be text that is not empty');
    const text = escapeText(key);
    const wire = this.prefix + text;
    if (Buffer.byteLength(wire) <= MAX_BYTES) return { wire, long: '' };
    const digest = createHash('sha256').update(text).digest('base64url');
    return { wire: this.prefix + DIGEST_MARK + digest, long: text };
  }

  /** The storage's key; `undefined` where the wire holds only a digest, and where it is not of this base. */
  read(wire: string): string | undefined {
    if (!wire.startsWith(this.prefix) || this.isDigest(wire)) return undefined;
    return unescapeText(wire.slice(this.prefix.length));
  }

  /** Whether it is a key of this base that was too long. */
  isDigest(wire: string): boolean {
    return wire.startsWith(this.prefix + DIGEST_MARK);
  }
}

function escapeText(text: string): string {
  return text.replace(ESCAPED, (character) => {
    const code = character.charCodeAt(0);
    const digits = code.toString(16).toUpperCase();
    return code > 0xff ? `%u${digits}` : `%${digits.padStart(2, '0')}`;
  });
}

/** Text from its escaped form. */
export function unescapeText(text: string): string {
  return text.replace(ESCAPE, (_, long?: string, short?: string) =>
    String.fromCharCode(Number.parseInt(long ?? short ?? '', 16)),
  );
}
