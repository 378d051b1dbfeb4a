import { type MemcachedDriver, memcachedDriver } from '@mc/adapter-unstorage';
import { createClient } from '@mc/memcached';
import { randomFrom, testSeed } from '@mc/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { recordingTransport } from '../../../test/recording-transport.js';
import { createStorage, prefixStorage, type Storage, subjects } from './open-storage.js';

/** Keys that memcached does not take as they are, and some that are like what the driver makes of others. */
const HARD_KEYS = [
  'with space',
  'line\r\nend',
  'tab\tand\u0000nul\u007f',
  '100%',
  '100%25',
  '%20',
  '%#digest',
  '%u0041',
  'größe',
  '日本語:キー',
  '🙂',
  'lone-\ud83d',
  'lone-\ufffd',
  '__proto__',
  'constructor',
  `${'k'.repeat(240)}1`,
  `${'k'.repeat(240)}2`,
  `${'long '.repeat(2_000)}end`,
  `${'ü'.repeat(150)}\ud83d`,
  `${'ü'.repeat(150)}\ufffd`,
];

for (const { name, open, target } of subjects()) {
  describe(`items on ${name}`, () => {
    let storage: Storage;
    let driver: MemcachedDriver;
    beforeEach(async () => {
      ({ storage, driver } = open());
      await storage.clear();
    });

    it('have keys of any text and length, which are listed as they were given', async () => {
      await storage.setItems(HARD_KEYS.map((key, at) => ({ key, value: `value ${at}` })));
      const values = (await storage.getItems(HARD_KEYS)).map(({ value }) => value);
      expect(values).toStrictEqual(HARD_KEYS.map((_, at) => `value ${at}`));
      expect((await storage.getKeys()).sort()).toStrictEqual([...HARD_KEYS].sort());
      for (const key of HARD_KEYS) expect(await storage.hasItem(key)).toBe(true);
      for (const key of HARD_KEYS) await storage.removeItem(key);
      expect(await storage.getKeys()).toStrictEqual([]);
    });

    it('of long keys go with their base, and others stay', async () => {
      const long = 'part:'.repeat(100);
      await storage.setItems([`a:${long}x`, `b:${long}x`, 'a:short'].map((key) => ({ key, value: key })));
      expect((await storage.getKeys('a')).sort()).toStrictEqual([`a:${long}x`, 'a:short']);
      await driver.clear('a:');
      expect(await storage.getKeys()).toStrictEqual([`b:${long}x`]);
      expect(await storage.getItem(`b:${long}x`)).toBe(`b:${long}x`);
    });

    it('of random keys come back', async () => {
      const seed = testSeed();
      const random = randomFrom(seed);
      const units = ['a', ':', '%', ' ', '\n', 'é', '\ud800', '\udc00', '#', 'u', '2', '5'];
      const keys = new Set<string>();
      while (keys.size < 200) {
        const length = 1 + random.integer(random.integer(10) === 0 ? 300 : 8);
        const text = Array.from({ length }, () => units[random.integer(units.length)]).join('');
        if (/^(?!.*::)[^:].*[^:]$/s.test(text)) keys.add(text);
      }
      await storage.setItems([...keys].map((key) => ({ key, value: { key } })));
      const found = await storage.getItems([...keys]);
      expect(found, `seed ${seed}`).toStrictEqual([...keys].map((key) => ({ key, value: { key } })));
      expect((await storage.getKeys()).sort(), `seed ${seed}`).toStrictEqual([...keys].sort());
    });

    it('of two bases never mix', async () => {
      const bases = ['a', 'a:b', 'a%3Ab', 'b', 'A', 'unstorage', 'a b'];
      const storages = bases.map((base) => open({ base }).storage);
      for (const [at, each] of storages.entries()) {
        for (const key of ['b:c', 'c', 'a:b:c', 'x'.repeat(300)])
          await each.setItem(key, `${bases[at]} ${key}`);
      }
      for (const [at, each] of storages.entries()) {
        expect((await each.getKeys()).sort()).toStrictEqual(['a:b:c', 'b:c', 'c', 'x'.repeat(300)]);
        expect(await each.getItem('b:c')).toBe(`${bases[at]} b:c`);
        expect(await each.getItem('x'.repeat(300))).toBe(`${bases[at]} ${'x'.repeat(300)}`);
      }
      await storages[0]?.clear();
      expect(await storages[0]?.getKeys()).toStrictEqual([]);
      for (const each of storages.slice(1)) expect(await each.getKeys()).toHaveLength(4);
      for (const each of storages) await each.clear();
    });

    it('leave what is not of the storage alone', async () => {
      await using client = createClient(target);
      await client.set('foreign', 'theirs');
      await client.set('unstorag', 'theirs');
      await storage.setItem('own', 'ours');
      await storage.clear();
      expect(await client.getMulti(['foreign', 'unstorag'])).toHaveProperty('size', 2);
      await client.deleteMulti(['foreign', 'unstorag']);
    });

    it('are plain text under plain keys for other clients', async () => {
      await using client = createClient(target);
      await open({ base: 'site:' }).storage.setItem('page/one', { title: 'One' });
      expect(await client.get('site:page:one')).toBe('{"title":"One"}');
      await client.set('site:page:two', 'theirs');
      expect(await open({ base: 'site' }).storage.getItem('page:two')).toBe('theirs');
    });

    it('hold bytes of whatever kind, and look-alikes of the driver’s own form', async () => {
      const numbers = Float64Array.of(1.5, -2);
      await storage.setItemRaw('floats', numbers);
      expect(new Uint8Array((await storage.getItemRaw('floats')) as Uint8Array)).toStrictEqual(
        new Uint8Array(numbers.buffer),
      );
      await storage.setItemRaw('buffer', Uint8Array.of(7, 8).buffer);
      expect([...((await storage.getItemRaw('buffer')) as Uint8Array)]).toStrictEqual([7, 8]);
      const alike = Uint8Array.of(0, 0x6d, 0x63, 0x75, 1, 9, 9);
      await storage.setItemRaw('alike', alike);
      expect([...((await storage.getItemRaw('alike')) as Uint8Array)]).toStrictEqual([...alike]);
      const bytes = Uint8Array.of(0, 255);
      const longKey = 'k'.repeat(400);
      await storage.setItemRaw(longKey, bytes);
      expect([...((await storage.getItemRaw(longKey)) as Uint8Array)]).toStrictEqual([...bytes]);
      await storage.setItemRaw('object', { raw: [1] });
      expect(await storage.getItemRaw('object')).toStrictEqual({ raw: [1] });
    });

    it('may be null, and are there then, whatever their key and with meta too', async () => {
      for (const meta of [false, true]) {
        const { driver } = open({ base: 'nulls', meta });
        for (const key of ['short', 'long'.repeat(100)]) {
          await driver.setItemRaw(key, null);
          expect([await driver.hasItem(key), await driver.getItemRaw(key)]).toStrictEqual([true, null]);
          await driver.removeItem(key);
          expect(await driver.hasItem(key)).toBe(false);
        }
      }
      const { driver: plain } = open({ base: 'nulls' });
      await plain.setItemRaw('plain', null);
      expect(await open({ base: 'nulls', meta: true }).driver.hasItem('plain')).toBe(true);
      await plain.clear();
    });

    it('work in mounts and prefixed storages', async () => {
      const outer = createStorage();
      outer.mount('cache', open({ base: 'mounted' }).driver);
      const users = prefixStorage(outer, 'cache:users');
      await users.setItem('1', { name: 'Ada' });
      expect(await outer.getItems(['cache:users:1'])).toStrictEqual([
        { key: 'cache:users:1', value: { name: 'Ada' } },
      ]);
      expect(await users.getKeys()).toStrictEqual(['1']);
      await outer.clear('cache');
      expect(await users.getKeys()).toStrictEqual([]);
    });

    it('keep the meta that the storage stores beside them', async () => {
      await storage.setItem('page', 'x');
      await storage.setMeta('page', { author: 'Ada', mtime: new Date(0) });
      expect(await storage.getMeta('page')).toEqual({ author: 'Ada', mtime: new Date(0) });
      expect(await storage.getMeta('page', true)).toEqual({});
      expect(await storage.getKeys()).toStrictEqual(['page']);
      await storage.clear();
      expect(await storage.getMeta('page')).toEqual({});
    });
  });

  describe(`requests to ${name}`, () => {
    it('are made when they are needed, and one reads many', async () => {
      const transport = recordingTransport(target.transport);
      const { lines } = transport;
      const { storage } = open({ transport });
      expect(lines).toStrictEqual([]);
      await storage.getItems(['a', 'b:c', 'd']);
      expect(lines).toStrictEqual(['get unstorage:a unstorage:b:c unstorage:d']);
    });
  });

  describe(`a client that is given, on ${name}`, () => {
    it('is not closed, and its prefix goes before the base', async () => {
      await using client = createClient({ ...target, keyPrefix: 'app/' });
      const driver = memcachedDriver({ client, base: 'b' });
      const storage = createStorage({ driver });
      await storage.setItem('k', 'v');
      expect(await storage.getKeys()).toStrictEqual(['k']);
      expect(await client.get('b:k')).toBe('v');
      await storage.clear();
      await storage.dispose();
      await driver.dispose();
      await expect(storage.getItem('k')).rejects.toMatchObject({ code: 'MC_CLOSED' });
      expect(await client.get('b:k')).toBeUndefined();
    });

    it('may be the only argument', async () => {
      await using client = createClient(target);
      const driver = memcachedDriver(client);
      await driver.setItem('k', 'v');
      expect(await client.get('unstorage:k')).toBe('v');
      await driver.clear();
      await driver.dispose();
    });
  });
}
