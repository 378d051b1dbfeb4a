import { DecodeError } from '@mc/memcached';
import { randomFrom, testSeed } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { deadlineIn, type EntryLine, entryLine, readEntryLine } from '../src/entry-line.js';
import { memcachedStore } from '../src/index.js';
import { embeddedClient } from './open-store.js';

const GENERATION = 'aB3-_9zZ0aBc';

/** Lines of every kind. */
const LINES: ReadonlyArray<Omit<EntryLine, 'end'>> = [0, 1, Date.now(), 36 ** 9 - 1].flatMap((deadline) =>
  [0, 48, 0xffff_ffff].flatMap((flags) =>
    [undefined, 0, 5, -5, Date.now(), Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER].flatMap((expires) =>
      [undefined, '', 'key', 'a:b', 'é\ud800', '%', 'k'.repeat(1000)].flatMap((key) =>
        [true, false].map((isEnvelope) => ({
          ...{ generation: GENERATION, deadline, flags, isEnvelope, key },
          expires: isEnvelope ? expires : undefined,
        })),
      ),
    ),
  ),
);

describe('the line before a value', () => {
  it('is read as it was written, whatever the value behind it', () => {
    for (const line of LINES) {
      for (const value of ['', ':', 'e1:', 'k:', '\0\xff']) {
        const text = entryLine(line, 'id=z');
        const read = readEntryLine(Buffer.from(text + value, 'latin1'));
        expect(read).toEqual({ ...line, end: text.length });
      }
      expect(deadlineIn(entryLine(line, 'id=z'))).toBe(line.deadline);
    }
  });

  it('is refused where it is cut', () => {
    for (const line of LINES) {
      const text = entryLine(line, 'id=z');
      for (const length of [0, 1, 13, 21, 22, 25, 26, text.length - 1]) {
        expect(() => readEntryLine(Buffer.from(text.slice(0, length), 'latin1')), text).toThrow(TypeError);
      }
    }
  });

  it('of any bytes is read or refused, and nothing of them is a value of the store', async () => {
    const seed = testSeed();
    const random = randomFrom(seed);
    const client = embeddedClient();
    const store = memcachedStore(client, { clear: 'error' });
    const damaged: unknown[] = [];
    store.on('error', (error) => damaged.push(error));
    await store.set('key', { stored: true });
    for (let round = 0; round < 3000; round += 1) {
      const text = entryLine(random.pick(LINES), 'a:b:');
      const bytes = Buffer.from(text, 'latin1');
      for (let changes = random.integer(4); changes >= 0; changes -= 1) {
        bytes[random.integer(bytes.length)] = random.integer(256);
      }
      try {
        const { end } = readEntryLine(bytes);
        expect(end, `seed ${seed}`).toBeLessThanOrEqual(bytes.length);
      } catch (error) {
        expect(error, `seed ${seed}`).toSatisfy(
          (thrown) => thrown instanceof TypeError || thrown instanceof URIError,
        );
      }
      // As text, which is how a plain client stores it.
      if (round % 10 > 0) continue;
      await client.set('|key', bytes.toString('latin1'), { ttl: 60 });
      expect(await store.get('key')).toBeUndefined();
    }
    expect(damaged.every((error) => error instanceof DecodeError)).toBe(true);
  });
});
