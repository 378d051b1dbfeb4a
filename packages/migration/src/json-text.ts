import { DecodeError } from '@mc/core';
import { strictText } from './strict-text.js';

/** The value of stored JSON. @throws DecodeError */
export function readJson(data: Uint8Array): unknown {
  return parseJson(strictText(data, 0, data.length, 'the value is marked as JSON and is not UTF-8'));
}

/** @throws DecodeError without a cause, which would quote the data */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DecodeError('the value is marked as JSON and is none');
  }
}
