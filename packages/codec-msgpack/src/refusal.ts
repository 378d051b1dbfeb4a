/** Deepest nesting of objects and arrays that is written and read; twice as much overflows a usual stack with Sets. */
export const MAX_DEPTH = 500;

/** The error for a value that cannot be written. It says what kind of thing it is, never what is in it. */
export function refusal(what: string): TypeError {
  return new TypeError(`MessagePack cannot hold ${what}`);
}

/** The error for too many levels, which is also what a circle looks like. */
export function depthRefusal(orCircle: boolean): TypeError {
  const circle = orCircle ? ', or an object that contains itself' : '';
  return refusal(`more than ${MAX_DEPTH} levels of objects and arrays${circle}`);
}

/** The error for bytes that cannot be read. It never quotes them. */
export function damage(what: string): SyntaxError {
  return new SyntaxError(`the stored bytes are not what this codec writes or reads: ${what}`);
}

/** The error for a `Map` or `Set` that would take time by the square of its size. */
export function collision(): SyntaxError {
  return damage('a Map or Set of numbers that were chosen to take time');
}

const NAMED_KINDS: ReadonlySet<string> = new Set([
  ...['Map', 'Set', 'WeakMap', 'WeakSet', 'RegExp', 'Error', 'Promise', 'Date'],
  ...['ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Float32Array', 'Float64Array'],
  ...[
    'Int8Array',
    'Uint8Array',
    'Uint8ClampedArray',
    'Int16Array',
    'Uint16Array',
    'Int32Array',
    'Uint32Array',
  ],
  ...['BigInt64Array', 'BigUint64Array'],
]);

/** What to call an object that is refused: its kind as the language names it, never its own name. */
export function nameOfObject(value: object): string {
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  return NAMED_KINDS.has(kind) ? `an object of type ${kind}` : 'an instance of a class';
}
