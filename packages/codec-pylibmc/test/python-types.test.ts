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
import { describe, expect, it } from 'vitest';
import { expectSame } from './equality.js';

const hour = new PythonTimezone(new PythonTimedelta(0, 3600));

describe('as text and JSON', () => {
  it.each<[value: { toString(): string }, text: string]>([
    [new PythonFloat(1), '1'],
    [new PythonDecimal('1.10'), '1.10'],
    [new PythonUuid('12345678-1234-5678-1234-56781234567A'), '12345678-1234-5678-1234-56781234567a'],
    [new PythonRange(0, 3), 'range(0, 3, 1)'],
    [new PythonDate(33, 1, 2), '0033-01-02'],
    [new PythonTime(3, 4, 5), '03:04:05'],
    [new PythonTime(3, 4, 5, 6, hour), '03:04:05.000006+01:00'],
    [new PythonDatetime(2024, 1, 2), '2024-01-02T00:00:00'],
    [new PythonDatetime(2024, 1, 2, 3, 4, 5, 60, hour), '2024-01-02T03:04:05.000060+01:00'],
    [new PythonTimedelta(1, 2), '1 day, 0:00:02'],
    [new PythonTimedelta(-1, 0, 1), '-1 day, 0:00:00.000001'],
    [new PythonTimedelta(2, 36_061), '2 days, 10:01:01'],
    [new PythonTimezone(new PythonTimedelta()), 'UTC'],
    [hour, 'UTC+01:00'],
    [new PythonTimezone(new PythonTimedelta(-1, 68_400)), 'UTC-05:00'],
    [new PythonTimezone(new PythonTimedelta(0, -1172, 5)), 'UTC-00:19:31.999995'],
    [new PythonTimezone(new PythonTimedelta(), 'GMT'), 'GMT'],
  ])('%s', (value, text) => expect(String(value)).toBe(text));

  it('is JSON that shows what is in it', () => {
    const value = [
      new PythonFloat(1),
      new PythonTuple([1, 2]),
      new PythonFrozenset([3]),
      new PythonOrderedDict([['z', 1]]),
      new PythonDecimal('1.10'),
      new PythonDate(2024, 1, 2),
      new PythonTime(1),
      new PythonDatetime(2024, 1, 2),
      hour,
      new PythonUuid('00000000-0000-0000-0000-000000000001'),
    ];
    expect(JSON.parse(JSON.stringify(value))).toEqual([
      1,
      [1, 2],
      [3],
      [['z', 1]],
      '1.10',
      '2024-01-02',
      '01:00:00',
      '2024-01-02T00:00:00',
      'UTC+01:00',
      '00000000-0000-0000-0000-000000000001',
    ]);
  });
});

describe('their parts', () => {
  it('can be walked', () => {
    expect([...new PythonTuple(new Set([1, 2]))]).toEqual([1, 2]);
    expect([...new PythonFrozenset([1, 1])]).toEqual([1]);
    expect([...new PythonOrderedDict([['a', 1]])]).toEqual([['a', 1]]);
  });

  it('are their own: the list that a tuple is made of may change', () => {
    const items = [1];
    const tuple = new PythonTuple(items);
    items.push(2);
    expect(tuple.items).toEqual([1]);
  });

  it('of a timedelta are in their ranges', () => {
    expect(new PythonTimedelta(0, -1)).toMatchObject({ days: -1, seconds: 86_399, microseconds: 0 });
    expect(new PythonTimedelta(0, 0, -1)).toMatchObject({ days: -1, seconds: 86_399, microseconds: 999_999 });
    expect(new PythonTimedelta(0, 90_000, 2_000_001)).toMatchObject({
      days: 1,
      seconds: 3602,
      microseconds: 1,
    });
    expectSame(new PythonTimedelta(-0, -0, -0), new PythonTimedelta());
    expect(new PythonTimedelta(1, 1, 500_000).totalSeconds).toBe(86_401.5);
  });

  it('of a datetime are an instant', () => {
    expectSame(new PythonDatetime(1, 1, 1).toDate(), new Date(-62_135_596_800_000));
    expectSame(
      new PythonDatetime(2024, 1, 2, 3, 4, 5, 6999, hour).toDate(),
      new Date('2024-01-02T02:04:05.006Z'),
    );
    const odd = new PythonTimezone(new PythonTimedelta(0, 0, 1));
    expectSame(new PythonDatetime(1970, 1, 1, 0, 0, 0, 0, odd).toDate(), new Date(-1));
  });
});

describe('what they refuse', () => {
  it.each<[what: string, make: () => unknown]>([
    ['a float of text', () => new PythonFloat('1' as unknown as number)],
    ['a decimal of words', () => new PythonDecimal('one')],
    ['a decimal with white space', () => new PythonDecimal(' 1')],
    ['a decimal of a number', () => new PythonDecimal(1 as unknown as string)],
    ['a UUID that is too short', () => new PythonUuid('1234')],
    ['a UUID of a number', () => new PythonUuid(1 as unknown as string)],
    ['another safety', () => new PythonUuid('00000000-0000-0000-0000-000000000001', 1 as 0)],
    ['a bytearray of numbers', () => new PythonBytearray([1] as unknown as Uint8Array)],
    ['a range of fractions', () => new PythonRange(0.5, 1)],
    ['a range of step 0', () => new PythonRange(0, 1, 0)],
    ['a range of step 0n', () => new PythonRange(0, 1, 0n)],
    ['a 31st of April', () => new PythonDate(2024, 4, 31)],
    ['a 29th of February 2023', () => new PythonDate(2023, 2, 29)],
    ['an hour 24', () => new PythonTime(24)],
    ['a second 60', () => new PythonTime(0, 0, 60)],
    ['a fold of 2', () => new PythonTime(0, 0, 0, 0, undefined, 2)],
    ['a year 10000', () => new PythonDatetime(10_000, 1, 1)],
    ['a month of NaN', () => new PythonDatetime(2024, Number.NaN, 1)],
    ['a timedelta of a fraction', () => new PythonTimedelta(0.5)],
    ['a timedelta that is too long', () => new PythonTimedelta(999_999_999, 86_400)],
    ['an offset of a day', () => new PythonTimezone(new PythonTimedelta(1))],
    ['an offset of a day back', () => new PythonTimezone(new PythonTimedelta(-1))],
    ['a name that is a number', () => new PythonTimezone(new PythonTimedelta(), 1 as unknown as string)],
  ])('%s', (_, make) => {
    try {
      make();
    } catch (error) {
      expect(error instanceof RangeError || error instanceof TypeError).toBe(true);
      return;
    }
    throw new Error('it was taken');
  });

  it('takes every form of a decimal that Python writes', () => {
    for (const text of [
      '0',
      '-0',
      '1.10',
      '.5',
      '5.',
      '1E+5',
      '-1e-7',
      'NaN',
      'sNaN1',
      'nan12',
      'Infinity',
      '-inf',
    ]) {
      expect(String(new PythonDecimal(text))).toBe(text);
    }
    const long = `${'1'.repeat(65_535)}x`;
    expect(() => new PythonDecimal(long)).toThrow(RangeError);
    expect(String(new PythonDecimal('1'.repeat(65_536)))).toHaveLength(65_536);
    expect(() => new PythonDecimal('1'.repeat(65_537))).toThrow(RangeError);
  });

  it.each([
    '1e999999999999999999',
    '10E+999999999999999998',
    '0.01e1000000000000000001',
    '-.1e1000000000000000000',
    '000001.e999999999999999999',
    '1e-1999999999999999997',
    '1.5e-1999999999999999996',
    '0e-1999999999999999997',
    '0.000e1000000000000000002',
    `1e+${'0'.repeat(100)}5`,
    `${'1'.repeat(30)}`,
    `snan${'1'.repeat(30)}`,
  ])('takes the exponent of %s, as Python does', (text) => {
    expect(String(new PythonDecimal(text))).toBe(text);
  });

  it.each([
    '1e1000000000000000000',
    '10e999999999999999999',
    '1e99999999999999999999999',
    '-1E+9223372036854775808',
    '1e-1999999999999999998',
    '1.5e-1999999999999999997',
    '0e1000000000000000000',
    '0e-1999999999999999998',
    '0.000e1000000000000000003',
    `1e${'9'.repeat(60_000)}`,
  ])('refuses the exponent of %s, as Python does', (text) => {
    expect(() => new PythonDecimal(text)).toThrow(RangeError);
  });
});
