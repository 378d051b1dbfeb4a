import { describe, expect, it } from 'vitest';
import { makeItems } from '../../src/adapters/cache-items.js';
import { CACHE_LOADS } from '../../src/adapters/cache-load.js';
import type { CacheSubject } from '../../src/adapters/cache-subject.js';
import { CACHE_VALUES } from '../../src/adapters/cache-value.js';

const SIZES: Readonly<Record<string, [number, number]>> = {
  object: [48, 56],
  record: [190, 210],
  text: [1000, 1002],
  bytes: [10_000, 10_000],
};

/** A store that answers with these, whatever it is asked. */
function subject(stored: unknown, found: (id: number) => unknown): CacheSubject {
  const idOf = (key: string): number => Number(key.split(':').at(-1));
  return {
    prefix: 'p:',
    failures: [],
    set: async () => stored,
    get: async (key) => found(idOf(key)),
    getMany: async (keys) => keys.map((key) => found(idOf(key))),
    valueIn: (reply) => reply,
    valueAmong: (reply, _keys, at) => (reply as unknown[])[at],
  };
}

for (const [name, kind] of Object.entries(CACHE_VALUES)) {
  describe(`values: ${kind.title}`, () => {
    const items = makeItems(name, 'p:');

    it('have the size that is said, and tell each other apart', () => {
      for (const [id, value] of items.values.entries()) {
        const bytes = value instanceof Uint8Array ? value.length : JSON.stringify(value).length;
        expect(bytes).toBeGreaterThanOrEqual(SIZES[name]?.[0] as number);
        expect(bytes).toBeLessThanOrEqual(SIZES[name]?.[1] as number);
        expect([kind.isMarked(value, id), kind.isSame(value, kind.make(id))]).toEqual([true, true]);
        expect([kind.isMarked(value, (id + 1) % 1000), kind.isSame(value, kind.make(id + 1))]).toEqual([
          false,
          false,
        ]);
        expect([kind.isMarked(undefined, id), kind.isSame(undefined, value)]).toEqual([false, false]);
      }
    });

    it('are looked at by every load', async () => {
      const right = subject(true, (id) => items.values[id]);
      const wrong = subject(false, (id) => items.values[(id + 1) % 1000]);
      for (const load of Object.values(CACHE_LOADS)) {
        for (const turn of [0, 15, 16]) {
          await load.turn(right, items, turn);
          await expect(load.turn(wrong, items, turn)).rejects.toThrow(/not stored|not what is read/);
        }
      }
    });
  });
}
