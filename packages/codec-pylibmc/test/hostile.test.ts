import { PickleError, pylibmcCodec, pylibmcFormat, readPickle, writePickle } from '@mc/codec-pylibmc';
import { createClient, isMemcachedError } from '@mc/core';
import { randomFrom, testSeed } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { afterEach, describe, expect, it } from 'vitest';
import { pickleOf, read, refusalOf } from './pickle-text.js';
import { WIRE_VALUES } from './wire-values.js';

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

/** Runs it, and says what it took. */
function measured<T>(run: () => T): { result: T; ms: number; bytes: number } {
  const start = process.hrtime.bigint();
  const { heapUsed, external } = process.memoryUsage();
  const result = run();
  const after = process.memoryUsage();
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  return { result, ms, bytes: after.heapUsed + after.external - heapUsed - external };
}

const MIB = 1024 * 1024;

describe('pickles that ask for much', () => {
  it.each<[what: string, pickle: () => string]>([
    ['a million lists in each other', () => `${']'.repeat(1_000_000)}${'a'.repeat(999_999)}.`],
    ['a million tuples in each other', () => `N${'\x85'.repeat(1_000_000)}.`],
    ['a million dicts in each other', () => `${'}U\x01a'.repeat(400_000)}N${'s'.repeat(400_000)}.`],
    ['a million marks', () => `${'('.repeat(1_000_000)}${'l'.repeat(1_000_000)}.`],
    ['ten million lists', () => `(${']'.repeat(10_000_000)}l.`],
    ['ten million empty bytes', () => `(${'C\x00'.repeat(10_000_000)}l.`],
    ['ten million Nones', () => `${'N'.repeat(10_000_000)}.`],
    ['ten million marks', () => '('.repeat(10_000_000)],
    ['ten million entries of the memo', () => `N${'\x94'.repeat(10_000_000)}.`],
    ['a list that grows', () => `](${'N'.repeat(900_000)}e(${'N'.repeat(900_000)}e.`],
    ['an integer of a megabyte', () => `\x8b\x00\x00\x10\x00${'\xff'.repeat(MIB)}.`],
    ['an integer of a million digits', () => `L${'9'.repeat(1_000_000)}L\n.`],
  ])('%s end in an error, soon', (_, pickle) => {
    const data = pickleOf(pickle());
    const { result, ms, bytes } = measured(() => refusalOf(data));
    expect(result.code).toBe('PICKLE_LIMIT');
    expect(ms).toBeLessThan(3000);
    expect(bytes).toBeLessThan(400 * MIB);
  });

  it('counts levels that only the memo makes', () => {
    const lists = Array.from({ length: 601 }, (_, i) => `]p${i}\n0`);
    const links = Array.from({ length: 600 }, (_, i) => `g${i}\ng${i + 1}\na0`);
    const { code } = refusalOf(`${lists.join('')}${links.reverse().join('')}g0\n.`);
    expect(code).toBe('PICKLE_LIMIT');
  });

  it('shares what is the same: a billion laughs take no more than their pickle', () => {
    const levels = Array.from({ length: 30 }, (_, i) => `(${`h${String.fromCharCode(i)}`.repeat(10)}l\x94`);
    const { result, ms } = measured(() => read(`]\x94${levels.join('')}.`));
    const [first, second] = result as unknown[];
    expect(first).toBe(second);
    expect(ms).toBeLessThan(1000);
  });

  it('counts levels to the limit, in trees and where lists stand in several places', () => {
    const tree = (levels: number): string => `${']'.repeat(levels)}${'a'.repeat(levels - 1)}.`;
    expect(read(tree(500))).toBeInstanceOf(Array);
    expect(refusalOf(tree(501)).message).toBe('the pickle has more than 500 levels');
    expect(read(tree(1000), { maxDepth: 1000 })).toBeInstanceOf(Array);
    const shared = (levels: number): string =>
      `]\x94${Array.from({ length: levels - 1 }, (_, i) => `(g${i}\ng${i}\nl\x94`).join('')}.`;
    expect(read(shared(500))).toBeInstanceOf(Array);
    expect(refusalOf(shared(501)).message).toBe('the pickle has more than 500 levels');
    expect(read('](]]]e.', { maxDepth: 2 })).toEqual([[], [], []]);
    expect(refusalOf('](]]]ae.', { maxDepth: 2 }).code).toBe('PICKLE_LIMIT');
  });

  it('takes a list of 600 that contains itself', () => {
    const list = read(`]\x94(${']'.repeat(600)}h\x00e.`) as unknown[];
    expect(list).toHaveLength(601);
    expect(list[600]).toBe(list);
  });

  it('takes as many values as allowed', () => {
    expect(read(`](${'N'.repeat(8)}e.`, { maxItems: 9 })).toHaveLength(8);
    expect(refusalOf(`](${'N'.repeat(9)}e.`, { maxItems: 9 }).code).toBe('PICKLE_LIMIT');
  });

  it('reads a dict whose keys are far apart in bounded time', () => {
    const members = Array.from({ length: 200_000 }, (_, i) => `J${i32(i * 4096)}N`);
    const { result, ms } = measured(() => read(`}(${members.join('')}u.`, { maxItems: 1_000_000 }));
    expect((result as Map<number, null>).size).toBe(200_000);
    expect(ms).toBeLessThan(3000);
  });
});

function i32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value | 0);
  return bytes.toString('latin1');
}

describe('damaged pickles', () => {
  const samples = [5, 2].flatMap((protocol) =>
    Object.values(WIRE_VALUES)
      .map(({ exact }) => writePickle(exact, { protocol: protocol as 2 | 5 }))
      .filter(({ length }) => length < 3000),
  );

  /** A value, or a PickleError. */
  function tryToRead(data: Uint8Array): void {
    for (const exact of [false, true]) {
      try {
        readPickle(data, { exact });
      } catch (error) {
        if (!(error instanceof PickleError)) throw error;
      }
    }
  }

  it('are errors where they are cut, at any byte', () => {
    for (const sample of samples) {
      const step = Math.max(1, Math.floor(sample.length / 200));
      for (let length = 0; length < sample.length; length += step) {
        expect(refusalOf(sample.slice(0, length)).code).toBe('PICKLE_DAMAGED');
      }
    }
  });

  it('are values or errors where bits are flipped', () => {
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

  it('are values or errors where they are random opcodes', () => {
    const random = randomFrom(testSeed() + 1);
    const opcodes = [
      ...']}()Nael.t\x85\x86\x87\x8f\x90\x91su01 2RbK\x01q\x00h\x00\x94\x93c\x81',
      'cuuid\nUUID\n',
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
