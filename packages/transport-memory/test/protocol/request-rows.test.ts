import { describe, expect, it } from 'vitest';
import { type PlainRequest, readRequests } from './request-text.js';

const ERROR = { verb: 'refused', line: 'ERROR' };
const BAD_LINE = { verb: 'refused', line: 'CLIENT_ERROR bad command line format' };
const BAD_EXPTIME = { verb: 'refused', line: 'CLIENT_ERROR invalid exptime argument' };
const BAD_DELTA = { verb: 'refused', line: 'CLIENT_ERROR invalid numeric delta argument' };
const BAD_DELETE = {
  verb: 'refused',
  line: 'CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]',
};
const LONG = 'x'.repeat(251);

function stored(verb: string, body: string, more: object = {}): object {
  const defaults = { key: 'k', flags: 0, exptime: 0, bodyLength: body.length, cas: 0n, noreply: false };
  return { verb, body, ...defaults, ...more };
}

function retrieved(verb: string, keys: readonly string[], exptime?: number, refusal?: string): object {
  return { verb, keys, exptime, refusal };
}

/** What is sent, and the requests it makes. All of it was compared with memcached 1.6.18. */
const ROWS: readonly (readonly [sent: string, requests: readonly object[]])[] = [
  // get and its kin
  ['get a\r\n', [retrieved('get', ['a'])]],
  ['get a bb  ccc \r\n', [retrieved('get', ['a', 'bb', 'ccc'])]],
  ['gets a noreply\n', [retrieved('gets', ['a', 'noreply'])]],
  ['  bget a\r\n', [retrieved('get', ['a'])]],
  ['get caf\xc3\xa9 \x01\x7f\t\r\n', [retrieved('get', ['caf\xc3\xa9', '\x01\x7f\t'])]],
  ['get\r\n', [ERROR]],
  [`get a ${LONG} b\r\n`, [retrieved('get', ['a'], undefined, BAD_LINE.line)]],
  ['gat 10 a b\r\n', [retrieved('gat', ['a', 'b'], 10)]],
  ['gats -1 a\r\n', [retrieved('gats', ['a'], -1)]],
  ['gat 10\r\n', [retrieved('gat', [], 10)]],
  ['gat\r\n', [ERROR]],
  ['gat x a\r\n', [BAD_EXPTIME]],
  // what ends a line, and what ends it early
  ['get a\0b c\r\n', [retrieved('get', ['a'])]],
  ['get a\rb\r\n', [retrieved('get', ['a\rb'])]],
  ['\r\n', [ERROR]],
  ['\n', [ERROR]],
  ['x\r\n', [ERROR]],
  ['   \r\n', [ERROR]],
  // storing
  ['set k 0 0 3\r\nabc\r\n', [stored('set', 'abc')]],
  ['add k 7 60 0\r\n\r\n', [stored('add', '', { flags: 7, exptime: 60 })]],
  [
    'replace k 4294967295 -1 4\r\n\r\n\r\n\r\n',
    [stored('replace', '\r\n\r\n', { flags: 4294967295, exptime: -1 })],
  ],
  ['append k 0 0 1 noreply\r\nx\r\n', [stored('append', 'x', { noreply: true })]],
  ['prepend k 0 0 1 later\r\nx\r\n', [stored('prepend', 'x')]],
  ['cas k 0 0 1 18446744073709551615\r\nx\r\n', [stored('cas', 'x', { cas: 18446744073709551615n })]],
  ['cas k 0 0 1 5 noreply\r\nx\r\n', [stored('cas', 'x', { cas: 5n, noreply: true })]],
  ['set k 4294967296 4294967296 4294967297\r\nx\r\n', [stored('set', 'x')]],
  ['set k 0 0 1 2 3\r\n', [ERROR]],
  ['set k 0 0\r\n', [ERROR]],
  ['cas k 0 0 1\r\n', [ERROR]],
  ['set k -1 0 1\r\nget a\r\n', [BAD_LINE, retrieved('get', ['a'])]],
  ['set k 0 x 1\r\n', [BAD_LINE]],
  ['set k 0 0 -1\r\n', [BAD_LINE]],
  ['set k 0 0 2147483646\r\n', [BAD_LINE]],
  ['cas k 0 0 1 -1\r\n', [BAD_LINE]],
  [`set ${LONG} 0 0 1\r\n`, [BAD_LINE]],
  [`set ${LONG} 0 0 1 noreply\r\n`, []],
  ['set k 0 0 noreply\r\n', []],
  ['set k 0 0 2\r\nabcd\r\n', [{ verb: 'refused', line: 'CLIENT_ERROR bad data chunk' }, ERROR]],
  ['set k 0 0 2 noreply\r\nabcd\r\n', [ERROR]],
  ['set k 0 0 1\r\nx\nget a\r\n', [{ verb: 'refused', line: 'CLIENT_ERROR bad data chunk' }, ERROR]],
  // counters
  ['incr k 5\r\n', [{ verb: 'incr', key: 'k', delta: 5n, noreply: false }]],
  [
    'decr k 18446744073709551615 noreply\r\n',
    [{ verb: 'decr', key: 'k', delta: 18446744073709551615n, noreply: true }],
  ],
  ['incr k 18446744073709551616\r\n', [BAD_DELTA]],
  ['incr k -1\r\n', [BAD_DELTA]],
  ['incr k noreply\r\n', []],
  ['incr k\r\n', [ERROR]],
  [`incr ${LONG} 1\r\n`, [BAD_LINE]],
  // delete
  ['delete k\r\n', [{ verb: 'delete', key: 'k', noreply: false }]],
  ['delete noreply\r\n', [{ verb: 'delete', key: 'noreply', noreply: false }]],
  ['delete k 0\r\n', [{ verb: 'delete', key: 'k', noreply: false }]],
  ['delete k noreply\r\n', [{ verb: 'delete', key: 'k', noreply: true }]],
  ['delete k 0 noreply\r\n', [{ verb: 'delete', key: 'k', noreply: true }]],
  ['delete k 10\r\n', [BAD_DELETE]],
  ['delete k 10 noreply\r\n', []],
  ['delete k 0 0\r\n', [BAD_DELETE]],
  [`delete ${LONG}\r\n`, [BAD_LINE]],
  ['delete\r\n', [ERROR]],
  // the others
  ['touch k 9 \r\n', [{ verb: 'touch', key: 'k', exptime: 9, noreply: false }]],
  ['touch k 9 noreply\r\n', [{ verb: 'touch', key: 'k', exptime: 9, noreply: true }]],
  ['touch k never\r\n', [BAD_EXPTIME]],
  [`touch ${LONG} 1\r\n`, [BAD_LINE]],
  ['flush_all\r\n', [{ verb: 'flush_all', exptime: 0, noreply: false }]],
  ['flush_all -1\r\n', [{ verb: 'flush_all', exptime: -1, noreply: false }]],
  ['flush_all noreply\r\n', [{ verb: 'flush_all', exptime: 0, noreply: true }]],
  ['flush_all 5 noreply\r\n', [{ verb: 'flush_all', exptime: 5, noreply: true }]],
  ['flush_all soon\r\n', [BAD_EXPTIME]],
  ['flush_all soon noreply\r\n', []],
  ['verbosity 1\r\n', [{ verb: 'verbosity', level: 1, noreply: false }]],
  ['verbosity noreply\r\n', []],
  ['verbosity x\r\n', [BAD_LINE]],
  ['verbosity\r\n', [ERROR]],
  ['stats\r\n', [{ verb: 'stats', group: undefined }]],
  [`stats items ${LONG}\r\n`, [{ verb: 'stats', group: 'items' }]],
  ['version please\r\n', [{ verb: 'version' }]],
  ['quit now\r\nversion\r\n', [{ verb: 'quit' }]],
  // what managed clusters know; memcached answers all of it with ERROR
  ['config get cluster\r\n', [{ verb: 'config', name: 'cluster' }]],
  ['config  get  x \n', [{ verb: 'config', name: 'x' }]],
  ['config\r\n', [ERROR]],
  ['config get\r\n', [ERROR]],
  ['config get cluster now\r\n', [ERROR]],
  ['config set cluster\r\n', [ERROR]],
  ['CONFIG get cluster\r\n', [ERROR]],
  // unknown words
  ['GET a\r\n', [ERROR]],
  ['getx a\r\n', [ERROR]],
  ['GET / HTTP/1.1\r\nversion\r\n', [{ verb: 'quit' }]],
  ['getx / HTTP/1.1\r\n', [ERROR]],
  ['mx / HTTP/1.1\r\n', [ERROR]],
  [`HEAD ${'k '.repeat(40)}HTTP/1.1\r\n`, [ERROR]],
];

describe('request lines', () => {
  it.each(ROWS)('%j', (sent, requests) => {
    expect(readRequests([sent])).toEqual(requests);
  });

  it.each(ROWS)('%j, byte by byte and with more behind it', (sent, requests) => {
    const isLast = (requests.at(-1) as PlainRequest | undefined)?.verb === 'quit';
    const more = isLast ? [] : [{ verb: 'version' }];
    expect(readRequests([...`${sent}version\r\n`])).toEqual([...requests, ...more]);
  });
});
