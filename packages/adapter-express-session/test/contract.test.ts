import { createClient } from '@mc/memcached';
import session, { type SessionData } from 'express-session';
import { beforeEach, describe, expect, it } from 'vitest';
import { called, dataOf, failuresOf, openStore, sessionOf, subjects } from './open-store.js';

/** Ids that memcached does not take as they are, and some that are like what the store makes of others. */
const HARD_IDS = [
  'with space',
  'line\r\nend',
  'nul\u0000',
  'a:b',
  'a%3Ab',
  '%#digest',
  'größe-🙂',
  'lone-\ud83d',
  'lone-\ufffd',
  '__proto__',
  'i'.repeat(300),
  `${'i'.repeat(300)}2`,
  `${'ü'.repeat(5_000)}\ud83d`,
];

for (const { name, open, target } of subjects()) {
  describe(`the store contract on ${name}`, () => {
    beforeEach(async () => {
      await using client = createClient(target);
      await client.flushAll();
    });

    it('is a store of express-session', () => {
      const store = open();
      expect(store).toBeInstanceOf(session.Store);
      expect(() => session({ secret: 's', resave: false, saveUninitialized: false, store })).not.toThrow();
    });

    it('gets what was set, whole and with its cookie', async () => {
      const store = open();
      const data = sessionOf({ user: 'Ada', more: { list: [1, null], text: 'ü\r\n' } });
      data.cookie.path = '/app';
      await called((callback) => store.set('id', data, callback));
      const found = await called<SessionData>((callback) => store.get('id', callback));
      expect(found).toStrictEqual(JSON.parse(JSON.stringify(data)));
      expect(found.cookie.path).toBe('/app');
      await called((callback) => store.set('id', sessionOf({ user: 'Eve' }), callback));
      expect(await dataOf(store, 'id')).toStrictEqual({ user: 'Eve' });
    });

    it('gets nothing, without an error, where there is nothing', async () => {
      const store = open();
      const outcome = await new Promise((resolve) => store.get('none', (...all) => resolve(all)));
      expect(outcome).toStrictEqual([null, undefined]);
    });

    it('destroys, also what is not there', async () => {
      const store = open();
      await called((callback) => store.set('id', sessionOf(), callback));
      await called((callback) => store.destroy('id', callback));
      expect(await dataOf(store, 'id')).toBeUndefined();
      await called((callback) => store.destroy('id', callback));
    });

    it('tells all sessions, how many, and clears them', async () => {
      const store = open();
      for (const sid of HARD_IDS)
        await called((callback) => store.set(sid, sessionOf({ user: sid }), callback));
      const all = await called<Record<string, SessionData>>((callback) => store.all(callback));
      expect(Object.keys(all).sort()).toStrictEqual([...HARD_IDS].sort());
      for (const sid of HARD_IDS.filter((each) => each.isWellFormed())) expect(all[sid]?.user).toBe(sid);
      expect(await called<number>((callback) => store.length(callback))).toBe(HARD_IDS.length);
      await called((callback) => store.clear(callback));
      expect(await called<number>((callback) => store.length(callback))).toBe(0);
      expect(await called((callback) => store.all(callback))).toEqual({});
    });

    it('takes ids of any text and length, each its own', async () => {
      const store = open();
      for (const [at, sid] of HARD_IDS.entries()) {
        await called((callback) => store.set(sid, sessionOf({ views: at }), callback));
      }
      for (const [at, sid] of HARD_IDS.entries()) {
        await called((callback) => store.touch(sid, sessionOf({ views: -1 }), callback));
        expect(await dataOf(store, sid), JSON.stringify(sid)).toStrictEqual({ views: at });
        await called((callback) => store.destroy(sid, callback));
        expect(await dataOf(store, sid), JSON.stringify(sid)).toBeUndefined();
      }
    });

    it('clears nothing but its own: other prefixes and other items stay', async () => {
      await using client = createClient(target);
      await client.set('other', 'theirs');
      const stores = ['sess:', 'sess:app:', 'sess2:'].map((prefix) => open({ prefix }));
      for (const store of stores) {
        for (const sid of ['id', 'app:id']) {
          await called((callback) => store.set(sid, sessionOf({ user: store.client.hash.name }), callback));
        }
      }
      await called((callback) => stores[0]?.clear(callback));
      const counts = stores.map((store) => called<number>((callback) => store.length(callback)));
      expect(await Promise.all(counts)).toStrictEqual([0, 2, 2]);
      expect(await client.get('other')).toBe('theirs');
    });

    it('works without callbacks', async () => {
      const store = open();
      store.set('id', sessionOf({ user: 'Ada' }));
      expect(await dataOf(store, 'id')).toStrictEqual({ user: 'Ada' });
      store.touch('id', sessionOf());
      store.destroy('id');
      expect(await dataOf(store, 'id')).toBeUndefined();
      expect(store.failures).toBe(0);
    });

    it('reads a session that another client stored as bytes of JSON', async () => {
      await using client = createClient(target);
      const store = open({ prefix: '' });
      await client.set('id', Buffer.from(JSON.stringify(sessionOf({ user: 'Ada' }))));
      expect(await dataOf(store, 'id')).toStrictEqual({ user: 'Ada' });
      const refusals = [
        called((callback) => store.all(callback)),
        called((callback) => store.length(callback)),
        called((callback) => store.clear(callback)),
      ];
      for (const outcome of await Promise.allSettled(refusals)) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'MC_CONFIGURATION' } });
      }
    });

    it('takes what cannot be read for no session, and says so', async () => {
      await using client = createClient({
        ...target,
        codec: { name: 'odd', id: 7, encode: () => Uint8Array.of(1), decode: (): unknown => 1 },
      });
      const store = open({ onServerFailure: 'throw' });
      const seen = failuresOf(store);
      const unreadable = [
        'not JSON',
        '"text"',
        'null',
        '{}',
        '{"cookie":1}',
        7,
        Uint8Array.of(0xff),
        { odd: true },
      ];
      for (const [at, value] of unreadable.entries()) {
        await client.set(`sess:${at}`, value);
        expect(await dataOf(store, `${at}`), `value ${at}`).toBeUndefined();
      }
      expect(seen).toStrictEqual(unreadable.map(() => 'get MC_DECODE'));
      await called((callback) => store.set('fine', sessionOf(), callback));
      const all = await called<Record<string, SessionData>>((callback) => store.all(callback));
      expect(Object.keys(all)).toStrictEqual(['fine']);
      expect(store.failures).toBe(2 * unreadable.length);
    });

    it('takes a serializer', async () => {
      const store = open({
        serializer: {
          stringify: (data) => Buffer.from(JSON.stringify(data)).toString('hex'),
          parse: (text) => JSON.parse(Buffer.from(text, 'hex').toString()) as SessionData,
        },
      });
      for (const sid of ['id', 'i'.repeat(300)]) {
        await called((callback) => store.set(sid, sessionOf({ user: 'Ada' }), callback));
        expect(await dataOf(store, sid)).toStrictEqual({ user: 'Ada' });
      }
      expect(await dataOf(open(), 'id')).toBeUndefined();
    });

    it('uses a client that is given, and leaves it open', async () => {
      await using client = createClient({ ...target, keyPrefix: 'app/' });
      const store = openStore({ client });
      await called((callback) => store.set('id', sessionOf(), callback));
      expect(await client.get('sess:id')).toBeTypeOf('string');
      await store.close();
      await store.close();
      await expect(dataOf(store, 'id')).rejects.toMatchObject({ code: 'MC_CLOSED' });
      expect(await client.delete('sess:id')).toBe(true);
    });
  });
}
