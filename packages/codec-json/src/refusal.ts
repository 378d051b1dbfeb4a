/** Deepest nesting of objects and arrays that is written. */
export const MAX_DEPTH = 1000;

/** The error for a value that JSON cannot hold. It says what kind of thing it is, never what is in it. */
export function refusal(what: string): TypeError {
  return new TypeError(`JSON cannot hold ${what}`);
}

/** What to call a value that is no JSON and not an object. */
export function nameOfPrimitive(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'undefined (here; as a member of an object it is left out)';
    case 'bigint':
      return 'a bigint within an object or array';
    case 'symbol':
      return 'a symbol';
    case 'function':
      return 'a function';
    default:
      return 'NaN or an infinity';
  }
}
