import { memoryTransport } from '@mc/transport-memory';
import session, { type SessionData } from 'express-session';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recordingTransport } from '../../../test/recording-transport.js';
import { called, dataOf, openStore, sessionOf } from './open-store.js';

const START_MS = Date.UTC(2026, 0, 1);
const YEAR_MS = 365 * 86_400_000;

describe('the life of a session', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START_MS + 999 }));
  afterEach(() => void vi.useRealTimers());
  const pass = (milliseconds: number): void => void vi.setSystemTime(Date.now() + milliseconds);
  const open = (options = {}) =>
    openStore({ servers: 'embedded:11211', transport: memoryTransport(), ...options });

  it('ends with its cookie, never early, and at most the server’s two ticks late', async () => {
    const store = open();
    for (const maxAge of [1, 200, 1_000, 10_000]) {
      vi.setSystemTime(START_MS + 999);
      await called((callback) => store.set('id', sessionOf({ user: 'Ada' }, maxAge), callback));
      pass(maxAge - 1);
      expect(await dataOf(store, 'id'), `${maxAge} ms`).toStrictEqual({ user: 'Ada' });
      pass(2_100);
      expect(await dataOf(store, 'id'), `${maxAge} ms`).toBeUndefined();
    }
  });

  it('is the store’s where the cookie ends with the browser: a day, unless told otherwise', async () => {
    for (const [options, seconds] of [
      [{}, 86_400],
      [{ ttl: 5 }, 5],
    ] as const) {
      const store = open(options);
      await called((callback) => store.set('id', sessionOf({}, null), callback));
      pass(seconds * 1000 - 1);
      expect(await dataOf(store, 'id')).toBeDefined();
      pass(2_100);
      expect(await dataOf(store, 'id')).toBeUndefined();
    }
    const forever = open({ ttl: 0 });
    await called((callback) => forever.set('id', sessionOf({}, null), callback));
    pass(10 * YEAR_MS);
    expect(await dataOf(forever, 'id')).toBeDefined();
  });

  it('goes by any form of cookie that the host may hand over', async () => {
    const cookies = [
      { expires: new Date(START_MS + 5_999) },
      { expires: new Date(START_MS + 5_999).toISOString() },
      { expires: START_MS + 5_999 },
      { maxAge: 5_000 },
      { expires: null, maxAge: 5_000 },
    ];
    for (const cookie of cookies) {
      vi.setSystemTime(START_MS + 999);
      const store = open();
      await called((callback) => store.set('id', { cookie } as unknown as SessionData, callback));
      pass(4_999);
      expect(await dataOf(store, 'id'), JSON.stringify(cookie)).toBeDefined();
      pass(2_100);
      expect(await dataOf(store, 'id'), JSON.stringify(cookie)).toBeUndefined();
    }
  });

  it('starts anew with a touch, which sends a time and no data', async () => {
    const transport = recordingTransport(memoryTransport());
    const { lines } = transport;
    const store = open({ transport });
    await called((callback) => store.set('id', sessionOf({ user: 'Ada' }, 5_000), callback));
    pass(4_000);
    lines.length = 0;
    await called((callback) => store.touch('id', sessionOf({ user: 'never sent' }, 5_000), callback));
    expect(lines).toStrictEqual(['touch sess:id 6']);
    pass(4_000);
    expect(await dataOf(store, 'id')).toStrictEqual({ user: 'Ada' });
    await called((callback) => store.touch('none', sessionOf(), callback));
    expect(await dataOf(store, 'none')).toBeUndefined();
  });

  it('is what the cookie says, too, where only touches have kept it since', async () => {
    const store = open();
    const data = sessionOf({ user: 'Ada' }, 5_000);
    await called((callback) => store.set('id', data, callback));
    const stored = await called<SessionData>((callback) => store.get('id', callback));
    expect(stored.cookie.expires).toBe(new Date(START_MS + 5_999).toISOString());
    pass(4_000);
    await called((callback) => store.touch('id', sessionOf({}, 5_000), callback));
    pass(4_000);
    const kept = new Date(Date.now() + 5_000).toISOString();
    const read = await called<SessionData>((callback) => store.get('id', callback));
    expect(read.cookie).toStrictEqual({ ...stored.cookie, expires: kept });
    const all = await called<Record<string, SessionData>>((callback) => store.all(callback));
    expect(all.id?.cookie.expires).toBe(kept);
  });

  it('is left as it was stored where the cookie never said how long', async () => {
    const store = open();
    const past = new Date(START_MS).toISOString();
    for (const cookie of [
      { expires: past },
      { expires: past, originalMaxAge: null },
      { expires: past, originalMaxAge: -5 },
      { expires: 'soon', originalMaxAge: 5_000 },
      { expires: false, originalMaxAge: 5_000 },
      { originalMaxAge: 5_000 },
    ]) {
      await store.client.set('sess:id', JSON.stringify({ cookie }));
      const read = await called<SessionData>((callback) => store.get('id', callback));
      expect(read).toStrictEqual({ cookie });
    }
  });

  it('that is over already is deleted by set and by touch', async () => {
    const store = open();
    for (const over of [0, -1, -YEAR_MS]) {
      for (const method of ['set', 'touch'] as const) {
        await called((callback) => store.set('id', sessionOf(), callback));
        await called((callback) => store[method]('id', sessionOf({}, over), callback));
        expect(await dataOf(store, 'id'), `${method} ${over}`).toBeUndefined();
      }
    }
  });

  it('may be over 30 days, and beyond what memcached can hold', async () => {
    vi.useRealTimers();
    const store = open();
    for (const maxAge of [YEAR_MS / 4, 50 * YEAR_MS, 5_000 * YEAR_MS]) {
      await called((callback) => store.set('id', sessionOf({ views: maxAge }, maxAge), callback));
      expect(await dataOf(store, 'id')).toStrictEqual({ views: maxAge });
    }
  });

  it('that is no time is refused, and what is stored stays', async () => {
    const store = open();
    await called((callback) => store.set('id', sessionOf({ user: 'Ada' }), callback));
    for (const [cookie, message] of [
      [{ maxAge: Number.NaN }, /cookie\.maxAge/],
      [{ expires: 'soon' }, /cookie\.expires/],
      [{ expires: new Date(Number.NaN) }, /cookie\.expires/],
      [{ expires: true }, /cookie\.expires/],
      [undefined, /cookie/],
      [null, /cookie/],
      ['text', /cookie/],
    ] as const) {
      for (const method of ['set', 'touch'] as const) {
        const wrong = { cookie } as unknown as SessionData;
        await expect(called((callback) => store[method]('id', wrong, callback))).rejects.toMatchObject({
          code: 'MC_INVALID_ARGUMENT',
          message: expect.stringMatching(message),
        });
      }
    }
    for (const wrong of [undefined, null, 'text']) {
      await expect(called((callback) => store.set('id', wrong as never, callback))).rejects.toMatchObject({
        code: 'MC_INVALID_ARGUMENT',
      });
    }
    expect(await dataOf(store, 'id')).toStrictEqual({ user: 'Ada' });
  });

  it('is never negative by default', () => {
    for (const ttl of [Number.NaN, 'day', -5, -0.001, Number.NEGATIVE_INFINITY, null]) {
      expect(() => open({ ttl }), `${ttl}`).toThrow(
        expect.objectContaining({ code: 'MC_CONFIGURATION', message: expect.stringMatching(/ttl/) }),
      );
    }
  });

  it('is told by the host’s own cookie', () => {
    // What the store reads is a getter there.
    expect(sessionOf({}, 1_000).cookie).toBeInstanceOf(session.Cookie);
    expect(sessionOf({}, 1_000).cookie.expires).toStrictEqual(new Date(Date.now() + 1_000));
  });
});
