import { expectsMemcached, startMemcached } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PATIENT } from '../../../test/patience.js';
import { called, failuresOf, openStore, subjects } from './open-store.js';
import { Browser, WebApp } from './web-app.js';

for (const { name, open } of subjects()) {
  describe(`an express app whose sessions are in ${name}`, () => {
    it('knows its users from login to logout', async () => {
      const store = open();
      await using app = new WebApp(store);
      const ada = new Browser(app);
      expect(await ada.visit('/look')).toStrictEqual({ status: 200, text: 'nobody', setCookie: false });
      expect(await ada.visit('/login')).toStrictEqual({ status: 200, text: 'welcome', setCookie: true });
      const cookie = ada.cookie;
      expect((await ada.visit('/count')).text).toBe('Ada 1');
      expect((await ada.visit('/count')).text).toBe('Ada 2');
      expect((await new Browser(app).visit('/look')).text).toBe('nobody');
      expect((await ada.visit('/logout')).text).toBe('bye');
      ada.cookie = cookie;
      expect((await ada.visit('/look')).text).toBe('nobody');
      expect(store.failures).toBe(0);
    });

    it('serves many users at once, each with a session of their own', async () => {
      await using app = new WebApp(open());
      const users = Array.from({ length: 20 }, () => new Browser(app));
      await Promise.all(users.map((user) => user.visit('/login')));
      for (let visit = 1; visit <= 3; visit += 1) {
        const pages = await Promise.all(users.map((user) => user.visit('/count')));
        expect(pages.map(({ text }) => text)).toStrictEqual(users.map(() => `Ada ${visit}`));
      }
      expect(new Set(users.map(({ cookie }) => cookie)).size).toBe(20);
    });

    it('gives a new id at login, and drops the old session', async () => {
      const store = open();
      await called((callback) => store.clear(callback));
      await using app = new WebApp(store);
      const ada = new Browser(app);
      await ada.visit('/login');
      const first = ada.cookie;
      await ada.visit('/login');
      expect(ada.cookie).not.toBe(first);
      expect(await called<number>((callback) => store.length(callback))).toBe(1);
    });

    it('tells of a session that the server refuses', async () => {
      await using app = new WebApp(open());
      const ada = new Browser(app);
      await ada.visit('/login');
      expect(await ada.visit('/large')).toMatchObject({ status: 500, text: 'MC_VALUE_TOO_LARGE' });
    });
  });
}

describe('the time of a session in an express app', () => {
  afterEach(() => void vi.useRealTimers());

  for (const rolling of [true, false]) {
    it(`starts anew with each visit, and ends without (rolling: ${rolling})`, async () => {
      const store = openStore({ servers: 'embedded:11211', transport: memoryTransport() });
      await using app = new WebApp(store, { rolling, cookie: { maxAge: 5_000 } });
      const ada = new Browser(app);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1) });
      await ada.visit('/login');
      const set = vi.spyOn(store, 'set');
      const touch = vi.spyOn(store, 'touch');
      for (let visit = 1; visit <= 3; visit += 1) {
        vi.setSystemTime(Date.now() + 4_000);
        expect(await ada.visit('/look')).toStrictEqual({ status: 200, text: 'Ada', setCookie: rolling });
      }
      expect([set.mock.calls.length, touch.mock.calls.length]).toStrictEqual([0, 3]);
      vi.setSystemTime(Date.now() + 7_001);
      expect((await ada.visit('/look')).text).toBe('nobody');
    });
  }
});

describe('the cookie’s time in an express app', () => {
  afterEach(() => void vi.useRealTimers());

  it('is what is left, for a page that comes after many that changed nothing', async () => {
    const store = openStore({ servers: 'embedded:11211', transport: memoryTransport() });
    await using app = new WebApp(store, { cookie: { maxAge: 5_000 } });
    const ada = new Browser(app);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1) });
    await ada.visit('/login');
    for (let visit = 1; visit <= 3; visit += 1) {
      vi.setSystemTime(Date.now() + 4_000);
      const left = Number((await ada.visit('/left')).text);
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(5_000);
    }
  });

  it('may be set by a page: for the next time alone, unless the session is saved', async () => {
    const store = openStore({ servers: 'embedded:11211', transport: memoryTransport() });
    await using app = new WebApp(store, { cookie: { maxAge: 5_000 } });
    const ada = new Browser(app);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1) });
    await ada.visit('/login');
    await ada.visit('/remember');
    vi.setSystemTime(Date.now() + 39_000);
    expect((await ada.visit('/look')).text).toBe('Ada');
    vi.setSystemTime(Date.now() + 8_000);
    expect((await ada.visit('/look')).text).toBe('nobody');
    await ada.visit('/login');
    await ada.visit('/remember?save');
    for (let visit = 1; visit <= 2; visit += 1) {
      vi.setSystemTime(Date.now() + 39_000);
      expect((await ada.visit('/look')).text).toBe('Ada');
    }
  });
});

if (expectsMemcached()) {
  describe('an express app whose memcached dies', () => {
    it('goes on without sessions, and with them when it is back', async () => {
      // At a path, which nobody else can take while it is gone.
      await using server = await startMemcached({ unixSocket: true });
      const store = openStore({ servers: server.address, ...PATIENT, retryTimeoutMs: 50 });
      const seen = failuresOf(store);
      await using app = new WebApp(store);
      const ada = new Browser(app);
      await ada.visit('/login');
      expect((await ada.visit('/look')).text).toBe('Ada');
      await server.kill();
      expect(await ada.visit('/look')).toMatchObject({ status: 200, text: 'nobody' });
      // She may be logged in still, so nothing that could be a logout is said to be done.
      expect(await ada.visit('/login')).toMatchObject({ status: 500 });
      expect(await new Browser(app).visit('/login')).toMatchObject({ status: 200, text: 'welcome' });
      expect(await ada.visit('/count')).toMatchObject({ status: 200, text: 'undefined 1' });
      expect(await ada.visit('/logout')).toMatchObject({ status: 500 });
      expect(new Set(seen.map((failure) => failure.split(' ')[0]))).toStrictEqual(
        new Set(['get', 'touch', 'regenerate', 'set']),
      );
      expect(store.failures).toBe(seen.length);
      await server.restart();
      await expect
        .poll(async () => {
          await ada.visit('/login');
          return (await ada.visit('/look')).text;
        })
        .toBe('Ada');
    });

    it('answers with errors where that is asked for, and starts without it', async () => {
      // At a path, which nobody else can take while it is gone.
      await using server = await startMemcached({ unixSocket: true });
      await server.kill();
      const store = openStore({
        servers: server.address,
        ...PATIENT,
        retryTimeoutMs: 50,
        onServerFailure: 'throw',
      });
      await using app = new WebApp(store);
      const ada = new Browser(app);
      expect((await ada.visit('/look')).text).toBe('nobody');
      expect((await ada.visit('/login')).text).toMatch(/^MC_/);
      await server.restart();
      await expect.poll(async () => (await ada.visit('/login')).status).toBe(200);
      await server.kill();
      expect(await ada.visit('/look')).toMatchObject({ status: 500, text: expect.stringMatching(/^MC_/) });
    });

    it('is not held up by one that hangs', async () => {
      await using server = await startMemcached();
      await using patient = new WebApp(openStore({ servers: server.address, ...PATIENT }));
      const login = new Browser(patient);
      await login.visit('/login');
      // The connection's own deadline is far: what ends the calls is theirs.
      const store = openStore({ servers: server.address, ...PATIENT, timeoutMs: 100 });
      await using app = new WebApp(store);
      const ada = new Browser(app, login.cookie);
      await expect.poll(async () => (await ada.visit('/look')).text).toBe('Ada');
      await server.pause();
      const started = performance.now();
      expect((await ada.visit('/look')).text).toBe('nobody');
      expect(performance.now() - started).toBeLessThan(10_000);
      server.resume();
      await expect.poll(async () => (await ada.visit('/look')).text).toBe('Ada');
    });
  });
}
