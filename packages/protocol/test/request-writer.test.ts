import { describe, expect, it } from 'vitest';
import {
  COMMANDS,
  type CommandName,
  checkBodyLength,
  checkCas,
  checkDelta,
  checkFlags,
  checkKey,
  checkWord,
  exptimeOf,
  headBytes,
  NO_PARAMETERS,
  type Request,
  type RequestParameters,
  type TextWriter,
  type WireKey,
  writeBody,
  writeHead,
} from '../src/index.js';

const text: TextWriter = {
  writeAscii: (target, at, value) => void target.set(Buffer.from(value, 'latin1'), at),
  writeUtf8: (target, at, value) => void target.set(Buffer.from(value), at),
};

type Parts = Partial<RequestParameters> & { key?: WireKey };

function wire(name: CommandName, { key, ...parts }: Parts): string {
  const parameters = { ...NO_PARAMETERS, ...parts };
  const request: Request = { command: COMMANDS[name], key, parameters };
  const target = new Uint8Array(headBytes(request) + parameters.bodyLength + 2);
  const head = writeHead(target, 0, request, text);
  expect(head).toBeLessThanOrEqual(headBytes(request));
  const end = parameters.body === undefined ? head : writeBody(target, head, request, text);
  return Buffer.from(target.subarray(0, end)).toString('latin1');
}

const key = checkKey('k', '');
const value = { body: 'hé', bodyLength: checkBodyLength(3), flags: checkFlags(16) };

/** The lines of protocol.txt. */
const lines: ReadonlyArray<readonly [name: CommandName, parts: Parts, line: string]> = [
  ['get', { key }, 'get k\r\n'],
  ['gets', { key: checkKey('é', '') }, 'gets \xc3\xa9\r\n'],
  ['gat', { key, exptime: exptimeOf(100, 0) }, 'gat 100 k\r\n'],
  ['gats', { key, exptime: exptimeOf(-1, 0) }, 'gats -1 k\r\n'],
  ['set', { key, ...value }, 'set k 16 0 3\r\nh\xc3\xa9\r\n'],
  ['add', { key, ...value, exptime: exptimeOf(10, 0) }, 'add k 16 10 3\r\nh\xc3\xa9\r\n'],
  [
    'replace',
    { key, body: Uint8Array.of(0, 13, 10), bodyLength: checkBodyLength(3) },
    'replace k 0 0 3\r\n\0\r\n\r\n',
  ],
  ['append', { key, body: '', bodyLength: checkBodyLength(0) }, 'append k 0 0 0\r\n\r\n'],
  [
    'prepend',
    { key: checkKey('p'.repeat(250), ''), ...value },
    `prepend ${'p'.repeat(250)} 16 0 3\r\nh\xc3\xa9\r\n`,
  ],
  [
    'cas',
    { key, ...value, cas: checkCas(2n ** 64n - 1n) },
    'cas k 16 0 3 18446744073709551615\r\nh\xc3\xa9\r\n',
  ],
  ['incr', { key, delta: checkDelta(7) }, 'incr k 7\r\n'],
  ['decr', { key, delta: checkDelta(2n ** 64n - 1n) }, 'decr k 18446744073709551615\r\n'],
  ['delete', { key }, 'delete k\r\n'],
  ['touch', { key, exptime: exptimeOf(60, 0) }, 'touch k 60\r\n'],
  ['flushAll', {}, 'flush_all\r\n'],
  ['flushAll', { exptime: exptimeOf(30, 0) }, 'flush_all 30\r\n'],
  ['stats', {}, 'stats\r\n'],
  ['stats', { words: checkWord('settings') }, 'stats settings\r\n'],
  ['version', {}, 'version\r\n'],
  ['verbosity', { words: checkWord('1') }, 'verbosity 1\r\n'],
  ['quit', {}, 'quit\r\n'],
];

describe('request lines', () => {
  it.each(lines)('%s %#', (name, parts, line) => {
    expect(wire(name, parts)).toBe(line);
  });

  it('covers every command', () => {
    expect(new Set(lines.map(([name]) => name))).toEqual(new Set(Object.keys(COMMANDS)));
  });
});
