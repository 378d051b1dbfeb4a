import { expectsMemcached, type MemcachedServer, startMemcached } from '@mc/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MemoryTransport, memoryTransport } from '../src/index.js';
import { openSocketWire, openTransportWire, type Wire } from './wire.js';

/** Ends a script, so that its replies can be waited for. */
const SENTINEL = 'version\r\n';
const SENTINEL_REPLY = 'VERSION 1.6.18\r\n';
const LONG_KEY = 'x'.repeat(251);
/** Largest body under a key of one byte with no flags, on a server with 1 MiB items. */
const LARGEST = 1_048_516;

function set(key: string, body: string, flags = 0): string {
  return `set ${key} ${flags} 0 ${body.length}\r\n${body}\r\n`;
}

/** Scripts that are sent piece by piece, each piece once the one before is answered. */
const SCRIPTS: readonly (readonly [name: string, pieces: readonly string[]])[] = [
  ['the largest item', [set('k', 'v'.repeat(LARGEST)), 'get k\r\n', 'incr k 1\r\n', 'delete k\r\n']],
  ['an item too large', [set('k', 'old'), set('k', 'v'.repeat(LARGEST + 1)), 'get k\r\n']],
  ['flags count', [set('k', 'v'.repeat(LARGEST - 4), 1), set('k', 'v'.repeat(LARGEST - 3), 1), 'get k\r\n']],
  ['an add too large', [set('k', 'old'), `add k 0 0 2000000\r\n${'v'.repeat(2_000_000)}\r\n`, 'get k\r\n']],
  [
    'silence about one too large',
    [set('k', '1'), `set k 0 0 1048576 noreply\r\n${'v'.repeat(1_048_576)}\r\n`, 'get k\r\n'],
  ],
  [
    'an append too large',
    [set('k', 'v'.repeat(LARGEST)), 'append k 0 0 1\r\nx\r\n', 'prepend k 0 0 1\r\nx\r\n', 'delete k\r\n'],
  ],
  ['append and prepend', [set('k', 'b', 7), 'append k 9 1 1\r\nc\r\nprepend k 9 1 1\r\na\r\n', 'gets k\r\n']],
  ['a counter grows', [set('k', '99'), 'incr k 1\r\nget k\r\ndecr k 1\r\nget k\r\n']],
  ['a counter wraps', [set('k', '18446744073709551615'), 'incr k 2\r\nget k\r\n']],
  ['a counter stops at 0', [set('k', '10'), 'decr k 11\r\nget k\r\nincr k 0\r\nget k\r\n']],
  ['a counter in spaces', [set('k', ' \t5 x'), 'incr k 1\r\nget k\r\n']],
  [
    'no counters',
    [set('k', ''), 'incr k 1\r\n', set('k', '-10'), 'incr k 1\r\n', set('k', '1.5'), 'incr k 1\r\n'],
  ],
  ['a number too long', [set('k', '9'.repeat(21)), 'incr k 1\r\nincr nothing 1\r\n']],
  ['a number in a large item', [set('k', `1${' '.repeat(524_300)}`), 'incr k 1\r\n', 'delete k\r\n']],
  ['a number in an item not as large', [set('k', `1${' '.repeat(524_000)}`), 'incr k 1\r\n', 'delete k\r\n']],
  ['cas', [set('k', '1'), 'gets k\r\n', 'cas k 0 0 1 0\r\n2\r\n', 'cas nothing 0 0 1 1\r\n2\r\n']],
  ['a CAS id stays with a touch', [set('k', '1'), 'touch k 100\r\ngats 200 k\r\ngets k\r\n']],
  [
    'a get whose last key is too long',
    [set('k', '1'), `get k k ${LONG_KEY}\r\n`, `gat -1 k ${LONG_KEY}\r\n`, 'get k\r\n'],
  ],
  ['a key twice', [set('k', '1'), 'get k k nothing k\r\n', 'gat -1 k k\r\n']],
  ['a get of many keys', [set('k', '1'), `get ${'k '.repeat(5000)}\r\n`]],
  ['many hits of some size', [set('k', 'v'.repeat(1000)), `gets ${'k '.repeat(300)}\r\n`]],
  ['a body that looks like commands', [set('k', 'x\r\nflush_all\r\n'), 'get k\r\n']],
  ['a body too short', ['set k 0 0 5\r\nab\r\nversion\r\n', 'get k\r\n']],
  ['a body too long', [set('k', 'old'), 'set k 0 0 2\r\nabcd\r\n', 'get k\r\n']],
  ['bare line feeds', ['set k 0 0 1\nx\r\nget k\n\nversion\n']],
  ['a NUL in a line', ['get k\0 z\r\nset k\0 0 0 1\r\n']],
  ['lines without words', ['\r\n \r\n\n\r\r\nx\r\n']],
  ['stats', ['stats reset\r\n', 'stats nothing\r\nstats sizes\r\n']],
  [
    'expired at once',
    ['set k 0 -1 1\r\nx\r\nget k\r\nadd k 0 2592001 1\r\nx\r\nadd k 0 2147483648 1\r\nx\r\nget k\r\n'],
  ],
  [
    'flush_all',
    [set('k', '1'), 'flush_all\r\nget k\r\nadd k 0 0 1\r\n2\r\nget k\r\n', 'flush_all noreply\r\nget k\r\n'],
  ],
  ['a flush_all long ago', [set('k', '1'), 'flush_all 2592001\r\nget k\r\n']],
  ['a flush_all to come', [set('k', '1'), 'flush_all 1000\r\nget k\r\ngets k\r\n']],
  ['a long get in two', [`get ${'k '.repeat(4000)}`, `${'k '.repeat(4000)}\r\n`]],
  ['2,048 bytes of a line', ['x'.repeat(2048 - SENTINEL.length), '\r\n']],
];

/** What memcached hangs up on, without a word. */
const HANG_UPS: readonly (readonly [name: string, sent: string])[] = [
  ['2,049 bytes of a line', 'x'.repeat(2049)],
  ['2,049 bytes of a gat', `gat 0 ${'k'.repeat(2043)}`],
  ['a get after 101 spaces', `${' '.repeat(101)}get ${'k '.repeat(1100)}`],
  ['an HTTP request', 'GET / HTTP/1.1\r\n'],
  ['quit', 'quit\r\n'],
  ['quit with more', 'quit at once\r\nversion\r\n'],
];

async function converse(wire: Wire, pieces: readonly string[]): Promise<string> {
  let replies = '';
  for (const piece of pieces) {
    // A piece that ends within a line has its sentinel before it: both come at once, so the piece has come too.
    wire.send(piece.endsWith('\n') ? piece + SENTINEL : SENTINEL + piece);
    replies += await wire.take((output) => output.endsWith(SENTINEL_REPLY));
  }
  return replies + (await wire.finish());
}

/** What a request is answered, and the seconds of the server's own clock before and behind it: all in one piece. */
async function betweenClocks(wire: Wire, request: string): Promise<[number, string, number]> {
  const clock = 'stats\r\n';
  wire.send(clock + request + clock + SENTINEL);
  const output = await wire.take((text) => text.endsWith(SENTINEL_REPLY));
  const parts =
    /^STAT [\s\S]*?\r\nSTAT time (\d+)[\s\S]*?\r\nEND\r\n([\s\S]*?)STAT [\s\S]*?\r\nSTAT time (\d+)/.exec(
      output,
    );
  return [Number(parts?.[1]), parts?.[2] ?? output, Number(parts?.[3])];
}

// Without a memcached to compare with, the suite is not there at all, and the run's end says so.
if (expectsMemcached()) describe('the embedded server and memcached 1.6.18', compare);

function compare(): void {
  let real: MemcachedServer;
  let transport: MemoryTransport;

  beforeAll(async () => {
    real = await startMemcached({ args: ['-o', 'no_lru_maintainer,no_lru_crawler'] });
    transport = memoryTransport();
  });

  afterAll(async () => {
    await real.stop();
  });

  async function openBoth(): Promise<[Wire, Wire]> {
    const [theirs, ours] = await Promise.all([
      openSocketWire(real.port),
      openTransportWire(transport, 'one:1'),
    ]);
    // Delayed flushes and old items of the script before must not reach this one.
    for (const wire of [theirs, ours]) {
      wire.send('flush_all\r\n');
      await wire.take((output) => output === 'OK\r\n');
    }
    return [theirs, ours];
  }

  it.each(SCRIPTS)('answer alike: %s', async (_name, pieces) => {
    const [theirs, ours] = await openBoth();
    const [expected, actual] = await Promise.all([converse(theirs, pieces), converse(ours, pieces)]);
    // Not toBe: a difference of a megabyte takes minutes to print.
    const at = firstDifference(expected, actual);
    expect(actual.slice(at, at + 200)).toBe(expected.slice(at, at + 200));
    expect(expected.endsWith(SENTINEL_REPLY)).toBe(true);
  });

  it('let an item with a ttl of 2 go when their clock is two seconds on', { timeout: 60_000 }, async () => {
    const lives = (await openBoth()).map(async (wire) => {
      const [sentAt, stored, storedAt] = await betweenClocks(wire, 'set k 0 2 1\r\nx\r\n');
      expect(stored).toBe('STORED\r\n');
      for (;;) {
        const [before, output, after] = await betweenClocks(wire, 'get k\r\n');
        if (output === 'END\r\n') return after - sentAt;
        expect(before - storedAt).toBeLessThan(2);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    for (const life of await Promise.all(lives)) expect(life).toBeGreaterThanOrEqual(2);
  });

  it.each(HANG_UPS)('hang up alike: %s', async (_name, sent) => {
    const [theirs, ours] = await openBoth();
    for (const wire of [theirs, ours]) {
      wire.send(sent);
      expect(await wire.take(() => false)).toBe('');
      expect(wire.closed).toBe(true);
    }
  });
}

function firstDifference(first: string, second: string): number {
  let at = 0;
  while (at < first.length && first[at] === second[at]) at += 1;
  return at;
}
