import { expect } from 'vitest';
import type { ObservedLink, TransportTests } from '../transport-context.js';
import { POLL } from '../waiting.js';

const MEBIBYTE = 1024 * 1024;

/** A `set` whose value is one character over and over. */
function setOf(key: string, character: string, length: number): Uint8Array {
  return Uint8Array.from(
    Buffer.from(`set ${key} 0 0 ${length}\r\n${character.repeat(length)}\r\n`, 'latin1'),
  );
}

async function expectStored(
  observed: ObservedLink,
  key: string,
  character: string,
  length: number,
): Promise<void> {
  observed.write(`get ${key}\r\n`);
  await observed.receivedExactly(`VALUE ${key} 0 ${length}\r\n${character.repeat(length)}\r\nEND\r\n`);
}

/** write, onData, onDrain. */
export const movingTests: TransportTests = {
  'bytes arrive complete and in order': async (bench) => {
    const observed = await bench.open();
    const keys = Array.from({ length: 500 }, () => bench.key());
    for (const key of keys) observed.write(`set ${key} 0 0 ${key.length}\r\n${key}\r\n`);
    await observed.receivedExactly('STORED\r\n'.repeat(keys.length));
    observed.write(keys.map((key) => `get ${key}\r\n`).join(''));
    const expected = keys.map((key) => `VALUE ${key} 0 ${key.length}\r\n${key}\r\nEND\r\n`).join('');
    await observed.receivedExactly(expected);
  },
  'every byte from 0 to 255 passes both ways': async (bench) => {
    const observed = await bench.open();
    const key = bench.key();
    const all = String.fromCharCode(...Array.from({ length: 256 }, (_, index) => index));
    observed.write(`set ${key} 0 0 256\r\n${all}\r\n`);
    await observed.receivedExactly('STORED\r\n');
    observed.write(`get ${key}\r\n`);
    await observed.receivedExactly(`VALUE ${key} 0 256\r\n${all}\r\nEND\r\n`);
  },
  'a request may come in any pieces': async (bench) => {
    const observed = await bench.open();
    const key = bench.key();
    for (const character of `set ${key} 0 0 4\r\nab\r\n\r\nget ${key}\r\n`) observed.write(character);
    await observed.receivedExactly(`STORED\r\nVALUE ${key} 0 4\r\nab\r\n\r\nEND\r\n`);
  },
  'bytes may be reused at once where write() says true, and after onDrain where it says false': async (
    bench,
  ) => {
    const observed = await bench.open();
    for (const length of [100, 10_000, MEBIBYTE - 1024]) {
      const key = bench.key();
      const bytes = setOf(key, 'x', length);
      const drains = observed.count('drain');
      if (!observed.write(bytes)) {
        await expect.poll(() => observed.count('drain'), POLL).toBeGreaterThan(drains);
      }
      bytes.fill(33);
      await observed.receivedExactly('STORED\r\n');
      await expectStored(observed, key, 'x', length);
    }
  },
  'megabytes written without waiting all arrive, and the drain is reported': async (bench) => {
    const observed = await bench.open();
    const keys = Array.from({ length: 24 }, () => bench.key());
    const length = MEBIBYTE - 1024;
    const drainsBefore = observed.count('drain');
    const returned = keys.map((key) => observed.write(setOf(key, 'y', length)));
    await observed.receivedExactly('STORED\r\n'.repeat(keys.length));
    if (returned.includes(false)) {
      await expect.poll(() => observed.count('drain'), POLL).toBeGreaterThan(drainsBefore);
    }
    await expectStored(observed, keys[23] as string, 'y', length);
  },
  'no event fires inside write()': async (bench) => {
    const observed = await bench.open();
    for (let index = 0; index < 50; index += 1) observed.write('get none\r\n');
    await observed.receivedExactly('END\r\n'.repeat(50));
    expect(observed.events.filter((event) => event.includes('inside'))).toStrictEqual([]);
  },
};
