import { expect } from 'vitest';
import type { TransportTests } from '../transport-context.js';
import { POLL } from '../waiting.js';

/** connect() and onOpen. */
export const openingTests: TransportTests = {
  'reports that it is open once, after connect() has returned': async (bench) => {
    const observed = bench.connect();
    expect(observed.events).toStrictEqual([]);
    await observed.opened();
    observed.write('version\r\n');
    await expect.poll(() => observed.received, POLL).toMatch(/^VERSION .*\r\n$/);
    expect(observed.events).toStrictEqual(['open', ...observed.events.slice(1).map(() => 'data')]);
  },
  'links are independent of each other': async (bench) => {
    const [first, second] = [await bench.open(), await bench.open()];
    const key = bench.key();
    first.write(`set ${key} 0 0 1\r\n1\r\n`);
    await first.receivedExactly('STORED\r\n');
    first.link.destroy();
    await first.closed();
    second.write(`get ${key}\r\n`);
    await second.receivedExactly(`VALUE ${key} 0 1\r\n1\r\nEND\r\n`);
    expect(first.received).toBe('');
  },
  'destroy() before it is open ends it with one onClose': async (bench) => {
    const observed = bench.connect();
    observed.link.destroy();
    await observed.closed();
    expect(observed.count('open')).toBe(0);
  },
  'close() before it is open ends it with one onClose': async (bench) => {
    const observed = bench.connect();
    observed.link.close();
    await observed.closed();
    expect(observed.count('close')).toBe(1);
  },
};

/** What an address at which nothing listens does; not for transports that have no such thing. */
export const unreachableTests: TransportTests = {
  'an address at which nothing listens closes with an error and never opens': async (bench) => {
    const observed = bench.connect(bench.unreachable);
    expect(observed.events).toStrictEqual([]);
    await observed.closed();
    expect(observed.events).toStrictEqual(['close']);
    expect(observed.closeError).toBeInstanceOf(Error);
  },
  'a link to nowhere can be closed and destroyed before it has failed': async (bench) => {
    for (const end of ['close', 'destroy'] as const) {
      const observed = bench.connect(bench.unreachable);
      observed.link[end]();
      await observed.closed();
      expect(observed.events).toStrictEqual(['close']);
    }
  },
};
