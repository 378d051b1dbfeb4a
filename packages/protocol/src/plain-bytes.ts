const TYPED_ARRAY: object = Object.getPrototypeOf(Uint8Array.prototype);
const byteLengthOf: (this: unknown) => number = getterOf('byteLength');
const byteOffsetOf: (this: unknown) => number = getterOf('byteOffset');
const bufferOf: (this: unknown) => ArrayBuffer = getterOf('buffer');

function getterOf<T>(name: string): (this: unknown) => T {
  return Object.getOwnPropertyDescriptor(TYPED_ARRAY, name)?.get as (this: unknown) => T;
}

/**
 * The value as bytes whose length is what it says: a `Uint8Array` as it is, one that hides its true length behind a
 * property of its own without that, and `undefined` for all else, a proxy of a `Uint8Array` included.
 */
export function plainBytes(value: unknown): Uint8Array | undefined {
  if (!(value instanceof Uint8Array)) return undefined;
  try {
    const length = byteLengthOf.call(value);
    return value.length === length
      ? value
      : new Uint8Array(bufferOf.call(value), byteOffsetOf.call(value), length);
  } catch {
    return undefined;
  }
}
