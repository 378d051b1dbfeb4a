import { expect } from 'vitest';
import type { ObservedLink, TransportTests } from '../transport-context.js';
import { POLL } from '../waiting.js';

/** Waits long enough for a second onClose or late data to show: whole round trips of another link. */
async function afterRoundTrips(other: ObservedLink): Promise<void> {
  for (let index = 0; index < 10; index += 1) {
    other.write('get none\r\n');
    await other.receivedExactly('END\r\n');
  }
}

/** close, destroy, onClose. */
export const closingTests: TransportTests = {
  'close() sends what was written, then closes without an error': async (bench) => {
    const observed = await bench.open();
    const key = bench.key();
    observed.write(`set ${key} 0 0 900000\r\n${'z'.repeat(900_000)}\r\n`);
    observed.link.close();
    await observed.closed();
    expect(observed.closeError).toBeUndefined();
    const other = await bench.open();
    await expect
      .poll(async () => {
        other.received = '';
        other.write(`get ${key}\r\n`);
        await expect.poll(() => other.received, POLL).toMatch(/END\r\n$/);
        return other.received.length;
      }, POLL)
      .toBeGreaterThan(900_000);
  },
  'destroy() closes once and passes its error on': async (bench) => {
    const observed = await bench.open();
    const other = await bench.open();
    const reason = new Error('enough');
    observed.link.destroy(reason);
    observed.link.destroy(new Error('again'));
    observed.link.close();
    await observed.closed();
    await afterRoundTrips(other);
    expect(observed.count('close')).toBe(1);
    expect(observed.closeError).toBe(reason);
  },
  'nothing is reported after onClose': async (bench) => {
    const observed = await bench.open();
    const other = await bench.open();
    observed.write('get none\r\n'.repeat(1000));
    observed.link.destroy();
    await observed.closed();
    await afterRoundTrips(other);
    expect(observed.events.at(-1)).toBe('close');
    expect(observed.count('close')).toBe(1);
  },
  'write() and close() on a closed link do nothing and throw nothing': async (bench) => {
    const observed = await bench.open();
    const other = await bench.open();
    observed.link.destroy();
    await observed.closed();
    observed.write('get none\r\n');
    observed.link.close();
    observed.link.destroy();
    await afterRoundTrips(other);
    expect(observed.events.at(-1)).toBe('close');
    expect(observed.received).toBe('');
  },
  'a connection that the server ends closes once, behind the last data': async (bench) => {
    const observed = await bench.open();
    const other = await bench.open();
    observed.write('get none\r\nquit\r\n');
    await observed.closed();
    await afterRoundTrips(other);
    expect(observed.received).toBe('END\r\n');
    expect(observed.events.at(-1)).toBe('close');
    expect(observed.count('close')).toBe(1);
  },
};
