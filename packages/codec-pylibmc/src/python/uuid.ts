const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Python's `uuid.UUID`. */
export class PythonUuid {
  /** 36 characters, lower case: `12345678-1234-5678-1234-567812345678`. */
  readonly text: string;
  /** Whether it was made in a way that is safe among processes: 0 yes, -1 no, undefined not known. */
  readonly isSafe: 0 | -1 | undefined;

  /** @throws RangeError for text that is no UUID */
  constructor(text: string, isSafe?: 0 | -1) {
    const lower = typeof text === 'string' ? text.toLowerCase() : '';
    if (!UUID.test(lower)) throw new RangeError('a PythonUuid is made of 32 hexadecimal digits with hyphens');
    if (isSafe !== undefined && isSafe !== 0 && isSafe !== -1) {
      throw new RangeError('isSafe must be 0, -1 or undefined');
    }
    this.text = lower;
    this.isSafe = isSafe;
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }
}
