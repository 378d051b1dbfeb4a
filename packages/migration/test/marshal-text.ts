/** An integer of up to four bytes as Marshal writes lengths and small Integers, a character a byte. */
export function fixnum(value: number): string {
  if (value === 0) return '\x00';
  if (value > 0 && value < 123) return String.fromCharCode(value + 5);
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return `${value < 0 ? '\xfc' : '\x04'}${bytes.toString('latin1')}`;
}

/** An Integer of `words` 32-bit words, the highest of which is given and the others are 0. */
export function bignum(words: number, highest: number): string {
  const bytes = Buffer.alloc(words * 4);
  bytes.writeUInt32LE(highest, bytes.length - 4);
  return `l+${fixnum(words * 2)}${bytes.toString('latin1')}`;
}

/** An Array of parts that are written already. */
export function marshalArray(parts: readonly string[]): string {
  return `[${fixnum(parts.length)}${parts.join('')}`;
}

/** A Hash with these keys, each of which has nil. */
export function marshalHash(keys: readonly string[]): string {
  return `{${fixnum(keys.length)}${keys.map((key) => `${key}0`).join('')}`;
}
