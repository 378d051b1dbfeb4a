import { checkInteger } from './number-range.js';
import { fractionText, offsetText, type PythonTimezone, twoDigits } from './timezone.js';

const MONTHS_OF_30_DAYS: ReadonlySet<number> = new Set([4, 6, 9, 11]);

function daysOf(year: number, month: number): number {
  if (month !== 2) return MONTHS_OF_30_DAYS.has(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** Python's `datetime.date`: a day of the calendar. */
export class PythonDate {
  /** 1 to 9999. */
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;

  /** @throws RangeError for a day that there is not */
  constructor(year: number, month: number, day: number) {
    this.year = checkInteger('year', year, 1, 9999);
    this.month = checkInteger('month', month, 1, 12);
    this.day = checkInteger('day', day, 1, daysOf(year, month));
  }

  /** `2024-01-02`. */
  toString(): string {
    return `${String(this.year).padStart(4, '0')}-${twoDigits(this.month)}-${twoDigits(this.day)}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** Python's `datetime.time`: a time of day, without a day. */
export class PythonTime {
  /** 0 to 23. */
  readonly hour: number;
  /** 0 to 59. */
  readonly minute: number;
  /** 0 to 59. */
  readonly second: number;
  /** 0 to 999,999. */
  readonly microsecond: number;
  /** Undefined: it says nothing of a time zone, Python's "naive". */
  readonly timezone: PythonTimezone | undefined;
  /** 1: the second of two equal times of a night when clocks are set back. Lost in pickles below protocol 4. */
  readonly fold: number;

  /** @throws RangeError for a time that there is not */
  constructor(hour = 0, minute = 0, second = 0, microsecond = 0, timezone?: PythonTimezone, fold = 0) {
    this.hour = checkInteger('hour', hour, 0, 23);
    this.minute = checkInteger('minute', minute, 0, 59);
    this.second = checkInteger('second', second, 0, 59);
    this.microsecond = checkInteger('microsecond', microsecond, 0, 999_999);
    this.timezone = timezone;
    this.fold = checkInteger('fold', fold, 0, 1);
  }

  /** `03:04:05.000006+01:00`. */
  toString(): string {
    const time = `${twoDigits(this.hour)}:${twoDigits(this.minute)}:${twoDigits(this.second)}`;
    const offset = this.timezone === undefined ? '' : offsetText(this.timezone);
    return time + fractionText(this.microsecond) + offset;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** Python's `datetime.datetime`: a day and a time of day. */
export class PythonDatetime {
  /** 1 to 9999. */
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
  /** 0 to 23. */
  readonly hour: number;
  /** 0 to 59. */
  readonly minute: number;
  /** 0 to 59. */
  readonly second: number;
  /** 0 to 999,999. */
  readonly microsecond: number;
  /** Undefined: it says nothing of a time zone, Python's "naive". */
  readonly timezone: PythonTimezone | undefined;
  /** 1: the second of two equal times of a night when clocks are set back. Lost in pickles below protocol 4. */
  readonly fold: number;

  /**
   * The parts in the order of Python's constructor.
   *
   * @throws RangeError for a time that there is not
   */
  constructor(
    year: number,
    month: number,
    day: number,
    hour = 0,
    minute = 0,
    second = 0,
    microsecond = 0,
    timezone?: PythonTimezone,
    fold = 0,
  ) {
    const date = new PythonDate(year, month, day);
    const time = new PythonTime(hour, minute, second, microsecond, timezone, fold);
    this.year = date.year;
    this.month = date.month;
    this.day = date.day;
    this.hour = time.hour;
    this.minute = time.minute;
    this.second = time.second;
    this.microsecond = time.microsecond;
    this.timezone = time.timezone;
    this.fold = time.fold;
  }

  /** The same instant; without a time zone it is taken as UTC. Microseconds are cut to milliseconds. */
  toDate(): Date {
    const date = new Date(0);
    date.setUTCFullYear(this.year, this.month - 1, this.day);
    date.setUTCHours(this.hour, this.minute, this.second, 0);
    const { days, seconds, microseconds } = this.timezone?.offset ?? NO_OFFSET;
    const ms = (this.microsecond - microseconds) / 1000;
    return new Date(date.getTime() + Math.floor(ms) - (days * 86_400 + seconds) * 1000);
  }

  /** `2024-01-02T03:04:05.000006+01:00`, as Python's `isoformat()`. */
  toString(): string {
    const { year, month, day, hour, minute, second, microsecond, timezone } = this;
    return `${new PythonDate(year, month, day)}T${new PythonTime(hour, minute, second, microsecond, timezone)}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

const NO_OFFSET = { days: 0, seconds: 0, microseconds: 0 };
