import { createHash } from 'node:crypto';

/*
 * Keys of any text and length as memcached keys: printable ASCII, at most 200 bytes, so that there is room for the
 * client's own prefix. Two keys never become one.
 */

/** What may stand in a key as it is. `|`, `#` and `@` have a meaning of their own there, and `%` begins an escape. */
const SAFE = /^[!"$&-?A-{}~]*$/;
/** Where a colon ends it. */
const SAFE_LINE = /^[!"$&-9;-?A-{}~]*$/;
const UNSAFE_CHARACTERS = /[^!"$&-?A-{}~]/gu;
const MAX_BYTES = 200;
const MAX_NAMESPACE_BYTES = 64;
const DIGEST_MARK = '#';
const ESCAPES = /%u([0-9A-F]{4})|(?:%[0-9A-F]{2})+/g;

/** Text as printable ASCII: UTF-8 bytes as `%XX`, a lone surrogate as `%uXXXX`. */
export function escapeText(text: string): string {
  return SAFE.test(text) ? text : text.replace(UNSAFE_CHARACTERS, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x80) return `%${hex(code, 2)}`;
  const isLoneSurrogate = character.length === 1 && code >= 0xd800 && code <= 0xdfff;
  return isLoneSurrogate ? `%u${hex(code, 4)}` : encodeURIComponent(character);
}

function hex(code: number, digits: number): string {
  return code.toString(16).toUpperCase().padStart(digits, '0');
}

/** The text that {@link escapeText} was given. @throws URIError for what it never wrote */
export function unescapeText(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(ESCAPES, (escaped, surrogate: string | undefined) =>
    surrogate === undefined
      ? decodeURIComponent(escaped)
      : String.fromCharCode(Number.parseInt(surrogate, 16)),
  );
}

/** Text as printable ASCII without a colon. */
export function escapeLine(text: string): string {
  return SAFE_LINE.test(text) ? text : escapeText(text).replaceAll(':', '%3A');
}

/** A namespace as the beginning of memcached keys; it holds no `:`, `|` or `@`. */
export function escapeNamespace(namespace: string): string {
  const escaped = escapeLine(namespace);
  return escaped.length > MAX_NAMESPACE_BYTES ? `${DIGEST_MARK}${digest(escaped)}` : escaped;
}

/** True where the text can be a key as it is. */
export function isPlainKey(text: string): boolean {
  return text.length <= MAX_BYTES && SAFE.test(text);
}

/** The key on the wire; `prefix` is the escaped namespace with its separator. */
export function wireKeyOf(prefix: string, key: string): string {
  const wire = prefix + escapeText(key);
  return wire.length <= MAX_BYTES ? wire : `${prefix}${DIGEST_MARK}${digest(wire.slice(prefix.length))}`;
}

/** True for a key on the wire that cannot be read back. */
export function isDigest(prefix: string, wire: string): boolean {
  return wire[prefix.length] === DIGEST_MARK;
}

/** The key that was given, unless only its digest is known. */
export function keyOfWire(prefix: string, wire: string): string | undefined {
  return isDigest(prefix, wire) ? undefined : unescapeText(wire.slice(prefix.length));
}

/** SHA-256 (FIPS 180-4), 43 characters. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
