import {
  DecodeError,
  type ForeignLayout,
  type MigrationOptions,
  migrationFormat,
  type ValueFormat,
} from '@mc/core';
import { foreignFlags } from './flagged-layout.js';
import { parseJson } from './json-text.js';
import { numberText, parseJsNumber } from './number-text.js';
import { checkPresetOptions } from './preset-options.js';
import { strictText } from './strict-text.js';

const NAME = 'memcached (3rd-Eden)';
const TEXT = 0;
const JSON_TEXT = 2;
const BINARY = 4;
const NUMBER = 8;

/** It puts a backslash before each CR and LF of a value, whatever its type. */
const ESCAPED_LINE_BREAK = /\\([\r\n])/g;

/**
 * Reads what memcached (npm, 3rd-Eden) has written; writes our own.
 *
 * @throws ConfigurationError
 */
export function thirdEdenFormat(options: MigrationOptions = {}): ValueFormat {
  checkPresetOptions('thirdEdenFormat', options);
  return migrationFormat(THIRD_EDEN, options);
}

const THIRD_EDEN: ForeignLayout = {
  name: NAME,
  read(data: Uint8Array, flags: number): unknown {
    switch (flags) {
      case TEXT:
        return readText(data);
      case JSON_TEXT:
        return parseJson(readText(data));
      case BINARY:
        return readBinary(readText(data));
      case NUMBER:
        return parseJsNumber(numberText(data, 0, data.length));
      default:
        throw foreignFlags(NAME);
    }
  },
};

function readText(data: Uint8Array): string {
  const text = strictText(data, 0, data.length, 'the value was written as text and is not UTF-8');
  return text.includes('\\') ? text.replace(ESCAPED_LINE_BREAK, '$1') : text;
}

/** It writes a Buffer as UTF-8 of the text that has a character for each byte. @throws DecodeError */
function readBinary(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0xff) throw new DecodeError('the value is marked as bytes and holds a character that is none');
    bytes[at] = code;
  }
  return bytes;
}
