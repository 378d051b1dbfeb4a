import type { Random } from './random.js';

/*
 * Random requests, right and wrong. Times that would make an item expire within the run are left out: the two
 * servers' clocks do not tick at the same moment.
 */

/** The keys of all good requests. */
export const KEYS: readonly string[] = [
  'a',
  'b',
  'key:1',
  'k'.repeat(250),
  '\xc3\xa9t\xc3\xa9',
  '\x01c\ttl\x7f',
];
const LONG_KEY = 'x'.repeat(251);
const INTEGERS = [
  ...[
    '0',
    '1',
    '5',
    '-1',
    '+3',
    '007',
    '\t4',
    '4\tx',
    '4x',
    '1.5',
    'abc',
    '-',
    '+',
    '-0',
    '0x10',
    '1e3',
    'noreply',
  ],
  ...['2147483647', '2147483648', '4294967295', '4294967296', '999999999999999', '9999999999999999'],
  ...['9223372036854775807', '9223372036854775808', '18446744073709551615', '18446744073709551616'],
  ...['-18446744073709551615', '-9223372036854775808', '-9223372036854775809', '99999999999999999999999'],
  ...['18446744073709551615\t-', '-18446744073709551616', '-5\v'],
];
const EXPTIMES = [
  ...[
    '0',
    '0',
    '0',
    '-1',
    '100000',
    '2592000',
    '2592001',
    '2147483647',
    '2147483648',
    '4294967296',
    'abc',
    '1000\tx',
  ],
  ...[
    '-2147483649',
    '9223372036854775807',
    '9223372036854775808',
    '-9223372036854775808',
    '+300',
    '12x',
    '1e9',
  ],
];
const BODIES = [
  '',
  '1',
  '9',
  '10',
  '99',
  ' 7',
  '7 ',
  '7 x',
  '3\0x',
  '18446744073709551615',
  '18446744073709551616',
  '0',
];
/*
 * None is only white space, and none has a minus sign: memcached's incr reads past the end of a value that is blank
 * or 2^63 and more, and what comes out depends on what is in memory there.
 */
const TEXTS = [
  'hello',
  'x\r\ny',
  '\r\n;',
  'get a\r\n',
  'delete a',
  '\0\0',
  '\xff\xfe',
  'v'.repeat(300),
  'w'.repeat(1500),
];
/** Where it is taken for a request line, it matters how much of it comes at once. */
const LONG_TEXT = 'q'.repeat(3000);

/** What the generator may use. */
export interface ScriptOptions {
  readonly random: Random;
  /** CAS ids that were seen. */
  readonly seenCas: readonly string[];
  /**
   * True where each reply is awaited. False leaves out requests whose reply depends on how the bytes arrive, and those
   * upon which memcached drops replies that it has not sent yet.
   */
  readonly inStep: boolean;
}

/** One request, perhaps wrong, with its body and everything that brings the stream back into step. */
export function randomRequest(options: ScriptOptions): string {
  const { random } = options;
  const make = random.pick(REQUESTS);
  return make(options);
}

function key({ random, inStep }: ScriptOptions): string {
  return inStep && random.once(40) ? LONG_KEY : random.pick(KEYS);
}

/** Joins the words of a line; once in a while with a word missing, doubled, strange or a space too many. */
function line(options: ScriptOptions, ...words: string[]): string {
  const { random } = options;
  const fault = random.integer(25);
  if (fault === 0) words.splice(random.integer(words.length), 1);
  if (fault === 1) words.push(random.pick(['extra', '0', ...INTEGERS]));
  if (random.once(6)) words.push('noreply');
  if (random.once(40)) words.push('', '');
  const text = words.join(random.once(30) ? '  ' : ' ');
  return text + (random.once(30) ? '\n' : '\r\n');
}

function retrieve(options: ScriptOptions): string {
  const { random } = options;
  const keys = Array.from({ length: random.integer(random.once(8) ? 60 : 4) }, () => key(options));
  const verb = random.pick(options.inStep ? ['get', 'gets', 'gets', 'bget'] : ['get', 'gets']);
  return line(options, verb, ...keys);
}

function retrieveAndTouch(options: ScriptOptions): string {
  const { random } = options;
  const keys = Array.from({ length: random.integer(4) }, () => key(options));
  return line(options, random.pick(['gat', 'gats']), random.pick(EXPTIMES), ...keys);
}

function store(options: ScriptOptions): string {
  const { random, seenCas } = options;
  const verb = random.pick(['set', 'set', 'set', 'add', 'replace', 'append', 'prepend', 'cas', 'cas']);
  const text = options.inStep && random.once(10) ? LONG_TEXT : random.pick(TEXTS);
  const body = random.once(3) ? text : random.pick(BODIES);
  const rightLength = !random.once(12);
  const wrongLengths = [
    '-1',
    'x',
    '2147483646',
    '2147483648',
    '4294967297',
    '4294967299',
    '3',
    '+2',
    '7',
    '0',
  ];
  const length = rightLength ? String(body.length) : random.pick(wrongLengths);
  const words = [
    verb,
    key(options),
    random.once(3) ? random.pick(INTEGERS) : '0',
    random.pick(EXPTIMES),
    length,
  ];
  if (verb === 'cas')
    words.push(random.once(4) ? random.pick(INTEGERS) : random.pick(['1', ...seenCas.slice(-6)]));
  // A length that is too long swallows what follows: give it something to swallow.
  return `${line(options, ...words)}${body}\r\n${rightLength ? '' : `${'z'.repeat(20)}\r\n`}`;
}

function arithmetic(options: ScriptOptions): string {
  return line(options, options.random.pick(['incr', 'decr']), key(options), options.random.pick(INTEGERS));
}

function remove(options: ScriptOptions): string {
  const { random } = options;
  return line(
    options,
    'delete',
    key(options),
    ...(random.once(4) ? [random.pick(['0', '10', 'noreply'])] : []),
  );
}

function touch(options: ScriptOptions): string {
  return line(options, 'touch', key(options), options.random.pick(EXPTIMES));
}

/** memcached forgets a flushed item only when it is asked for; so all are asked for. */
function flush(options: ScriptOptions): string {
  const { random } = options;
  if (!random.once(6)) return retrieve(options);
  const delay = random.pick([
    '',
    '',
    '',
    ' 0',
    ' -1',
    ' abc',
    ' 2592001',
    ' 100000',
    ' 100000 x',
    ' 2147483648',
    ' 0 0 0',
  ]);
  // No further faults: a short delay would end within the run.
  return `flush_all${delay}${random.once(6) ? ' noreply' : ''}\r\nget ${KEYS.join(' ')}\r\n`;
}

function other(options: ScriptOptions): string {
  const { random } = options;
  const requests = [
    ['version'],
    ['verbosity', random.pick(INTEGERS)],
    ['verbosity', '0'],
    ['mx', 'a'],
    ['GET', 'a'],
    ['set'],
    ['gets'],
    ['config', 'get', 'cluster'],
    ['x'],
    [''],
    ['get\0', 'a'],
    ['get', 'a\0b', 'b'],
    ['getx', 'a', 'HTTP/1.1'],
    ['\r'],
  ];
  return random.once(15) ? 'stats nothing\r\n' : line(options, ...random.pick(requests));
}

const REQUESTS = [
  ...[retrieve, retrieve, retrieve, retrieveAndTouch, store, store, store, store, store],
  ...[arithmetic, arithmetic, remove, touch, flush, other],
];
