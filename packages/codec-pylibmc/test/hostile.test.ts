import { PickleError, pylibmcCodec, pylibmcFormat, readPickle, writePickle } from '@mc/codec-pylibmc';
import { createClient, isMemcachedError } from '@mc/core';
import { randomFrom, testSeed } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { afterEach, describe, expect, it } from 'vitest';
import { foreignObjectIn } from './foreign-object.js';
import { pickleOf, read, refusalOf } from './pickle-text.js';
import { WIRE_VALUES } from './wire-values.js';

/** What runs long on a busy machine is no fault. */
const TIMEOUT = { timeout: 60_000 };

/** The function that makes an object at protocols 0 and 1, and its arguments for a UUID. */
const NEW_UUID = 'ccopy_reg\n_reconstructor\n(cuuid\nUUID\nc__builtin__\nobject\nNt';

const prototypes = [Object.prototype, Array.prototype, Map.prototype, Uint8Array.prototype];
const before = prototypes.map((prototype) => Object.getOwnPropertyNames(prototype));

afterEach(() => {
  expect(prototypes.map((prototype) => Object.getOwnPropertyNames(prototype))).toStrictEqual(before);
});

describe('pickles that call something', () => {
  it.each<[what: string, pickle: string, named: string]>([
    ['GLOBAL and REDUCE', "cos\nsystem\n(S'id'\ntR.", 'os.system'],
    [
      'GLOBAL at protocol 2',
      '\x80\x02cposix\nsystem\nq\x00X\x02\0\0\0idq\x01\x85q\x02Rq\x03.',
      'posix.system',
    ],
    ['STACK_GLOBAL', '\x80\x04\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x02id\x85R.', 'posix.system'],
    ['GLOBAL alone', 'cos\nsystem\n.', 'os.system'],
    ['eval', "cbuiltins\neval\n(S'1'\ntR.", 'builtins.eval'],
    ['getattr', 'c__builtin__\ngetattr\n.', '__builtin__.getattr'],
    ['an allowed class under a wrong name', 'c__builtin__\nset.__class__\n.', '__builtin__.set.__class__'],
    ['a class in an allowed module', 'cdatetime\nsys\n.', 'datetime.sys'],
    [
      'a name with a dot',
      '\x80\x04\x8c\x0bcollections\x8c\x14OrderedDict.fromkeys\x93.',
      'collections.OrderedDict.fromkeys',
    ],
    ['a module that there is not', 'cnosuchmodule\nx\n.', 'nosuchmodule.x'],
    ['INST', "(S'id'\nios\nsystem\n.", 'os.system'],
    ['INST of an allowed class', '(idatetime\ndatetime\n.', 'datetime.datetime'],
    ['NEWOBJ', '\x80\x02csubprocess\nPopen\n)\x81.', 'subprocess.Popen'],
    ['OBJ', '(cos\nsystem\no.', 'os.system'],
    ['pickle itself', 'cpickle\nloads\n.', 'pickle.loads'],
    ['_codecs.decode', 'c_codecs\ndecode\n.', '_codecs.decode'],
    ['members of Object.prototype', 'cconstructor\nconstructor\n.', 'constructor.constructor'],
  ])('%s is refused and named', (_, pickle, named) => {
    const error = refusalOf(pickle);
    expect(error.code).toBe('PICKLE_REFUSED');
    expect(error.message).toContain(` ${named},`);
  });

  it.each<[what: string, pickle: string, named: RegExp]>([
    ['OBJ', '(cdatetime\ndatetime\no.', /OBJ/],
    ['PERSID', 'P1\n.', /PERSID/],
    ['BINPERSID', 'K\x01Q.', /BINPERSID/],
    ['EXT1', '\x82\x01.', /EXT1/],
    ['EXT2', '\x83\x01\x00.', /EXT2/],
    ['EXT4', '\x84\x01\0\0\0.', /EXT4/],
    ['NEWOBJ_EX', 'cuuid\nUUID\n)}\x92.', /NEWOBJ_EX/],
    ['NEXT_BUFFER', '\x97.', /NEXT_BUFFER/],
    ['READONLY_BUFFER', '\x98.', /READONLY_BUFFER/],
    ['NEWOBJ of another class', 'cdatetime\ndate\n(C\x04\x07\xe8\x01\x01t\x81.', /datetime\.date/],
    ['BUILD with __setstate__', '}}U\x0c__setstate__cos\nsystem\n', /os\.system/],
    ['BUILD on a dict', '}}U\x01xK\x01sb.', /sets the state/],
    ['BUILD on a date', 'cdatetime\ndate\n(C\x04\x07\xe8\x01\x01tR}b.', /sets the state/],
    ['BUILD on a class', 'cdatetime\ndate\n}b.', /sets the state/],
    ['a class as a value', 'cdatetime\ndate\n.', /class or a function as a value/],
    ['a class in a list', '(cdatetime\ndate\nl.', /class or a function as a value/],
    ['a class in a list by the memo', 'cdatetime\ndate\nq\x000(h\x00l.', /class or a function as a value/],
    ['a class in a list by DUP', 'cdatetime\ndate\n20.', /class or a function as a value/],
    ['a UUID without its state', '(cuuid\nUUID\n)\x81l.', /class or a function as a value/],
    ['an enum', '(cuuid\nSafeUUID\n(I0\ntRl.', /class or a function as a value/],
  ])('%s is refused', (_, pickle, message) => {
    const error = refusalOf(pickle);
    expect(error.code).toBe('PICKLE_REFUSED');
    expect(error.message).toMatch(message);
  });

  const kept = 'ccopy_reg\n_reconstructor\nq\x010(cuuid\nUUID\nc__builtin__\nobject\nNtq\x000';
  const uuid = 'cuuid\nUUID\n)\x81';
  const enumeration = 'cuuid\nSafeUUID\n(I0\ntR';

  it.each<[what: string, pickle: string]>([
    ['UUIDs without state, of arguments in the memo', `${kept}](h\x01h\x00Rh\x01h\x00Re.`],
    [
      'classes, where such calls took away from their number',
      `${kept}${'h\x01h\x00R0'.repeat(2)}(cdatetime\ndate\ncdatetime\ndate\nl.`,
    ],
    ['the arguments of such a call', `${kept}h\x00.`],
    ['the arguments of such a call in a list', `${kept}](h\x00h\x00e.`],
    ['an enum in a dict', `}U\x01a${enumeration}s.`],
    [
      'an enum in the state of a UUID that is kept',
      `(${uuid}}q\x00(U\x03intI1\nU\x07is_safe${enumeration}ubh\x00l.`,
    ],
    [
      'an enum in a state used twice',
      `](}(U\x03intI1\nU\x07is_safe${enumeration}uq\x000${`${uuid}h\x00b`.repeat(2)}${enumeration}e.`,
    ],
    ['a class as a key', '}cdatetime\ndate\nNs.'],
    ['a class in a dict', '}U\x01acdatetime\ndate\ns.'],
    ['a class in a dict with other keys', '}K\x01Nsq\x00U\x01acdatetime\ndate\ns.'],
    ['a class in a dict that became a map elsewhere', '(}q\x00h\x00K\x01NsU\x01acdatetime\ndate\nsl.'],
    ['a class in a tuple in a tuple', 'cdatetime\ndate\n\x85\x85.'],
    ['a class in a set', '\x8f(cdatetime\ndate\n\x90.'],
    ['a class in a frozenset', '(cdatetime\ndate\n\x91.'],
    ['a class in a set that is called', 'c__builtin__\nset\n](cdatetime\ndate\ne\x85R.'],
    ['a class in an OrderedDict', 'ccollections\nOrderedDict\n](K\x01cdatetime\ndate\n\x86e\x85R.'],
    ['a UUID that is finished after it was put away', `${uuid}\x85}U\x03intI1\nsb.`],
  ])('no class gets out as %s', (_, pickle) => {
    for (const exact of [false, true]) {
      expect(['PICKLE_REFUSED', 'PICKLE_DAMAGED']).toContain(refusalOf(pickle, { exact }).code);
    }
  });

  it('reads UUIDs whose parts are in the memo', () => {
    const values = read(`${kept}](${"h\x01h\x00R(dS'int'\nI255\nsb".repeat(2)}e.`);
    expect(String(values)).toBe(Array(2).fill('00000000-0000-0000-0000-0000000000ff').join());
    const shared = `](}(U\x03intI1\nU\x07is_safe${enumeration}uq\x000${`${uuid}h\x00b`.repeat(2)}e.`;
    expect(String(read(shared))).toBe(Array(2).fill('00000000-0000-0000-0000-000000000001').join());
    expect(read('cdatetime\ndate\nN.')).toBeNull();
  });

  it.each<[what: string, pickle: string]>([
    ['a call of what is no class', 'K\x01)R.'],
    ['a call without a tuple', 'cdatetime\ndate\nK\x01R.'],
    ['a call of a date with a call', 'cdatetime\ndate\ncdatetime\ndate\n\x85R.'],
    ['object()', 'c__builtin__\nobject\n)R.'],
    ['UUID(text)', "cuuid\nUUID\n(S'x'\ntR."],
    ['a UUID with a state that is none', 'cuuid\nUUID\n)\x81Nb.'],
    ['a UUID with a state that is a list', 'cuuid\nUUID\n)\x81]b.'],
    ['a UUID with a number that is text', 'cuuid\nUUID\n)\x81}U\x03intU\x01xsb.'],
    ['a UUID with a fraction', 'cuuid\nUUID\n)\x81}U\x03intF1.5\nsb.'],
    ['a negative UUID', 'cuuid\nUUID\n)\x81}U\x03intI-1\nsb.'],
    ['a UUID of 129 bits', `cuuid\nUUID\n)\x81}U\x03int\x8a\x11${'\0'.repeat(16)}\x01sb.`],
    ['a UUID with another safety', 'cuuid\nUUID\n)\x81}(U\x03intK\x01U\x07is_safeK\x05ub.'],
    ['a UUID that is asked for too early', 'cuuid\nUUID\n)\x81q\x00}U\x03inth\x00sb.'],
    ['a reconstructed date', 'ccopy_reg\n_reconstructor\n(cdatetime\ndate\nc__builtin__\nobject\nNtR.'],
    ['a set of text', "c__builtin__\nset\n(S'ab'\ntR."],
    ['bytes of a number', 'c__builtin__\nbytes\n(I1000000000\ntR.'],
    ['a bytearray of a number', 'c__builtin__\nbytearray\n(I1000000000\ntR.'],
    ['_codecs.encode with another codec', 'c_codecs\nencode\n(Va\nVrot13\ntR.'],
    ['_codecs.encode of characters above 255', 'c_codecs\nencode\n(V\\u0100\nVlatin1\ntR.'],
    ['a decimal of other text', 'cdecimal\nDecimal\n(V__import__\ntR.'],
    ['a range of step 0', 'c__builtin__\nxrange\n(I0\nI1\nI0\ntR.'],
    ['a range of text', 'c__builtin__\nxrange\n(Va\nVb\nI1\ntR.'],
    ['an OrderedDict of triples', 'ccollections\nOrderedDict\n((l(lNaNaNaatR.'],
    ['an OrderedDict with a list as a key', 'ccollections\nOrderedDict\n((l(l(laNaatR.'],
  ])('%s is damaged', (_, pickle) => {
    expect(refusalOf(pickle, { exact: true }).code).toBe('PICKLE_DAMAGED');
  });

  it('names no more than 100 printable characters, and nothing else of the pickle', () => {
    const { message } = refusalOf(`c${'é\x1b[31m'.repeat(1000)}\n${'y'.repeat(5000)}\n.`);
    expect(message).toMatch(/^the pickle names [\x20-\x7e]{100}, which/);
    expect(message).not.toContain('\x1b');
    const secret = refusalOf("(S'secret'\nI1\nd]b.").message + refusalOf("S'secret\n.").message;
    expect(secret).not.toContain('secret');
  });
});

describe('the machine', () => {
  it.each<[what: string, pickle: string]>([
    ['no bytes', ''],
    ['no STOP', 'K\x01'],
    ['STOP on an empty stack', '.'],
    ['STOP below a mark', 'K\x01(.'],
    ['an unknown opcode', '\x00.'],
    ['another unknown opcode', '\xff.'],
    ['protocol 6', '\x80\x06N.'],
    ['a frame that is too long', '\x80\x04\x95\x05\0\0\0\0\0\0\0N.'],
    ['a frame of 2^63 bytes', `\x80\x04\x95${'\xff'.repeat(8)}N.`],
    ['APPEND without a list', 'K\x01a.'],
    ['APPEND to a number', 'K\x01K\x02a.'],
    ['APPENDS without a mark', ']e.'],
    ['APPENDS without a list', '(K\x01e.'],
    ['APPENDS to a dict', '}(K\x01e.'],
    ['APPEND below the mark', '](K\x01a.'],
    ['SETITEM without a dict', 'U\x01aNs.'],
    ['SETITEM on a list', ']U\x01aNs.'],
    ['SETITEM below the mark', '}U\x01a(Ns.'],
    ['SETITEMS with a key too many', '}(U\x01au.'],
    ['DICT with a key too many', '(U\x01ad.'],
    ['ADDITEMS to a list', '](K\x01\x90.'],
    ['TUPLE1 of nothing', '\x85.'],
    ['TUPLE2 of one', 'K\x01\x86.'],
    ['TUPLE3 below the mark', 'K\x01K\x01(K\x01\x87.'],
    ['TUPLE without a mark', 'K\x01t.'],
    ['POP of nothing', '0.'],
    ['POP_MARK without a mark', '1.'],
    ['DUP of nothing', '2.'],
    ['DUP of a mark', 'N(2.'],
    ['MEMOIZE of nothing', '\x94.'],
    ['PUT of nothing', 'q\x00.'],
    ['GET of nothing', 'h\x00.'],
    ['GET of a negative number', 'Np-1\n0g-1\n.'],
    ['GET of a large number', 'j\xff\xff\xff\xff.'],
    ['GET of text', 'gx\n.'],
    ['REDUCE on an empty stack', 'R.'],
    ['BUILD on an empty stack', 'b.'],
    ['STACK_GLOBAL on an empty stack', '\x93.'],
    ['STACK_GLOBAL of numbers', 'K\x01K\x01\x93.'],
    ['a line without an end', 'I1'],
    ['GLOBAL without a name', 'cdatetime\n'],
    ['an integer that is none', 'Ix\n.'],
    ['an integer in hexadecimal', 'I0x10\n.'],
    ['an integer with an underscore', 'I1_0\n.'],
    ['a float that is none', 'F1.2.3\n.'],
    ['a float in hexadecimal', 'F0x1p3\n.'],
    ['a negative length', 'T\xff\xff\xff\xff.'],
    ['a negative length of an integer', '\x8b\xff\xff\xff\xff.'],
    ['text of 4 GiB', 'X\xff\xff\xff\xff.'],
    ['bytes of 4 GiB', 'B\xff\xff\xff\xff.'],
    ['text of 2^64 bytes', `\x8d${'\xff'.repeat(8)}.`],
    ['bytes of 2^63 bytes', `\x8e${'\0'.repeat(7)}\x80.`],
    ['a bytearray of 2^56 bytes', `\x96${'\0'.repeat(7)}\x01.`],
    ['bytes behind the end', 'N.N.'],
  ])('refuses %s', (_, pickle) => {
    expect(refusalOf(pickle).code).toBe('PICKLE_DAMAGED');
    expect(refusalOf(pickle, { exact: true }).code).toBe('PICKLE_DAMAGED');
  });

  it('ignores bytes behind the end where that is asked for', () => {
    expect(read('N.cos\nsystem\n', { trailingBytes: 'ignore' })).toBeNull();
  });

  it('takes any number in the memo without memory for those below', () => {
    expect(read('Nr\xff\xff\xff\xff0j\xff\xff\xff\xff.')).toBeNull();
    expect(read('Np9007199254740991\n0g9007199254740991\n.')).toBeNull();
  });
});

describe('damaged pickles', () => {
  const samples = [5, 2].flatMap((protocol) =>
    Object.values(WIRE_VALUES)
      .map(({ exact }) => writePickle(exact, { protocol: protocol as 2 | 5 }))
      .filter(({ length }) => length < 3000),
  );

  /** A value with nothing in it that is none, or a PickleError. */
  function tryToRead(data: Uint8Array): void {
    for (const exact of [false, true]) {
      try {
        expect(foreignObjectIn(readPickle(data, { exact }))).toBeUndefined();
      } catch (error) {
        if (!(error instanceof PickleError)) throw error;
      }
    }
  }

  it('are errors where they are cut, at any byte', TIMEOUT, () => {
    for (const sample of samples) {
      const step = Math.max(1, Math.floor(sample.length / 200));
      for (let length = 0; length < sample.length; length += step) {
        expect(refusalOf(sample.slice(0, length)).code).toBe('PICKLE_DAMAGED');
      }
    }
  });

  it('are values or errors where bits are flipped', TIMEOUT, () => {
    const random = randomFrom(testSeed());
    console.log(`seed ${random.seed}`);
    for (let i = 0; i < 20_000; i += 1) {
      const data = random.pick(samples).slice();
      for (let flips = 1 + random.integer(3); flips > 0; flips -= 1) {
        const at = random.integer(data.length);
        data[at] = (data[at] ?? 0) ^ (1 << random.integer(8));
      }
      tryToRead(data);
    }
  });

  it('are values or errors where they are random opcodes', TIMEOUT, () => {
    const random = randomFrom(testSeed() + 1);
    const opcodes = [
      ...']}()Nael.t\x85\x86\x87\x8f\x90\x91su01 2RbK\x01q\x00h\x00\x94\x93c\x81',
      ...['cuuid\nUUID\n', 'cdatetime\ndate\n', 'c__builtin__\nset\n', 'ccollections\nOrderedDict\n'],
      ...['h\x00', 'h\x01', 'h\x02', 'h\x00h\x01R', 'q\x01', 'U\x011', 'U\x07is_safe', '(U\x03intK\x01d'],
      ...[NEW_UUID, `${NEW_UUID}R`, 'cuuid\nSafeUUID\n', 'cuuid\nSafeUUID\nN\x85R'],
    ];
    for (let i = 0; i < 20_000; i += 1) {
      const parts = Array.from({ length: 1 + random.integer(40) }, () => random.pick(opcodes));
      tryToRead(pickleOf(parts.join(''), '.'));
      tryToRead(Uint8Array.from({ length: random.integer(60) }, () => random.integer(256)));
    }
  });
});

describe('through a client', () => {
  it('are a DecodeError that names what is refused; the connection lives and the next value is right', async () => {
    const codec = pylibmcCodec();
    const transport = memoryTransport();
    await using client = createClient({ servers: 'localhost:11211', transport, codec });
    await using format = createClient({ servers: 'localhost:11211', transport, format: pylibmcFormat() });
    const attack = pickleOf("cos\nsystem\n(S'id'\ntR.");
    // Written as it is by a format that marks bytes as a pickle.
    const forge = { pack: () => ({ data: attack, flags: 1 }), unpack: () => undefined };
    await using forger = createClient({ servers: 'localhost:11211', transport, format: forge });
    await forger.set('attack', 'any');
    await format.set('good', { a: [1.5] });
    const error = await format.get('attack').catch((cause: unknown) => cause);
    expect(isMemcachedError(error)).toBe(true);
    expect(error).toMatchObject({
      code: 'MC_DECODE',
      cause: { message: expect.stringContaining('os.system') },
    });
    expect(await format.get('good')).toEqual({ a: [1.5] });
    expect(await client.get('nothing')).toBeUndefined();
  });
});
