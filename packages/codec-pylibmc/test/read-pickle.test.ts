import {
  PythonBytearray,
  PythonDatetime,
  PythonFloat,
  PythonFrozenset,
  PythonOrderedDict,
  PythonTimedelta,
  PythonTimezone,
  PythonTuple,
  PythonUuid,
  readPickle,
  writePickle,
} from '@mc/codec-pylibmc';
import { describe, expect, it } from 'vitest';
import { expectSame } from './equality.js';
import { pickleOf, read, refusalOf } from './pickle-text.js';

describe('opcodes that Python 3 writes no longer', () => {
  it.each<[what: string, pickle: string, value: unknown]>([
    ['True of protocol 0', 'I01\n.', true],
    ['False of protocol 0', 'I00\n.', false],
    ['INT', 'I-42\n.', -42],
    ['LONG', 'L12L\n.', 12],
    ['LONG without L', 'L-9007199254740993\n.', -9007199254740993n],
    ['-0 as an integer', 'L-0L\n.', 0],
    ['FLOAT', 'F-1.5e3\n.', -1500],
    ['FLOAT without digits behind the point', 'F1.\n.', 1],
    ['FLOAT nan', 'Fnan\n.', Number.NaN],
    ['FLOAT -inf', 'F-inf\n.', Number.NEGATIVE_INFINITY],
    ['STRING', "S'it\\'s \\x41\\101\\n\\\\'\n.", "it's AA\n\\"],
    ['STRING in double quotes', 'S"it\'s"\n.', "it's"],
    ['an unknown escape', "S'\\q'\n.", '\\q'],
    ['BINSTRING', 'T\x02\0\0\0hi.', 'hi'],
    ['SHORT_BINSTRING', 'U\x02hi.', 'hi'],
    ['UNICODE', 'Va\xe9\\u20ac\\U0001F600\n.', 'aé€😀'],
    ['a surrogate pair of Python 2', 'V\\ud83d\\ude00\n.', '😀'],
    ['a backslash that escapes nothing', 'V\\\\u0041\\x\n.', '\\\\u0041\\x'],
    ['LIST', '(I1\nI2\nl.', [1, 2]],
    ['TUPLE', '(I1\nI2\nt.', [1, 2]],
    ['DICT', "(S'a'\nI1\nS'b'\nNd.", { a: 1, b: null }],
    ['DICT with other keys', '(I1\nI2\nd.', new Map([[1, 2]])],
    ['APPEND and SETITEM', "(lI1\na(dS'k'\nI2\nsa.", [1, { k: 2 }]],
    ['PUT and GET', '(lp0\nI1\na0g0\n.', [1]],
    ['LONG_BINPUT and LONG_BINGET', ']r\x00\x01\x00\x00K\x01a0j\x00\x01\x00\x00.', [1]],
    ['DUP', '(I1\n2l.', [1, 1]],
    ['POP', 'I1\nI2\n0.', 1],
    ['POP of a mark', 'I1\n(0.', 1],
    ['POP_MARK', 'I1\n(I2\nI3\n1.', 1],
    ['BINUNICODE8', '\x80\x04\x8d\x02\0\0\0\0\0\0\0hi.', 'hi'],
    ['BINBYTES8', '\x80\x04\x8e\x02\0\0\0\0\0\0\0hi.', Uint8Array.from([0x68, 0x69])],
    ['LONG1 of no bytes', '\x80\x02\x8a\x00.', 0],
    ['LONG4', '\x80\x02\x8b\x01\0\0\0\xff.', -1],
    ['a number in the memo that MEMOIZE takes next', ']q\x05\x940h\x01.', []],
  ])('%s', (_, pickle, value) => {
    expectSame(read(pickle), value);
  });
});

describe('classes as Python 2 and older Pythons write them', () => {
  it.each<[what: string, pickle: string, value: unknown]>([
    ['set', 'c__builtin__\nset\n((lI1\natR.', new Set([1])],
    ['frozenset', 'c__builtin__\nfrozenset\n((lI1\natR.', new PythonFrozenset([1])],
    [
      'bytearray',
      "c__builtin__\nbytearray\n(V\xff\nS'latin-1'\ntR.",
      new PythonBytearray(Uint8Array.of(255)),
    ],
    ['empty bytearray', 'c__builtin__\nbytearray\n(tR.', new PythonBytearray(new Uint8Array(0))],
    ['bytes', 'c__builtin__\nbytes\n(tR.', new Uint8Array(0)],
    ['OrderedDict', 'ccollections\nOrderedDict\n((l(lI1\naI2\naatR.', new PythonOrderedDict([[1, 2]])],
    [
      'datetime in ASCII',
      'cdatetime\ndatetime\n(U\x0a\x07\x01\x01\x02\x03\x04\x05\0\0\x06tR.',
      new PythonDatetime(1793, 1, 2, 3, 4, 5, 6),
    ],
    [
      'UUID with an enum',
      'cuuid\nUUID\n)\x81}(U\x03intI1\nU\x07is_safecuuid\nSafeUUID\n(I-1\ntRub.',
      new PythonUuid('00000000-0000-0000-0000-000000000001', -1),
    ],
    [
      'UUID at protocol 0',
      "ccopy_reg\n_reconstructor\n(cuuid\nUUID\nc__builtin__\nobject\nNtR(dS'int'\nI255\nsb.",
      new PythonUuid('00000000-0000-0000-0000-0000000000ff'),
    ],
  ])('%s', (_, pickle, value) => expectSame(read(pickle, { exact: true }), value));

  it('reads an OrderedDict as a dict without exact', () => {
    expectSame(
      read("ccollections\nOrderedDict\n((l(lS'__proto__'\naI2\naatR."),
      JSON.parse('{"__proto__":2}'),
    );
    expectSame(read('ccollections\nOrderedDict\n((l(lI1\naI2\naatR.'), new Map([[1, 2]]));
  });
});

describe('times', () => {
  const utc = 'cdatetime\ntimezone\n(cdatetime\ntimedelta\n(I-1\nI82800\nI0\ntRtR';
  const state = (bytes: string): string => `cdatetime\ndatetime\n(\x8e\x0a\0\0\0\0\0\0\0${bytes}`;

  it('takes a naive time as UTC, and cuts microseconds', () => {
    expectSame(
      read(`${state('\x07\xe8\x01\x02\x03\x04\x05\x01\xe2\x40')}tR.`),
      new Date('2024-01-02T03:04:05.123Z'),
    );
    expectSame(
      read(`${state('\x07\xb1\x0c\x1f\x17\x3b\x3b\x0f\x42\x3f')}tR.`),
      new Date('1969-12-31T23:59:59.999Z'),
    );
  });

  it('takes the offset of an aware time off', () => {
    expectSame(
      read(`${state('\x07\xe8\x01\x02\x03\x04\x05\0\0\0')}${utc}tR.`),
      new Date('2024-01-02T04:04:05Z'),
    );
    expectSame(read(`${state('\0\x01\x01\x01\0\0\0\0\0\0')}tR.`), new Date('0001-01-01T00:00:00Z'));
  });

  it('reads the bit for the second of two equal times', () => {
    const fold = read(`${state('\x07\xe8\x8a\x1b\x02\x1e\0\0\0\0')}tR.`, { exact: true });
    expectSame(fold, new PythonDatetime(2024, 10, 27, 2, 30, 0, 0, undefined, 1));
  });

  it.each([
    ['a month 13', '\x07\xe8\x0d\x01\0\0\0\0\0\0'],
    ['a 30th of February', '\x07\xe8\x02\x1e\0\0\0\0\0\0'],
    ['a 29th of February in 1900', '\x07\x6c\x02\x1d\0\0\0\0\0\0'],
    ['a year 0', '\0\0\x01\x01\0\0\0\0\0\0'],
    ['a year 10000', '\x27\x10\x01\x01\0\0\0\0\0\0'],
    ['an hour 24', '\x07\xe8\x01\x01\x18\0\0\0\0\0'],
    ['a million microseconds', '\x07\xe8\x01\x01\0\0\0\x0f\x42\x40'],
  ])('refuses %s', (_, bytes) => {
    expect(refusalOf(`${state(bytes)}tR.`)).toMatchObject({ code: 'PICKLE_DAMAGED' });
  });

  it.each([
    ['no arguments', 'cdatetime\ndatetime\n(tR.'],
    ['nine bytes', 'cdatetime\ndatetime\n(\x8e\x09\0\0\0\0\0\0\x00123456789tR.'],
    ['a number', 'cdatetime\ndatetime\n(I1\ntR.'],
    ['a time zone that is none', `${state('\x07\xe8\x01\x01\0\0\0\0\0\0')}I1\ntR.`],
    ['three arguments', `${state('\x07\xe8\x01\x01\0\0\0\0\0\0')}NNtR.`],
    ['a day of a datetime', 'cdatetime\ndate\n(\x8e\x0a\0\0\0\0\0\0\x001234567890tR.'],
    ['an offset of 24 hours', 'cdatetime\ntimezone\n(cdatetime\ntimedelta\n(I1\nI0\nI0\ntRtR.'],
    ['an offset that is a number', 'cdatetime\ntimezone\n(I1\ntR.'],
    ['a timedelta of text', 'cdatetime\ntimedelta\n(VI\ntR.'],
    ['a timedelta of a fraction', 'cdatetime\ntimedelta\n(F1.5\ntR.'],
    ['a timedelta without end', 'cdatetime\ntimedelta\n(I1000000000\ntR.'],
  ])('refuses %s', (_, pickle) => {
    expect(refusalOf(pickle)).toMatchObject({ code: 'PICKLE_DAMAGED' });
  });

  it('reads a time zone with a name', () => {
    const zone = read('cdatetime\ntimezone\n(cdatetime\ntimedelta\n(I0\nI3600\ntRVCET\ntR.');
    expectSame(zone, new PythonTimezone(new PythonTimedelta(0, 3600), 'CET'));
  });
});

describe('dicts', () => {
  it('are maps wherever they stand, once a key is no text', () => {
    // The dict is in two lists, in itself and in a tuple before its second key comes.
    const pickle = '(}q\x00U\x01ah\x00sh\x00]q\x01h\x00ah\x01h\x00\x85h\x00K\x05Nsl.';
    const [first, second, list, again, tuple, last] = read(pickle) as unknown[];
    const map = first as Map<unknown, unknown>;
    expect(map).toBeInstanceOf(Map);
    expect([...map.keys()]).toEqual(['a', 5]);
    expect(map.get('a')).toBe(map);
    expect(second).toBe(map);
    expect((list as unknown[])[0]).toBe(map);
    expect(again).toBe(list);
    expect((tuple as unknown[])[0]).toBe(map);
    expect(last).toBe(map);
  });

  it('are replaced within maps, ordered dicts, tuples and members with special names', () => {
    const inner = '}q\x00';
    const around = 'ccollections\nOrderedDict\n)RU\x01ah\x00s';
    const special = '}U\x09__proto__h\x00s';
    const pickle = `(${inner}${around}${special}}K\x01h\x00sh\x00\x85h\x00K\x05Nsl.`;
    const value = read(pickle, { exact: true }) as [
      unknown,
      PythonOrderedDict,
      object,
      Map<unknown, unknown>,
      PythonTuple,
      unknown,
    ];
    const map = value[0];
    expect(map).toBeInstanceOf(Map);
    expect(value[1].entries.get('a')).toBe(map);
    expect(Object.getOwnPropertyDescriptor(value[2], '__proto__')?.value).toBe(map);
    expect(value[3].get(1)).toBe(map);
    expect(value[4].items[0]).toBe(map);
    expect(value[5]).toBe(map);
  });

  it('may get their other keys through an older reference', () => {
    // Twice on the stack; the upper one becomes a map, then the lower one gets a member.
    const value = read('}q\x00h\x00K\x01Ns0U\x01aNs.') as Map<unknown, unknown>;
    expectSame(
      value,
      new Map<unknown, unknown>([
        [1, null],
        ['a', null],
      ]),
    );
  });

  it('keep members with special names as members', () => {
    const pickle = '}(U\x09__proto__}U\x01xK\x01sU\x0bconstructorK\x02U\x08toStringK\x03u.';
    const value = read(pickle) as object;
    expectSame(value, JSON.parse('{"__proto__":{"x":1},"constructor":2,"toString":3}'));
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it.each([
    ['a list', ']'],
    ['a list of text', '](U\x01ae'],
    ['a dict', '}'],
    ['a dict with other keys', '}K\x01Ns'],
    ['a set', '\x8f'],
    ['a set that is called', 'c__builtin__\nset\n(](K\x01etR'],
    ['a bytearray', '\x96\0\0\0\0\0\0\0\0'],
    ['a bytearray that is called', 'c__builtin__\nbytearray\n)R'],
    ['an OrderedDict', 'ccollections\nOrderedDict\n)R'],
    ['a tuple with a list', ']\x85'],
    ['a tuple with a dict in a tuple', 'K\x01}\x85\x86'],
    ['a tuple with a bytearray', 'K\x01\x96\0\0\0\0\0\0\0\0N\x87'],
    ['a list of the memo', ']q\x00h\x00'],
    ['a tuple of the memo with a list', ']\x85q\x000h\x00'],
  ])('refuses %s as a key, as Python does', (_, key) => {
    for (const exact of [false, true]) {
      expect(refusalOf(`}${key}Ns.`, { exact }).code).toBe('PICKLE_DAMAGED');
      expect(refusalOf(`}(U\x01aN${key}Nu.`, { exact }).code).toBe('PICKLE_DAMAGED');
      expect(refusalOf(`(${key}Nd.`, { exact }).code).toBe('PICKLE_DAMAGED');
      expect(refusalOf(`\x8f(${key}\x90.`, { exact }).code).toBe('PICKLE_DAMAGED');
      expect(refusalOf(`(${key}\x91.`, { exact }).code).toBe('PICKLE_DAMAGED');
    }
  });

  it.each([
    ['APPEND to a tuple', '(K\x01tK\x02a.'],
    ['APPENDS to a tuple', 'K\x01\x85(K\x02e.'],
    ['APPEND to a tuple of the memo', 'K\x01\x85q\x000h\x00K\x02a.'],
    ['APPEND to a tuple by DUP', 'K\x01\x852K\x02a.'],
    ['APPEND to a bytearray', '\x96\0\0\0\0\0\0\0\0K\x01a.'],
    ['ADDITEMS to a frozenset', '(K\x01\x91(K\x02\x90.'],
    ['ADDITEMS to a frozenset that is called', 'c__builtin__\nfrozenset\n(](K\x01etR(K\x02\x90.'],
    ['SETITEM on a tuple', 'K\x01\x85U\x01aNs.'],
    ['REDUCE with a list', 'cdecimal\nDecimal\n(lVx\naR.'],
    ['REDUCE with a list that fits', 'cdecimal\nDecimal\n](V1\neR.'],
    ['NEWOBJ with a list', 'cuuid\nUUID\n]\x81.'],
  ])('refuses %s, as Python does', (_, pickle) => {
    for (const exact of [false, true]) expect(refusalOf(pickle, { exact }).code).toBe('PICKLE_DAMAGED');
  });

  it('keep the order of their keys in a map, also where keys are whole numbers', () => {
    const text = (key: string): string => `U${String.fromCharCode(key.length)}${key}`;
    const entry = (key: string | number, value: number): string =>
      `${typeof key === 'string' ? text(key) : `K${String.fromCharCode(key)}`}K${String.fromCharCode(value)}`;
    const keys = ['b', '2', 'a', '1', '01', '10000', '4294967294', '0', 3, '7', 'c'];
    const expected = new Map(keys.map((key, index) => [key, index]));
    const entries = keys.map((key, index) => entry(key, index));
    const pickles = [
      `}(${entries.join('')}u.`,
      `(${entries.join('')}d.`,
      `}${entries.map((each) => `${each}s`).join('')}.`,
      `}(${entries.slice(0, 2).join('')}u(${entries.slice(2, 7).join('')}u(${entries.slice(7).join('')}u.`,
      `}q\x00(${entries.slice(0, 6).join('')}uh\x00(${entries.slice(6).join('')}u0h\x00.`,
      // A key that comes again keeps its place.
      `}(${entry('b', 9)}${entry('2', 9)}${entries.join('')}${entry('2', 1)}u.`,
    ];
    for (const pickle of pickles) {
      const map = read(pickle) as Map<unknown, unknown>;
      expect([...map]).toEqual([...expected]);
      expectSame([...(read(pickle, { exact: true }) as Map<unknown, unknown>)], [...expected]);
    }
    const pairs = (from: number, to: number): string => entries.slice(from, to).join('\x86').concat('\x86');
    const ordered = (pairsGiven: number): string =>
      `ccollections\nOrderedDict\n](${pairs(0, pairsGiven)}e\x85R(${entries.slice(pairsGiven).join('')}u.`;
    for (const pickle of [ordered(entries.length), ordered(2), ordered(6)]) {
      expect([...(read(pickle) as Map<unknown, unknown>)]).toEqual([...expected]);
      expect([...(read(pickle, { exact: true }) as PythonOrderedDict)]).toEqual([...expected]);
    }
  });

  it('are objects like any other where keys are whole numbers', () => {
    const keys = Array.from({ length: 3000 }, (_, i) => `${i * 37}`);
    const dense = Object.fromEntries(keys.map((_, i) => [`${i}`, i]));
    for (const value of [
      dense,
      Object.fromEntries(keys.map((key, i) => [key, i])),
      { 5000: 1, a: 2, 70: 3 },
    ]) {
      const again = readPickle(writePickle(value)) as object;
      expectSame(again, value);
      expect(Object.keys(again)).toEqual(Object.keys(value));
      expect(Object.getOwnPropertyDescriptors(again)).toStrictEqual(Object.getOwnPropertyDescriptors(value));
    }
    expectSame(read('}(U\x041000NU\x0550000NU\x041000K\x01u(U\x0550000K\x02u.'), { 1000: 1, 50000: 2 });
  });

  it('takes tuples and frozensets as keys', () => {
    expectSame(read('}K\x01\x85Ns.'), new Map([[[1], null]]));
    expectSame(read('}(K\x01\x91Ns.'), new Map([[new Set([1]), null]]));
    expectSame(read('}K\x01\x85Ns.', { exact: true }), new Map([[new PythonTuple([1]), null]]));
  });
});

describe('what is the same object', () => {
  it('is the same object again', () => {
    const [first, second] = read('(]q\x00h\x00l.') as unknown[];
    expect(first).toBe(second);
  });

  it('may contain itself', () => {
    const list = read(']q\x00h\x00a.') as unknown[];
    expect(list[0]).toBe(list);
    const dict = read('}q\x00U\x01ah\x00s.') as { a: unknown };
    expect(dict.a).toBe(dict);
  });

  it('is another one at the next reading, and not the pickle itself', () => {
    const pickle = pickleOf('\x80\x04C\x03abc.');
    const first = readPickle(pickle) as Uint8Array;
    pickle.fill(0);
    first[0] = 0x41;
    expectSame(first, Uint8Array.of(0x41, 0x62, 0x63));
    expectSame(readPickle(pickleOf('\x80\x04C\x03abc.')), Uint8Array.of(0x61, 0x62, 0x63));
  });

  it('is bytes without the memory of the pickle', () => {
    const { buffer, byteLength } = readPickle(Buffer.from('\x80\x04C\x03abc.', 'latin1')) as Uint8Array;
    expect(buffer.byteLength).toBe(byteLength);
  });
});

describe('numbers', () => {
  it('are bigints beyond the safe integers only', () => {
    expectSame(read('\x8a\x07\xff\xff\xff\xff\xff\xff\x1f.'), Number.MAX_SAFE_INTEGER);
    expectSame(read('\x8a\x07\0\0\0\0\0\0\x20.'), 2n ** 53n);
    expectSame(read('\x8a\x07\x01\0\0\0\0\0\xe0.'), Number.MIN_SAFE_INTEGER);
    expectSame(read('\x8a\x07\0\0\0\0\0\0\xe0.'), -(2n ** 53n));
  });

  it('are floats of their own with exact where they would be written as integers', () => {
    expectSame(read('G\x3f\xf0\0\0\0\0\0\0.', { exact: true }), new PythonFloat(1));
    expectSame(read('F2.0\n.', { exact: true }), new PythonFloat(2));
    expectSame(read('G\x80\0\0\0\0\0\0\0.', { exact: true }), -0);
    expectSame(read('}G\x80\0\0\0\0\0\0\0Ns.', { exact: true }), new Map([[new PythonFloat(-0), null]]));
    expectSame(read('G\x43\x40\0\0\0\0\0\0.', { exact: true }), 2 ** 53);
    expectSame(read('G\x3f\xf0\0\0\0\0\0\0.'), 1);
  });
});

describe('text', () => {
  it('is strict UTF-8 with its BOM kept', () => {
    expectSame(read('\x8c\x04\xef\xbb\xbfa.'), '\ufeffa');
    for (const bytes of ['\xff', '\xc0\x80', '\xed\xa0\x80', '\xf4\x90\x80\x80']) {
      const pickle = `\x8c${String.fromCharCode(bytes.length)}${bytes}.`;
      expect(refusalOf(pickle).message).toBe('the pickle is damaged: its text is not UTF-8');
    }
  });

  it.each([
    ['a lone surrogate', 'V\\ud800\n.'],
    ['an escape above Unicode', 'V\\U00110000\n.'],
    ['a cut escape', 'V\\u12\n.'],
    ['a cut long escape', 'V\\U0001F60\n.'],
    ['bytes above ASCII of Python 2', 'U\x01\xe9.'],
    ['an escape above ASCII of Python 2', "S'\\xe9'\n."],
    ['a cut escape of Python 2', "S'\\x4'\n."],
    ['a literal without quotes', 'Sabc\n.'],
    ['a literal with one quote', "S'\n."],
  ])('refuses %s', (_, pickle) => expect(refusalOf(pickle).code).toBe('PICKLE_DAMAGED'));

  it('is right where another text has its place among the recent ones', () => {
    const texts = Array.from({ length: 5000 }, (_, i) => `name ${i % 3000}`);
    const parts = texts.map((text) => `\x8c${String.fromCharCode(text.length)}${text}`);
    expectSame(read(`(${parts.join('')}l.`), texts);
  });
});
