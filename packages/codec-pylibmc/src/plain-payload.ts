interface Decoder {
  decode(bytes: Uint8Array): string;
}

/** What of the global object is used. */
interface Globals {
  readonly TextDecoder: new (label: string, options?: object) => Decoder;
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
}

const { TextDecoder, TextEncoder } = globalThis as unknown as Globals;
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const latin1Decoder = new TextDecoder('latin1');
const encoder = new TextEncoder();

/** As Python: longer decimal text is not made an integer. */
const MAX_DIGITS = 4300;

/** What Python's `int()` takes: white space around it, a sign, and single underscores between digits. */
const INTEGER = /^[ \t-\r]*([+-]?[0-9]+(?:_[0-9]+)*)[ \t-\r]*$/;

/**
 * The integer of decimal text, as pylibmc has Python read it: what follows a NUL does not count.
 *
 * @throws RangeError for what is no integer
 */
export function pythonInteger(data: Uint8Array): number | bigint {
  const end = data.indexOf(0);
  const text = latin1Decoder.decode(end < 0 ? data : data.subarray(0, end));
  const digits = INTEGER.exec(text)?.[1]?.replaceAll('_', '');
  if (digits === undefined) throw new RangeError('the value is marked as an integer and is none');
  const unsigned = digits.replace(/^[+-]/, '');
  if (unsigned.length > MAX_DIGITS) throw tooManyDigits();
  const value = Number(digits);
  // 0 for -0: an integer has no such thing.
  if (Number.isSafeInteger(value)) return value + 0;
  return digits.startsWith('-') ? -BigInt(unsigned) : BigInt(unsigned);
}

/** @throws RangeError for what is no UTF-8; a BOM is kept */
export function strictText(data: Uint8Array): string {
  try {
    return strictDecoder.decode(data);
  } catch {
    throw new RangeError('the value is marked as text and is not UTF-8');
  }
}

/** @throws TypeError for text with a lone surrogate */
export function wellFormed(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('text with a lone surrogate has no UTF-8 form');
  return text;
}

/** Text as UTF-8. */
export function utf8Bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Decimal text. @throws RangeError for more digits than Python reads */
export function integerText(value: bigint): string {
  // Quick to tell, which its text of many digits is not.
  if (value.toString(16).length > MAX_DIGITS) throw tooManyDigits();
  const text = String(value);
  if (text.length - (value < 0n ? 1 : 0) > MAX_DIGITS) throw tooManyDigits();
  return text;
}

function tooManyDigits(): RangeError {
  return new RangeError(`the integer has more than ${MAX_DIGITS} digits, which Python does not read`);
}
