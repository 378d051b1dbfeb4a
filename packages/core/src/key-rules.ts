import { checkKey, InvalidKeyError, MAX_KEY_BYTES, plainBytes, type WireKey } from '@mc/protocol';
import type { Key } from './contract.js';
import { ConfigurationError } from './errors.js';
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
/** How long what stands in the place of a long key is. */
export const DIGEST_LENGTH: number = DIGEST_MARK.length + 64;
const DIGEST_FORM: RegExp = /^@mc\/sha256\/[0-9a-f]{64}$/;

/** The key with what a call puts before its keys: all rules are for the two together. @throws InvalidKeyError */
export function joinedKey(callPrefix: string, key: Key): Key {
  if (callPrefix === '') return key;
  if (typeof key === 'string') return callPrefix + key;
  const bytes = plainBytes(key);
  if (bytes === undefined) return key;
  const before = utf8Of(callPrefix);
  const joined = new Uint8Array(before.length + bytes.length);
  joined.set(before);
  joined.set(bytes, before.length);
  return joined;
}

/** The key as it is sent. @throws InvalidKeyError */
export function wireKeyOf({ prefix, digestsLongKeys }: KeyRules, key: Key): WireKey {
  const replaced = digestsLongKeys ? bytesToReplace(key, prefix) : undefined;
  return replaced === undefined ? checkKey(key, prefix) : digestOf(replaced, prefix);
}

/** A key that is too long, and one that looks like a digest, so that it is taken for no other key's; else `undefined`. */
function bytesToReplace(key: Key, prefix: string): Uint8Array | undefined {
  if (typeof key === 'string') {
    // UTF-8 takes at most three bytes for a unit of UTF-16.
    const mayBeLong = 3 * (key.length + prefix.length) > MAX_KEY_BYTES;
    const isLong = mayBeLong && utf8Length(prefix + key) > MAX_KEY_BYTES;
    return isLong || DIGEST_FORM.test(key) ? utf8Of(key) : undefined;
  }
  const bytes = plainBytes(key);
  if (bytes === undefined) return undefined;
  if (bytes.length + utf8Length(prefix) > MAX_KEY_BYTES) return bytes;
  const isLike = bytes.length === DIGEST_LENGTH && DIGEST_FORM.test(String.fromCharCode(...bytes));
  return isLike ? bytes : undefined;
}

/** @throws InvalidKeyError for what no key may hold, however long it is */
function digestOf(bytes: Uint8Array, prefix: string): WireKey {
  if (bytes.some((byte) => byte <= 0x20 || byte === 0x7f)) {
    throw new InvalidKeyError('a key must not hold spaces or control characters (bytes <= 0x20 and 0x7f)');
  }
  return checkKey(DIGEST_MARK + sha256Hex(bytes), prefix);
}

/** @throws InvalidKeyError */
function utf8Of(text: string): Uint8Array {
  if (text.isWellFormed()) return encodeUtf8(text);
  throw new InvalidKeyError('a key must be well-formed text (lone surrogate)');
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
  const deciding = routeBy ?? namedBy(rules.routeBy, key);
  const whole = deciding === undefined ? wireKey : wireKeyOf(rules, deciding);
  return rules.hashesPrefix ? whole : withoutPrefix(whole, rules.prefix);
}

/** @throws ConfigurationError where the function of the client throws */
function namedBy(routeBy: KeyRules['routeBy'], key: Key): Key | undefined {
  try {
    return routeBy?.(key);
  } catch (cause) {
    throw new ConfigurationError('routeBy failed', { cause });
  }
}

function withoutPrefix(key: WireKey, prefix: string): WireKey {
  // Checked with its prefix, and every part of a checked key may stand alone.
  const rest = typeof key === 'string' ? key.slice(prefix.length) : key.subarray(utf8Length(prefix));
  return rest as unknown as WireKey;
}
