import { DecodeError } from '@mc/core';

/** What of the global object is used. */
interface Globals {
  readonly TextDecoder: new (
    label: string,
    options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
  ) => { decode(bytes: Uint8Array): string };
}

const { TextDecoder } = globalThis as unknown as Globals;
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Up to this many bytes, a loop over ASCII is quicker than a decoder. */
const SHORT_TEXT = 24;

/**
 * The text of `[start, end)`, as it is: a BOM is kept.
 *
 * @param otherwise what to say where the bytes are not UTF-8
 * @throws DecodeError
 */
export function strictText(bytes: Uint8Array, start: number, end: number, otherwise: string): string {
  if (end - start <= SHORT_TEXT) {
    const text = asciiText(bytes, start, end);
    if (text !== undefined) return text;
  }
  try {
    return strictDecoder.decode(bytes.subarray(start, end));
  } catch {
    throw new DecodeError(otherwise);
  }
}

/** The text of bytes that are ASCII; `undefined` where one is not. Meant for short texts. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = '';
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte > 0x7f) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}
