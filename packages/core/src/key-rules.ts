import { checkKey, InvalidKeyError, MAX_KEY_BYTES, type WireKey } from '@mc/protocol';
import type { Key } from './contract.js';
import { encodeUtf8, utf8Length } from './runtime.js';
import { sha256Hex } from './sha256.js';

/** How keys go to the wire, and what of them decides on the server. */
export interface KeyRules {
  /** Put before every key. */
  readonly prefix: string;
  /** Whether the prefix has a part in choosing the server. */
  readonly hashesPrefix: boolean;
  /** Names another key that decides on the server. */
  readonly routeBy: ((key: Key) => Key) | undefined;
  /** Whether a key that is too long is replaced by a digest. */
  readonly digestsLongKeys: boolean;
}

const DIGEST_MARK = '@mc/sha256/';
const DIGEST_FORM: RegExp = /^@mc\/sha256\/[0-9a-f]{64}$/;

/** The key as it is sent. @throws InvalidKeyError */
export function wireKeyOf(rules: KeyRules, key: Key, prefix: string = rules.prefix): WireKey {
  return rules.digestsLongKeys && needsDigest(key, prefix) ? digestOf(key, prefix) : checkKey(key, prefix);
}

/** True for a key that is too long, and for one that looks like a digest, so that it is taken for no other key's. */
function needsDigest(key: Key, prefix: string): boolean {
  if (typeof key !== 'string') {
    return key instanceof Uint8Array && key.length + utf8Length(prefix) > MAX_KEY_BYTES;
  }
  // UTF-8 takes at most three bytes for a unit of UTF-16.
  if (3 * (key.length + prefix.length) <= MAX_KEY_BYTES) return DIGEST_FORM.test(key);
  return utf8Length(prefix + key) > MAX_KEY_BYTES || DIGEST_FORM.test(key);
}

/** @throws InvalidKeyError for what no key may hold, however long it is */
function digestOf(key: Key, prefix: string): WireKey {
  if (typeof key === 'string' && !key.isWellFormed()) {
    throw new InvalidKeyError('a key must be well-formed text (lone surrogate)');
  }
  const bytes = typeof key === 'string' ? encodeUtf8(key) : key;
  if (bytes.some((byte) => byte <= 0x20 || byte === 0x7f)) {
    throw new InvalidKeyError('a key must not hold spaces or control characters (bytes <= 0x20 and 0x7f)');
  }
  return checkKey(DIGEST_MARK + sha256Hex(bytes), prefix);
}

/** What decides on the server of a key. @throws InvalidKeyError */
export function decidingKey(rules: KeyRules, key: Key, routeBy: Key | undefined): WireKey {
  const wireKey = wireKeyOf(rules, key);
  return routeKeyOf(rules, key, wireKey, routeBy) ?? wireKey;
}

/** What decides on the server where it is not the key as it is sent; else `undefined`. @throws InvalidKeyError */
export function routeKeyOf(
  rules: KeyRules,
  key: Key,
  wireKey: WireKey,
  routeBy: Key | undefined,
): WireKey | undefined {
  if (rules.hashesPrefix && rules.routeBy === undefined && routeBy === undefined) return undefined;
  const deciding = routeBy ?? rules.routeBy?.(key);
  const whole = deciding === undefined ? wireKey : wireKeyOf(rules, deciding);
  return rules.hashesPrefix ? whole : withoutPrefix(whole, rules.prefix);
}

function withoutPrefix(key: WireKey, prefix: string): WireKey {
  // Checked with its prefix, and every part of a checked key may stand alone.
  const rest = typeof key === 'string' ? key.slice(prefix.length) : key.subarray(utf8Length(prefix));
  return rest as unknown as WireKey;
}
