import { expectsMemcached, type MemcachedServer, startMemcached } from '@mc/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryTransport } from '../src/index.js';
import { seededRandom, seedOfRun } from './random.js';
import { KEYS, randomRequest } from './script.js';
import { openSocketWire, openTransportWire, type Wire } from './wire.js';

const SENTINEL = 'version\r\n';
const SENTINEL_REPLY = 'VERSION 1.6.18\r\n';
const SERVER = '127.0.0.1:11211';
const REQUESTS = Number(process.env.MC_DIFFERENTIAL_REQUESTS ?? 6000);

async function ask(wire: Wire, request: string): Promise<string> {
  wire.send(request + SENTINEL);
  return await wire.take((output) => output.endsWith(SENTINEL_REPLY));
}

function casIds(output: string): string[] {
  return [...output.matchAll(/^VALUE \S+ \d+ \d+ (\d+)\r$/gm)].map((match) => match[1] as string);
}

/** Statistics that both count alike. */
async function counters(wire: Wire): Promise<Map<string, string>> {
  wire.send('stats\r\n');
  const output = await wire.take((text) => text.endsWith('END\r\n'));
  const rows = [...output.matchAll(/^STAT (\S+) (.*)\r$/gm)].map(
    (match) => [match[1], match[2]] as [string, string],
  );
  return new Map(rows);
}

// Not get_expired: memcached finds some expired items before they are asked for.
const COUNTED_ALIKE = [
  ...['cmd_get', 'cmd_set', 'cmd_touch', 'get_hits', 'get_misses'],
  ...[
    'delete_misses',
    'delete_hits',
    'incr_misses',
    'incr_hits',
    'decr_misses',
    'decr_hits',
    'cas_misses',
    'cas_hits',
  ],
  ...['cas_badval', 'touch_hits', 'touch_misses', 'store_too_large', 'bytes', 'curr_items', 'total_items'],
  ...['limit_maxbytes', 'pointer_size', 'version', 'evictions'],
];

// Without a memcached to compare with, the suite is not there at all, and the run's end says so.
if (expectsMemcached()) describe('the embedded server answers as memcached 1.6.18 does', compare);

function compare(): void {
  let real: MemcachedServer;

  beforeAll(async () => {
    // Without the thread that moves items about: it holds items now and then, and incr then makes a new one of other size.
    real = await startMemcached({ args: ['-o', 'no_lru_maintainer,no_lru_crawler'] });
  });

  afterAll(async () => {
    await real.stop();
  });

  it('answers the same bytes to the same requests, one by one', { timeout: 120_000 }, async () => {
    await real.restart();
    const random = seededRandom(seedOfRun());
    console.log(`seed ${random.seed}, ${REQUESTS} requests`);
    const theirs = await openSocketWire(real.port);
    const ours = await openTransportWire(memoryTransport(), SERVER);
    const seenCas: string[] = [];
    for (let count = 0; count < REQUESTS; count += 1) {
      const request = randomRequest({ random, seenCas, inStep: true });
      const [expected, actual] = await Promise.all([ask(theirs, request), ask(ours, request)]);
      expect({ count, request, reply: actual }).toEqual({ count, request, reply: expected });
      seenCas.push(...casIds(actual));
    }
    // What has expired counts until it is asked for.
    for (const wire of [theirs, ours]) await ask(wire, `get ${KEYS.join(' ')}\r\n`);
    const [expected, actual] = await Promise.all([counters(theirs), counters(ours)]);
    for (const name of COUNTED_ALIKE) expect([name, actual.get(name)]).toEqual([name, expected.get(name)]);
    theirs.destroy();
    ours.destroy();
  });

  it('answers the same bytes to a stream that is split anywhere', { timeout: 120_000 }, async () => {
    await real.restart();
    const random = seededRandom(seedOfRun() + 1);
    const transport = memoryTransport();
    for (let run = 0; run < 60; run += 1) {
      const requests = Array.from({ length: 60 }, () =>
        randomRequest({ random, seenCas: ['1'], inStep: false }),
      );
      const script = `${requests.join('')}\r\n${SENTINEL}`;
      const theirs = await openSocketWire(real.port);
      theirs.send(script);
      const ours = await openTransportWire(transport, SERVER);
      const longest = random.pick([1, 3, 50, 5000]);
      for (let at = 0; at < script.length; ) {
        const length = 1 + random.integer(longest);
        ours.send(script.slice(at, at + length));
        at += length;
      }
      const [expected, actual] = await Promise.all([theirs.finish(), ours.finish()]);
      expect({ run, seed: random.seed, longest, reply: actual }).toEqual({
        run,
        seed: random.seed,
        longest,
        reply: expected,
      });
    }
  });
}
