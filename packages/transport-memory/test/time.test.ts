import { describe, expect, it } from 'vitest';
import { type ClockMode, memoryTransport } from '../src/index.js';
import { openTransportWire, type Wire } from './wire.js';

const SENTINEL_REPLY = 'VERSION 1.6.18\r\n';
/** A moment in the middle of a second. */
const START_MS = 1_800_000_000_500;

class Clock {
  ms = START_MS;
  readonly now = (): number => this.ms;
}

async function openAt(clock: Clock, mode: ClockMode): Promise<(request: string) => Promise<string>> {
  const wire: Wire = await openTransportWire(memoryTransport({ now: clock.now, clock: mode }), 'one:1');
  return async (request) => {
    wire.send(`${request}\r\nversion\r\n`);
    const output = await wire.take((text) => text.endsWith(SENTINEL_REPLY));
    return output.slice(0, -SENTINEL_REPLY.length);
  };
}

const HIT = 'VALUE k 0 1\r\nx\r\nEND\r\n';
const MISS = 'END\r\n';

describe('time in whole seconds, as memcached counts it', () => {
  it('lets an item of ttl 1 end with the current second', async () => {
    const clock = new Clock();
    const ask = await openAt(clock, 'second');
    await ask('set k 0 1 1\r\nx');
    clock.ms = START_MS + 499;
    expect(await ask('get k')).toBe(HIT);
    clock.ms = START_MS + 500;
    expect(await ask('get k')).toBe(MISS);
  });

  it('reads up to 30 days as relative, and more as seconds since 1970', async () => {
    const clock = new Clock();
    const ask = await openAt(clock, 'second');
    await ask('set k 0 2592000 1\r\nx');
    clock.ms = START_MS + 2_591_999_000;
    expect(await ask('get k')).toBe(HIT);
    clock.ms = START_MS + 2_592_000_000;
    expect(await ask('get k')).toBe(MISS);

    const end = Math.floor(clock.ms / 1000) + 10;
    await ask(`set k 0 ${end} 1\r\nx`);
    clock.ms = end * 1000 - 1;
    expect(await ask('get k')).toBe(HIT);
    clock.ms = end * 1000;
    expect(await ask('get k')).toBe(MISS);
  });

  it('sets the end anew with touch, gat and every write, but not with append and incr', async () => {
    const clock = new Clock();
    const ask = await openAt(clock, 'second');
    await ask('set k 0 10 1\r\n1');
    await ask('append k 0 100 1\r\n2');
    await ask('incr k 1');
    clock.ms += 9000;
    expect(await ask('get k')).toBe('VALUE k 0 2\r\n13\r\nEND\r\n');
    await ask('touch k 10');
    clock.ms += 9000;
    expect(await ask('gat 10 k')).not.toBe(MISS);
    clock.ms += 9000;
    expect(await ask('get k')).not.toBe(MISS);
    await ask('touch k 0');
    clock.ms += 10_000_000;
    expect(await ask('get k')).not.toBe(MISS);
    await ask('set k 0 1 1\r\n1');
    clock.ms += 1000;
    expect(await ask('get k')).toBe(MISS);
  });

  it('treats an expired item as absent in every command', async () => {
    const clock = new Clock();
    const ask = await openAt(clock, 'second');
    const requests = [
      ...[
        'replace k 0 0 1\r\ny',
        'append k 0 0 1\r\ny',
        'cas k 0 0 1 1\r\ny',
        'incr k 1',
        'delete k',
        'touch k 1',
      ],
      ...['gats 1 k', 'add k 0 0 1\r\ny'],
    ];
    const replies: string[] = [];
    for (const request of requests) {
      await ask('set k 0 5 1\r\n1');
      clock.ms += 5000;
      replies.push(await ask(request));
    }
    const lines = [
      'NOT_STORED',
      'NOT_STORED',
      'NOT_FOUND',
      'NOT_FOUND',
      'NOT_FOUND',
      'NOT_FOUND',
      'END',
      'STORED',
    ];
    expect(replies).toEqual(lines.map((line) => `${line}\r\n`));
  });

  it('flushes later what is written until then', async () => {
    const clock = new Clock();
    const ask = await openAt(clock, 'second');
    await ask('set k 0 0 1\r\nx');
    await ask('flush_all 3');
    clock.ms += 1000;
    expect(await ask('get k')).toBe(HIT);
    await ask('set j 0 0 1\r\nx');
    // memcached's delayed flush comes a second early.
    clock.ms += 1000;
    await ask('set i 0 0 1\r\nx');
    expect(await ask('get k j i')).toBe(MISS);
    clock.ms += 1000;
    expect(await ask('set k 0 0 1\r\nx')).toBe('STORED\r\n');
    clock.ms += 5000;
    expect(await ask('get k')).toBe(HIT);
  });
});

describe('precise time', () => {
  it('ends an item exactly its ttl after it was stored', async () => {
    const clock = new Clock();
    const ask = await openAt(clock, 'precise');
    await ask('set k 0 1 1\r\nx');
    clock.ms = START_MS + 999;
    expect(await ask('get k')).toBe(HIT);
    clock.ms = START_MS + 1000;
    expect(await ask('get k')).toBe(MISS);
  });

  it('takes absolute times', async () => {
    const clock = new Clock();
    const ask = await openAt(clock, 'precise');
    await ask('set k 0 1800000002 1\r\nx');
    clock.ms = 1_800_000_001_999;
    expect(await ask('get k')).toBe(HIT);
    clock.ms = 1_800_000_002_000;
    expect(await ask('get k')).toBe(MISS);
  });

  it('flushes at once and later', async () => {
    const clock = new Clock();
    const ask = await openAt(clock, 'precise');
    await ask('set k 0 0 1\r\nx');
    expect(await ask('flush_all')).toBe('OK\r\n');
    expect(await ask('get k')).toBe(MISS);
    await ask('set k 0 0 1\r\nx');
    expect(await ask('get k')).toBe(HIT);
    await ask('flush_all 2');
    clock.ms += 1999;
    expect(await ask('get k')).toBe(HIT);
    clock.ms += 1;
    expect(await ask('get k')).toBe(MISS);
    clock.ms += 1;
    await ask('set k 0 0 1\r\nx');
    expect(await ask('get k')).toBe(HIT);
    await ask('flush_all 2592001');
    expect(await ask('get k')).toBe(HIT);
  });
});
