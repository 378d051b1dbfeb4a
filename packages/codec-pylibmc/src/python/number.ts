/** Python's `float`, where the JavaScript number alone would be written as an `int`: 1.0 rather than 1. */
export class PythonFloat {
  readonly value: number;

  /** @throws TypeError for what is no number */
  constructor(value: number) {
    if (typeof value !== 'number') throw new TypeError('a PythonFloat holds a number');
    this.value = value;
  }

  valueOf(): number {
    return this.value;
  }

  toString(): string {
    return String(this.value);
  }

  toJSON(): number {
    return this.value;
  }
}

/** What `decimal.Decimal()` takes, without the white space and underscores that it would drop. */
const DECIMAL = /^[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?|inf(?:inity)?|s?nan[0-9]*)$/i;

/** Longest text of a decimal. Python takes longer ones; looking through them takes time. */
export const MAX_DECIMAL_LENGTH = 65_536;
/** Exponent of the first digit that Python's `decimal` takes at most: `MAX_EMAX`. */
const MAX_EXPONENT = 999_999_999_999_999_999n;
/** Exponent of the last digit that it takes at least: `MIN_ETINY`. */
const MIN_EXPONENT = -1_999_999_999_999_999_997n;
/** Shorter text than this has an exponent of 17 digits at most, which is far from these. */
const SHORTEST_OUTSIDE = 20;

/** Whether Python can have a decimal number with this exponent. Zeros have one too. */
function hasExponentOfPython(text: string): boolean {
  const at = text.length < SHORTEST_OUTSIDE ? -1 : text.search(/e/i);
  if (at < 0) return true;
  const exponent = text.slice(at + 1).replace(/^([+-]?)0*(?=[0-9])/, '$1');
  if (exponent.length > String(MIN_EXPONENT).length) return false;
  const [whole = '', fraction = ''] = text.slice(0, at).replace(/^[+-]/, '').split('.');
  const last = BigInt(exponent) - BigInt(fraction.length);
  const digits = `${whole}${fraction}`.replace(/^0+/, '').length;
  return last >= MIN_EXPONENT && last + BigInt(Math.max(digits, 1) - 1) <= MAX_EXPONENT;
}

/** Python's `decimal.Decimal`: a decimal number as text, with all its digits. */
export class PythonDecimal {
  /** As `str()` gives it in Python: `1.10`, `-1E+5`, `NaN`. 65,536 characters at most. */
  readonly text: string;

  /** @throws RangeError for text that is no decimal number, is too long, or has an exponent that Python does not take */
  constructor(text: string) {
    const isDecimal = typeof text === 'string' && text.length <= MAX_DECIMAL_LENGTH && DECIMAL.test(text);
    if (!isDecimal || !hasExponentOfPython(text)) {
      throw new RangeError('a PythonDecimal is made of a decimal number as text, as Python takes it');
    }
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }
}
