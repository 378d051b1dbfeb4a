import { createHash } from 'node:crypto';
import { ConfigurationError, InvalidKeyError } from '@mc/memcached';

/** Longest key that is written as it is, in bytes: memcached takes 250, and a client may put a prefix before it. */
const MAX_BYTES = 200;
const MAX_PREFIX_BYTES = 100;

/**
 * Bytes that no key may hold, the mark of an escape itself, halves of surrogate pairs, which UTF-8 cannot write, and the
 * separator: so a prefix that goes on from another one shares no key with it.
 */
const ESCAPED = /[\0-\x20\x7f%:]|\p{Cs}/gu;
const ESCAPE = /%(?:u([0-9A-F]{4})|([0-9A-F]{2}))/g;
const FORBIDDEN_IN_PREFIX = /[\0-\x20\x7f]|\p{Cs}/u;

/** Stands before a digest; an escape never begins so. */
const DIGEST_MARK = '%#';

/** Writes ids of any text and length as keys of memcached. Each has one form, and no two share one. */
export class SessionKeys {
  readonly prefix: string;

  /** @throws ConfigurationError */
  constructor(prefix: string) {
    if (typeof prefix !== 'string' || FORBIDDEN_IN_PREFIX.test(prefix)) {
      throw new ConfigurationError('prefix must be text without spaces and control characters');
    }
    if (Buffer.byteLength(prefix) > MAX_PREFIX_BYTES) {
      throw new ConfigurationError(`prefix must be at most ${MAX_PREFIX_BYTES} bytes`);
    }
    this.prefix = prefix;
  }

  /** @throws InvalidKeyError */
  write(sid: string): string {
    if (typeof sid !== 'string' || sid === '')
      throw new InvalidKeyError('a session id must be text that is not empty');
    const text = sid.replace(ESCAPED, escapeOf);
    const key = this.prefix + text;
    if (Buffer.byteLength(key) <= MAX_BYTES) return key;
    return this.prefix + DIGEST_MARK + createHash('sha256').update(text).digest('base64url');
  }

  /** Whether it is the key of a session of this prefix. */
  isOwn(key: string): boolean {
    return key.startsWith(this.prefix) && !key.includes(':', this.prefix.length);
  }

  /** The id of a session's key; `undefined` where the key is another's, and where it holds only a digest of the id. */
  read(key: string): string | undefined {
    if (!this.isOwn(key) || this.isDigest(key)) return undefined;
    return key
      .slice(this.prefix.length)
      .replace(ESCAPE, (_, long?: string, short?: string) =>
        String.fromCharCode(Number.parseInt(long ?? short ?? '', 16)),
      );
  }

  /** Whether it is the key of an id that was too long. */
  isDigest(key: string): boolean {
    return key.startsWith(this.prefix + DIGEST_MARK);
  }
}

function escapeOf(character: string): string {
  const code = character.charCodeAt(0);
  const digits = code.toString(16).toUpperCase();
  return code > 0xff ? `%u${digits}` : `%${digits.padStart(2, '0')}`;
}
