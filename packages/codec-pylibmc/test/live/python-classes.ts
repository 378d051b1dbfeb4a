import {
  PythonBytearray,
  PythonDate,
  PythonDatetime,
  PythonDecimal,
  PythonFloat,
  PythonFrozenset,
  PythonOrderedDict,
  PythonRange,
  PythonTime,
  PythonTimedelta,
  PythonTimezone,
  PythonTuple,
  PythonUuid,
} from '@mc/codec-pylibmc';
import type { Random } from '@mc/testing';
import { type Description, describeFloat, hexOf } from './described-value.js';
import type { Make, NodeValues } from './node-values.js';
import type { Form } from './plain-form.js';
import { pythonForm } from './python-form.js';

/**
 * What a value of one of the package's classes is in Python, by its fields; undefined for any other object.
 */
export function describeInstance(value: object): Description | undefined {
  if (value instanceof PythonFloat) return describeFloat(value.value);
  if (value instanceof PythonTuple) return { t: 'tuple', v: value.items.map(describeAny) };
  if (value instanceof PythonFrozenset) return { t: 'frozenset', v: [...value.members].map(describeAny) };
  if (value instanceof PythonOrderedDict) {
    return {
      t: 'ordereddict',
      v: [...value.entries].map(([key, item]) => [describeAny(key), describeAny(item)]),
    };
  }
  if (value instanceof PythonBytearray) return { t: 'bytearray', v: hexOf(value.bytes) };
  if (value instanceof PythonDecimal) return { t: 'decimal', v: value.text };
  if (value instanceof PythonUuid) return { t: 'uuid', v: value.text };
  if (value instanceof PythonRange)
    return { t: 'range', v: [value.start, value.stop, value.step].map(String) };
  return describeTime(value);
}

function describeAny(value: unknown): Description {
  return pythonForm(value, describeInstance);
}

function describeTime(value: object): Description | undefined {
  if (value instanceof PythonDate) return { t: 'date', v: [value.year, value.month, value.day] };
  if (value instanceof PythonTimedelta) {
    return { t: 'timedelta', v: [value.days, value.seconds, value.microseconds] };
  }
  if (value instanceof PythonTimezone) {
    return { t: 'timezone', v: value.name === undefined ? [] : [value.name], offset: offsetOf(value) };
  }
  if (!(value instanceof PythonTime || value instanceof PythonDatetime)) return undefined;
  const clock = [value.hour, value.minute, value.second, value.microsecond];
  const zone = { offset: value.timezone === undefined ? null : offsetOf(value.timezone), fold: value.fold };
  if (value instanceof PythonTime) return { t: 'time', v: clock, ...zone };
  return { t: 'datetime', v: [value.year, value.month, value.day, ...clock], ...zone };
}

/** Microseconds from UTC. */
function offsetOf({ offset }: PythonTimezone): number {
  return (offset.days * 86_400 + offset.seconds) * 1_000_000 + offset.microseconds;
}

/** Types that are read as the package's classes even where the nearest JavaScript value is asked for. */
const READ_AS_CLASSES: ReadonlySet<string> = new Set([
  ...['date', 'time', 'timedelta', 'timezone', 'decimal', 'uuid', 'range'],
]);

/** The form of an instance that was read: its Python type, and the description of its fields as text. */
export function formOfInstance(value: object): Form | undefined {
  const description = describeInstance(value);
  return description && { is: `Python's ${description.t}`, of: describedText(description) };
}

/** The form to expect of what is read as an instance. */
export function expectedInstance(written: Description): Form | undefined {
  if (!READ_AS_CLASSES.has(written.t)) return undefined;
  return { is: `Python's ${written.t}`, of: describedText(written) };
}

/**
 * The same text for the same description, whatever order its members came in. Times below protocol 4 lose
 * their fold.
 */
function describedText(description: Description): string {
  const members = Object.entries(description).filter(([name]) => name !== 'fold');
  return JSON.stringify(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const OFFSETS = [0, 3600, -18_000, 19_800, 45, -86_399, 86_399];

/** Random instances of each class. `values` makes what stands in the containers. */
export class PythonInstances {
  readonly #random: Random;
  /** Set once the values are made that take these instances among their own. */
  values: NodeValues | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  leaves(): Make[] {
    return [
      () => new PythonFloat(this.#random.integer(9) - 4),
      () => new PythonBytearray(this.#values.bytes(40)),
      () =>
        new PythonDecimal(
          this.#random.pick(['0', '-0', '1.50', '1E+5', '-1.23E-30', 'NaN', 'sNaN', '-Infinity']),
        ),
      () => this.#uuid(),
      () =>
        new PythonRange(this.#signed(99), 2 ** 40 + this.#signed(99), this.#random.pick([1, -3, 2n ** 70n])),
      () => this.#date(),
      () => new PythonTime(...this.#clock(), this.#zone(), this.#random.integer(2)),
      () => this.#datetime(),
      () =>
        new PythonTimedelta(
          this.#signed(1000),
          this.#random.integer(86_400),
          this.#random.integer(1_000_000),
        ),
      () => this.#timezone(),
    ];
  }

  trees(): Make[] {
    const pair = (depth: number) => [this.#values.text(), this.#values.value(depth)] as const;
    const pairs = (depth: number) => Array.from({ length: this.#values.length() }, () => pair(depth));
    return [
      (depth) => new PythonTuple(this.#values.array(depth)),
      () => new PythonFrozenset(this.#values.keys(this.#values.length())),
      (depth) => new PythonOrderedDict(pairs(depth)),
    ];
  }

  /** Those that Python can hash, of which no two are equal. */
  keys(): Make[] {
    const counter = { made: 0 };
    return [
      () => new PythonTuple(['key', counter.made++]),
      () => new PythonFrozenset(['key', counter.made++]),
      () => new PythonDecimal(`-${counter.made++}.0625`),
    ];
  }

  get #values(): NodeValues {
    if (this.values === undefined) throw new Error('there are no values to put in yet');
    return this.values;
  }

  #signed(most: number): number {
    return this.#random.integer(2 * most + 1) - most;
  }

  #uuid(): PythonUuid {
    const digits = Array.from({ length: 32 }, () => this.#random.integer(16).toString(16)).join('');
    return new PythonUuid(digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
  }

  #date(): PythonDate {
    return new PythonDate(
      1 + this.#random.integer(9999),
      1 + this.#random.integer(12),
      1 + this.#random.integer(28),
    );
  }

  #clock(): [number, number, number, number] {
    const { integer } = this.#random;
    return [
      integer(24),
      integer(60),
      integer(60),
      this.#random.pick([0, 1, 999, 1000, 999_999, integer(1_000_000)]),
    ];
  }

  #timezone(): PythonTimezone {
    const offset = new PythonTimedelta(0, this.#random.pick(OFFSETS), this.#random.integer(2));
    return this.#random.chance(0.3) ? new PythonTimezone(offset, 'Nowhere') : new PythonTimezone(offset);
  }

  #zone(): PythonTimezone | undefined {
    return this.#random.chance(0.3) ? undefined : this.#timezone();
  }

  #datetime(): PythonDatetime {
    const { year, month, day } = this.#date();
    return new PythonDatetime(year, month, day, ...this.#clock(), this.#zone(), this.#random.integer(2));
  }
}
