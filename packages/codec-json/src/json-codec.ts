import type { Codec } from '@mc/core';
import { isPlainJson } from './is-plain-json.js';
import { plainCopy } from './plain-copy.js';
import { refusal } from './refusal.js';
import { strictText } from './strict-text.js';

/** JSON.stringify escapes a surrogate only where it stands alone. An even number of backslashes before it is text. */
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/**
 * JSON, for everything that the client does not store in a form of its own. What JSON cannot give back as it was is
 * refused, with the exceptions that the README lists. `decode` returns a new object each time.
 */
export function jsonCodec(): Codec {
  return { name: 'json', id: 1, encode, decode };
}

/** @throws TypeError for what JSON cannot hold; its message says the kind of thing, never its content */
function encode(value: unknown): string {
  const text = JSON.stringify(isPlainJson(value, 0) ? value : plainCopy(value));
  if (text.includes('\\ud') && LONE_SURROGATE.test(text)) throw refusal('text with a lone surrogate');
  return text;
}

/** @throws SyntaxError for bytes that are not UTF-8 or not JSON; without a cause, which would quote the data */
function decode(data: Uint8Array): unknown {
  let text: string;
  try {
    text = strictText(data);
  } catch {
    throw new SyntaxError('the stored bytes are not UTF-8');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError('the stored text is not JSON');
  }
}
