/** A version of the pickle format that is written. */
export type PickleProtocol = 2 | 3 | 4 | 5;

/** How pickles are written and read. */
export interface PickleOptions {
  /** Version of the format that is written: 2 to 5. Python 3.8 and later write 5. Reading takes 0 to 5. Default 5. */
  readonly protocol?: PickleProtocol;
  /**
   * True: each Python type comes in a form that is written back as the same type with the same value, so a tuple is a
   * `PythonTuple` and 1.0 a `PythonFloat`. False: the nearest JavaScript value. Default false.
   */
  readonly exact?: boolean;
  /** Levels of containers that are written and read: 1 to 1,000. Default 500. */
  readonly maxDepth?: number;
  /**
   * How many values a pickle may make when it is read, all members and what is thrown away again among them, and how
   * many it may remember: 1 to 2^31 - 1. Default 1,000,000.
   */
  readonly maxItems?: number;
  /** What to do with bytes behind the end of a pickle, which Python never looks at. Default `refuse`. */
  readonly trailingBytes?: 'refuse' | 'ignore';
}

/** Options with nothing left open. */
export interface PickleSettings {
  readonly protocol: PickleProtocol;
  readonly exact: boolean;
  readonly maxDepth: number;
  readonly maxItems: number;
  readonly ignoreTrailing: boolean;
}

/** Deepest nesting that the writer, which calls itself for each level, is sure to have stack for. */
const LARGEST_DEPTH = 1000;
const LARGEST_COUNT = 2 ** 31 - 1;

/** @throws RangeError or TypeError for an option out of its range */
export function pickleSettings(options: PickleOptions = {}): PickleSettings {
  const { protocol = 5, exact = false, trailingBytes = 'refuse' } = options;
  if (![2, 3, 4, 5].includes(protocol)) throw new RangeError('protocol must be 2, 3, 4 or 5');
  if (typeof exact !== 'boolean') throw new TypeError('exact must be true or false');
  if (trailingBytes !== 'refuse' && trailingBytes !== 'ignore') {
    throw new RangeError("trailingBytes must be 'refuse' or 'ignore'");
  }
  return {
    protocol,
    exact,
    maxDepth: checkCount('maxDepth', options.maxDepth ?? 500, LARGEST_DEPTH),
    maxItems: checkCount('maxItems', options.maxItems ?? 1_000_000, LARGEST_COUNT),
    ignoreTrailing: trailingBytes === 'ignore',
  };
}

function checkCount(name: string, count: number, largest: number): number {
  if (!Number.isInteger(count) || count < 1 || count > largest) {
    throw new RangeError(`${name} must be an integer from 1 to ${largest}`);
  }
  return count;
}
