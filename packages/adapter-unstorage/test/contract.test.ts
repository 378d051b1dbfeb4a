import type { MemcachedDriver } from '@mc/adapter-unstorage';
import { beforeEach, describe, expect, it } from 'vitest';
import { restoreSnapshot, type Storage, snapshot, subjects } from './open-storage.js';

/** What unstorage asks of every driver, case by case. */
for (const { name, open } of subjects()) {
  describe(`the driver contract on ${name}`, () => {
    let storage: Storage;
    let driver: MemcachedDriver;
    beforeEach(async () => {
      ({ storage, driver } = open());
      await storage.clear();
    });

    it('takes and gives a snapshot', async () => {
      await restoreSnapshot(storage, { 'site:title': 'Home', count: 3 });
      expect(await storage.getItem('site:title')).toBe('Home');
      expect(await snapshot(storage, '')).toStrictEqual({ 'site:title': 'Home', count: 3 });
    });

    it('is empty at first', async () => {
      expect(await storage.hasItem('page:one')).toBe(false);
      expect(await storage.getItem('page:one')).toBeNull();
      expect(await storage.getItemRaw('page:one')).toBeNull();
      expect(await storage.getKeys()).toStrictEqual([]);
    });

    it('stores items; what follows a ? is no part of the key', async () => {
      await storage.setItem('page:one', 'text one');
      await storage.setItem('page:two?lang=en', 'text two');
      expect(await storage.hasItem('page:one')).toBe(true);
      expect(await storage.getItem('page:one')).toBe('text one');
      expect(await storage.getItem('page/two?lang=fr')).toBe('text two');
    });

    it('lists keys, all of them or those of a base', async () => {
      for (const key of ['a:x', 'b:x', 'ab:x', 'c:x?y=1']) await storage.setItem(key, key);
      expect((await storage.getKeys()).sort()).toStrictEqual(['a:x', 'ab:x', 'b:x', 'c:x']);
      expect(await storage.getKeys('a')).toStrictEqual(['a:x']);
      expect(await storage.getKeys('none')).toStrictEqual([]);
    });

    it('lists keys down to a depth', async () => {
      for (const key of ['top', 'one:leaf', 'one:two:leaf', 'one:two:other']) await storage.setItem(key, 1);
      const keys = async (maxDepth: number) => (await storage.getKeys(undefined, { maxDepth })).sort();
      expect(await keys(0)).toStrictEqual(['top']);
      expect(await keys(1)).toStrictEqual(['one:leaf', 'top']);
      expect(await keys(2)).toStrictEqual(['one:leaf', 'one:two:leaf', 'one:two:other', 'top']);
      expect(await storage.getKeys('one:two', { maxDepth: 1 })).toStrictEqual([]);
    });

    it('stores objects and arrays', async () => {
      await storage.setItem('/data/object.json', { deep: { list: [1, null, 'x'] } });
      await storage.setItem('list', [1, 2]);
      expect(await storage.getItem('data:object.json')).toStrictEqual({ deep: { list: [1, null, 'x'] } });
      expect(await storage.getItem('list')).toStrictEqual([1, 2]);
    });

    it('stores primitives', async () => {
      for (const value of [true, 42, -1.5, 'text', '{"not":', '']) {
        await storage.setItem('primitive', value);
        expect(await storage.getItem('primitive')).toBe(value);
      }
    });

    it('stores what toJSON makes of an object', async () => {
      const as = (value: unknown) =>
        new (class {
          toJSON = (): unknown => value;
        })();
      await storage.setItem('as-text', as('told'));
      await storage.setItem('as-object', as({ told: true }));
      expect(await storage.getItem('as-text')).toBe('told');
      expect(await storage.getItem('as-object')).toStrictEqual({ told: true });
    });

    it('refuses what cannot be told as text', async () => {
      await expect(storage.setItem('instance', new (class Instance {})())).rejects.toThrow(/stringify/);
      expect(await storage.hasItem('instance')).toBe(false);
    });

    it('stores bytes as they are', async () => {
      const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
      await storage.setItemRaw('raw.bin', bytes);
      expect(Uint8Array.from((await storage.getItemRaw('raw.bin')) as Uint8Array)).toStrictEqual(bytes);
    });

    it('stores several at once', async () => {
      await storage.setItems([
        { key: 'many:1', value: 'one' },
        { key: 'many:2', value: { two: 2 } },
        { key: 'many:3', value: 3 },
      ]);
      expect(await storage.getItem('many:1')).toBe('one');
      expect(await storage.getItem('many:2')).toStrictEqual({ two: 2 });
      expect(await storage.getItem('many:3')).toBe(3);
    });

    it('reads several at once, in the order asked for', async () => {
      await storage.setItem('v3:a?q=1', 'three');
      await storage.setItem('v1:a', 'one');
      const wanted = ['v1:a', { key: 'v3:a?q=2' }, 'v4:none', 'v1:a'];
      expect(await storage.getItems(wanted)).toStrictEqual([
        { key: 'v1:a', value: 'one' },
        { key: 'v3:a', value: 'three' },
        { key: 'v4:none', value: null },
        { key: 'v1:a', value: 'one' },
      ]);
      expect(await storage.getItems([])).toStrictEqual([]);
    });

    it('tells falsy values from misses', async () => {
      await storage.setItem('zero', 0);
      await storage.setItem('no', false);
      expect([await storage.getItem('zero'), await storage.getItem('no')]).toStrictEqual([0, false]);
      expect([await storage.hasItem('zero'), await storage.hasItem('no')]).toStrictEqual([true, true]);
    });

    it('removes items; setting undefined is that too', async () => {
      await storage.setItem('gone:1', 'x');
      await storage.setItem('gone:2', 'x');
      await storage.removeItem('gone:1', false);
      await storage.setItem('gone:2', undefined);
      await storage.removeItem('never:there');
      expect(await storage.hasItem('gone:1')).toBe(false);
      expect(await storage.getItem('gone:2')).toBeNull();
    });

    it('clears, again where it is empty, and a base only', async () => {
      for (const key of ['a:1', 'a:2', 'ab:1', 'top']) await storage.setItem(key, 'x');
      // The storage itself clears whole mounts only.
      await driver.clear('a:');
      expect((await storage.getKeys()).sort()).toStrictEqual(['ab:1', 'top']);
      await driver.clear('top');
      expect((await driver.getKeys('ab')).sort()).toStrictEqual(['ab:1']);
      await storage.clear();
      await storage.clear();
      expect(await storage.getKeys()).toStrictEqual([]);
    });
  });
}
