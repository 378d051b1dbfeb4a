/** A Python value as `described_value.py` tells it: the name of its type and its content. */
export type Description =
  | { readonly t: 'none' }
  | { readonly t: 'bool'; readonly v: boolean }
  /**
   * Decimal digits, the hexadecimal digits of a double's eight bytes or `nan`, text, or hexadecimal digits.
   */
  | { readonly t: 'int' | 'float' | 'str' | 'bytes' | 'bytearray'; readonly v: string }
  | { readonly t: 'list' | 'tuple' | 'set' | 'frozenset'; readonly v: readonly Description[] }
  | { readonly t: 'dict' | 'ordereddict'; readonly v: readonly (readonly [Description, Description])[] }
  | { readonly t: 'date' | 'timedelta'; readonly v: readonly number[] }
  | TimeDescription
  | TimezoneDescription
  /** For a range: start, stop and step. */
  | { readonly t: 'range'; readonly v: readonly string[] }
  | { readonly t: 'decimal' | 'uuid'; readonly v: string }
  /** A type that has no description, or what was raised where a value was read. */
  | { readonly t: 'other' | 'error'; readonly v: string };

/** `offset` is the distance from UTC in microseconds, null where the value says none. */
export interface TimeDescription {
  readonly t: 'datetime' | 'time';
  readonly v: readonly number[];
  readonly offset: number | null;
  readonly fold: number;
}

/** `v` holds the name, if it was given one. */
export interface TimezoneDescription {
  readonly t: 'timezone';
  readonly v: readonly string[];
  readonly offset: number;
}

/** The number of a described float. */
export function floatOf(digits: string): number {
  if (digits === 'nan') return Number.NaN;
  return new DataView(Uint8Array.from(bytesOf(digits)).buffer).getFloat64(0);
}

/** The description of a number as Python's float. */
export function describeFloat(value: number): Description {
  if (Number.isNaN(value)) return { t: 'float', v: 'nan' };
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return { t: 'float', v: hexOf(new Uint8Array(view.buffer)) };
}

export function bytesOf(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** How {@link canonical} looks at times. */
export interface Comparison {
  /** False: times have no fold, as in pickles below protocol 4. */
  readonly fold: boolean;
}

/** The same value without the order that Python's equality does not look at: of sets and dicts. */
export function canonical(value: Description, how: Comparison = { fold: true }): Description {
  const pair = ([key, item]: readonly [Description, Description]) =>
    [canonical(key, how), canonical(item, how)] as const;
  switch (value.t) {
    case 'list':
    case 'tuple':
      return { t: value.t, v: value.v.map((item) => canonical(item, how)) };
    case 'set':
    case 'frozenset':
      return { t: value.t, v: sortedByText(value.v.map((item) => canonical(item, how))) };
    case 'dict':
      return { t: value.t, v: sortedByText(value.v.map(pair)) };
    case 'ordereddict':
      return { t: value.t, v: value.v.map(pair) };
    case 'datetime':
    case 'time':
      return how.fold ? value : { ...value, fold: 0 };
    default:
      return value;
  }
}

/** The same items, in an order that does not depend on the one they came in. */
export function sortedByText<T>(items: readonly T[]): T[] {
  const texts = new Map(items.map((item) => [item, JSON.stringify(item)]));
  return [...items].sort((a, b) => ((texts.get(a) ?? '') < (texts.get(b) ?? '') ? -1 : 1));
}
