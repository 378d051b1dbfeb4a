import { checkInteger } from './number-range.js';

const SECONDS_A_DAY = 86_400;
const MICROSECONDS = 1_000_000;

/** Python's `datetime.timedelta`: a length of time. */
export class PythonTimedelta {
  /** -999,999,999 to 999,999,999. */
  readonly days: number;
  /** 0 to 86,399. */
  readonly seconds: number;
  /** 0 to 999,999. */
  readonly microseconds: number;

  /**
   * Any integers; they are brought into their ranges as in Python, so -1 second is -1 day and 86,399 seconds.
   *
   * @throws RangeError for what is no safe integer, or lasts longer than Python can say
   */
  constructor(days = 0, seconds = 0, microseconds = 0) {
    const most = Number.MAX_SAFE_INTEGER;
    const fraction = checkInteger('microseconds', microseconds, -most, most);
    const carried = Math.floor(fraction / MICROSECONDS);
    const inSeconds = checkInteger('seconds', seconds, -most, most) + carried;
    const carriedDays = Math.floor(inSeconds / SECONDS_A_DAY);
    this.days = checkInteger('days', days + carriedDays, -999_999_999, 999_999_999);
    this.seconds = inSeconds - carriedDays * SECONDS_A_DAY;
    this.microseconds = fraction - carried * MICROSECONDS;
  }

  /** Length in seconds; exact up to 270 years, as in Python. */
  get totalSeconds(): number {
    return this.days * SECONDS_A_DAY + this.seconds + this.microseconds / MICROSECONDS;
  }

  /** As Python shows it: `1 day, 0:00:02`. */
  toString(): string {
    const { days, seconds, microseconds } = this;
    const time = [Math.floor(seconds / 3600), twoDigits((seconds / 60) % 60), twoDigits(seconds % 60)].join(
      ':',
    );
    const ahead = days === 0 ? '' : `${days} day${Math.abs(days) === 1 ? '' : 's'}, `;
    return ahead + time + fractionText(microseconds);
  }
}

/** Python's `datetime.timezone`: a fixed distance from UTC. */
export class PythonTimezone {
  /** Less than 24 hours, either way. */
  readonly offset: PythonTimedelta;
  /** Undefined where Python makes the name from the offset. */
  readonly name: string | undefined;

  /** @throws RangeError for an offset of 24 hours or more */
  constructor(offset: PythonTimedelta, name?: string) {
    const { days, seconds, microseconds } = offset;
    const isLess = days === 0 || (days === -1 && seconds + microseconds > 0);
    if (!isLess) throw new RangeError('the offset of a PythonTimezone is less than 24 hours');
    if (name !== undefined && typeof name !== 'string')
      throw new TypeError('the name of a PythonTimezone is text');
    this.offset = offset;
    this.name = name;
  }

  /** `UTC`, `UTC+01:00`, or the name it was given. */
  toString(): string {
    if (this.name !== undefined) return this.name;
    const offset = offsetText(this);
    return offset === '+00:00' ? 'UTC' : `UTC${offset}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** `+01:00`, with seconds and microseconds only where there are any. */
export function offsetText({ offset }: PythonTimezone): string {
  const isBehind = offset.days < 0;
  const from = isBehind ? new PythonTimedelta(-offset.days, -offset.seconds, -offset.microseconds) : offset;
  const { seconds, microseconds } = from;
  const hours = `${twoDigits(seconds / 3600)}:${twoDigits((seconds / 60) % 60)}`;
  const rest = seconds % 60 === 0 && microseconds === 0 ? '' : `:${twoDigits(seconds % 60)}`;
  return `${isBehind ? '-' : '+'}${hours}${rest}${fractionText(microseconds)}`;
}

/** `05`, without what is behind the point. */
export function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, '0');
}

/** `.000005`, or nothing for 0. */
export function fractionText(microseconds: number): string {
  return microseconds === 0 ? '' : `.${String(microseconds).padStart(6, '0')}`;
}
