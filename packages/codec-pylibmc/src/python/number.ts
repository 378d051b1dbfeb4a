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

/** Python's `decimal.Decimal`: a decimal number as text, with all its digits. */
export class PythonDecimal {
  /** As `str()` gives it in Python: `1.10`, `-1E+5`, `NaN`. */
  readonly text: string;

  /** @throws RangeError for text that is no decimal number */
  constructor(text: string) {
    if (typeof text !== 'string' || !DECIMAL.test(text)) {
      throw new RangeError('a PythonDecimal is made of a decimal number as text');
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
