/** The error for a value that has no pickle. It says what kind of thing it is, never what is in it. */
export function unwritable(what: string): TypeError {
  return new TypeError(`a pickle cannot hold ${what}`);
}

/** The error for a value that is too much. */
export function tooMuch(what: string): RangeError {
  return new RangeError(`a pickle does not hold ${what}`);
}

const NAMED_KINDS: ReadonlySet<string> = new Set([
  'WeakMap',
  'WeakSet',
  'RegExp',
  'Error',
  'Promise',
  'ArrayBuffer',
  'SharedArrayBuffer',
]);

/** What to call an object that is not written. */
export function kindOfObject(value: object): string {
  // A typed array, but for Uint8Array: a pickle has nothing that comes back as one.
  if (ArrayBuffer.isView(value)) return 'a typed array or view other than a Uint8Array';
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  return NAMED_KINDS.has(kind)
    ? `an object of type ${kind}`
    : 'an instance of a class that Python has no own type for';
}

/** What to call a value that is not written and no object. */
export function kindOfPrimitive(value: unknown): string {
  return value === undefined
    ? 'undefined (here; as a member of an object it is left out)'
    : `a ${typeof value}`;
}
