/** One value of each kind that the table in docs/values.md has a row for. */
export function valueSamples(): ReadonlyMap<string, unknown> {
  const itself: { self?: unknown } = {};
  itself.self = itself;
  const shared = { a: 1 };
  return new Map<string, unknown>([
    ['a number with a fraction', 1.5],
    ['`-0`', -0],
    ['`NaN`, the infinities', Number.NaN],
    ['an integer beyond 2^53, as a number', 2 ** 60],
    ['`null`', null],
    ['`undefined` at the top', undefined],
    ['a member that is `undefined`', { a: undefined, b: 1 }],
    ['arrays, plain objects', { list: [1, 'two', { three: true }] }],
    ['a member called `__proto__`', JSON.parse('{"__proto__": 1}')],
    ['a `Date`', new Date(1_700_000_000_123)],
    ['bytes within an object', { bytes: Uint8Array.of(1, 2, 255) }],
    ['a bigint within an object', { big: 2n ** 60n }],
    ['a `Map` with text keys', new Map([['a', 1]])],
    ['a `Map` with other keys', new Map([[1, 'a']])],
    ['a `Set`', new Set([1, 'a'])],
    ['a `RegExp`', /a+/gi],
    ['an `Error`', new RangeError('far')],
    ['other typed arrays', Float64Array.of(1.5, -2)],
    ['an `ArrayBuffer`', Uint8Array.of(1, 2).buffer],
    ['an object that contains itself', itself],
    ['one object in two places', [shared, shared]],
    [
      'an instance of a class',
      new (class Point {
        x = 1;
      })(),
    ],
    ['a function', () => 1],
  ]);
}
