import type { HiddenFailure, MemcachedSessionStore } from '@mc/adapter-express-session';
import { createClient } from '@mc/memcached';
import { expectsMemcached, type FaultyTransport, faultyTransport, startMemcached } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import session, { type SessionData } from 'express-session';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PATIENT } from '../../../test/patience.js';
import { called, dataOf, failuresOf, openStore, sessionOf } from './open-store.js';
import { Browser, WebApp } from './web-app.js';

interface Faulty {
  readonly transport: FaultyTransport;
  readonly store: MemcachedSessionStore;
  readonly seen: string[];
}

function openFaulty(options = {}): Faulty {
  const transport = faultyTransport(memoryTransport());
  const store = openStore({ servers: 'embedded:11211', transport, retryTimeoutMs: 20, ...options });
  return { transport, store, seen: failuresOf(store) };
}

function lose(transport: FaultyTransport): void {
  transport.refuse();
  transport.cut();
}

/** Visits until the user is known again. */
async function backAgain(browser: Browser): Promise<void> {
  await expect.poll(async () => (await browser.visit('/look')).text).toBe('Ada');
}

const methodsOf = (seen: readonly string[]): string[] => seen.map((failure) => failure.split(' ')[0] ?? '');

describe('a user whose session cannot be read for a while', () => {
  afterEach(() => void vi.useRealTimers());

  for (const resave of [false, true]) {
    for (const saveUninitialized of [false, true]) {
      for (const rolling of [false, true]) {
        const options = { resave, saveUninitialized, rolling };
        it(`stays logged in: ${JSON.stringify(options)}`, async () => {
          const { transport, store, seen } = openFaulty();
          await using app = new WebApp(store, { ...options, cookie: { maxAge: 60_000, path: '/' } });
          const ada = new Browser(app);
          await ada.visit('/login');
          await ada.visit('/count');
          const { cookie } = ada;
          lose(transport);
          // Written to, which sends the cookie anew with the same id.
          expect(await ada.visit('/count')).toStrictEqual({
            status: 200,
            text: 'undefined 1',
            setCookie: true,
          });
          expect(await ada.visit('/look')).toStrictEqual({ status: 200, text: 'nobody', setCookie: rolling });
          expect(ada.cookie).toBe(cookie);
          expect(methodsOf(seen)).toStrictEqual(['get', 'set', 'get', resave ? 'set' : 'touch']);
          expect(store.failures).toBe(4);
          transport.accept();
          await backAgain(ada);
          expect(ada.cookie).toBe(cookie);
          expect((await ada.visit('/count')).text).toBe('Ada 2');
        });
      }
    }
  }

  it('is sent the cookie as `session()` was told to make it, under the same id', async () => {
    const { transport, store } = openFaulty();
    const cookie = () => ({ maxAge: 20_000, httpOnly: false });
    await using app = new WebApp(store, { cookie });
    const ada = new Browser(app);
    await ada.visit('/login');
    const before = ada.cookie;
    await ada.visit('/remember?save');
    lose(transport);
    const left = Number((await ada.visit('/left')).text);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(20_000);
    expect(await ada.visit('/count')).toMatchObject({ setCookie: true });
    expect(ada.cookie).toBe(before);
    transport.accept();
    await backAgain(ada);
    expect(Number((await ada.visit('/left')).text)).toBeGreaterThan(20_000);
  });

  it('keeps the cookie as it is where it ends with the browser', async () => {
    const { transport, store } = openFaulty();
    await using app = new WebApp(store);
    const ada = new Browser(app);
    await ada.visit('/login');
    lose(transport);
    expect(await ada.visit('/count')).toMatchObject({ text: 'undefined 1', setCookie: false });
    transport.accept();
    await backAgain(ada);
  });

  it('loses nothing where the server is back before the page is done', async () => {
    const { transport, store, seen } = openFaulty();
    await using app = new WebApp(store);
    const ada = new Browser(app);
    await ada.visit('/login');
    lose(transport);
    const createSession = store.createSession.bind(store);
    vi.spyOn(store, 'createSession').mockImplementationOnce((...all) => {
      transport.accept();
      return createSession(...all);
    });
    expect((await ada.visit('/count')).text).toBe('undefined 1');
    expect(methodsOf(seen)).toStrictEqual(['get', 'set']);
    await backAgain(ada);
    expect((await ada.visit('/count')).text).toBe('Ada 1');
  });

  it('may log out once the server is back, and gets a new id at a login', async () => {
    const { transport, store } = openFaulty();
    await using app = new WebApp(store);
    const ada = new Browser(app);
    await ada.visit('/login');
    const { cookie } = ada;
    lose(transport);
    expect((await ada.visit('/logout')).status).toBe(500);
    expect((await ada.visit('/login')).setCookie).toBe(true);
    expect(ada.cookie).not.toBe(cookie);
    // Whose session was not saved.
    transport.accept();
    ada.cookie = cookie;
    await backAgain(ada);
    expect((await ada.visit('/logout')).text).toBe('bye');
    ada.cookie = cookie;
    expect((await ada.visit('/look')).text).toBe('nobody');
  });

  it('is nobody after a reload that cannot be done, and what is written then is not saved', async () => {
    const { transport, store, seen } = openFaulty();
    await using app = new WebApp(store);
    const ada = new Browser(app);
    await ada.visit('/login');
    const get = store.get.bind(store);
    vi.spyOn(store, 'get').mockImplementationOnce((sid, callback) => {
      get(sid, (...all) => {
        lose(transport);
        callback(...all);
      });
    });
    expect((await ada.visit('/reload')).text).toBe('undefined');
    expect(new Set(methodsOf(seen))).toStrictEqual(new Set(['get', 'set', 'touch']));
    transport.accept();
    await backAgain(ada);
    expect((await ada.visit('/count')).text).toBe('Ada 1');
    expect((await ada.visit('/reload')).text).toBe('Ada');
  });

  it('gets a new session where there is none, or none that can be read', async () => {
    const { transport, store, seen } = openFaulty();
    await using client = createClient({ servers: 'embedded:11211', transport });
    await using app = new WebApp(store);
    const ada = new Browser(app);
    for (const spoil of [() => client.flushAll(), () => client.set(`sess:${idOf(ada)}`, 'not JSON')]) {
      await ada.visit('/login');
      const { cookie } = ada;
      await spoil();
      expect(await ada.visit('/count')).toMatchObject({ text: 'undefined 1', setCookie: true });
      expect(ada.cookie).not.toBe(cookie);
      expect((await ada.visit('/count')).text).toBe('undefined 2');
    }
    expect(seen).toStrictEqual(['get MC_DECODE']);
  });

  it('gets an error instead where that is asked for', async () => {
    const { transport, store } = openFaulty({ onServerFailure: 'throw' });
    await using app = new WebApp(store);
    const ada = new Browser(app);
    await ada.visit('/login');
    lose(transport);
    expect(await ada.visit('/count')).toMatchObject({ status: 500, setCookie: false });
    transport.accept();
    await backAgain(ada);
  });

  if (!expectsMemcached()) return;

  it('stays logged in though memcached hung for longer than the deadline', async () => {
    await using server = await startMemcached();
    const options = { cookie: { maxAge: 60_000 } };
    // Of the same sessions, and in no hurry.
    await using patient = new WebApp(openStore({ servers: server.address, ...PATIENT }), options);
    const calm = new Browser(patient);
    await calm.visit('/login');
    await calm.visit('/count');
    const { cookie } = calm;
    const store = openStore({ servers: server.address, timeoutMs: 100, retryTimeoutMs: 20 });
    await using app = new WebApp(store, options);
    const ada = new Browser(app, cookie);
    await backAgain(ada);
    await server.pause();
    expect(await ada.visit('/count')).toMatchObject({ status: 200, text: 'undefined 1' });
    server.resume();
    await backAgain(ada);
    expect(ada.cookie).toBe(cookie);
    expect((await calm.visit('/count')).text).toBe('Ada 2');
  });
});

/** The id in the browser's cookie. */
function idOf({ cookie }: Browser): string {
  return decodeURIComponent(cookie).replace(/^.*=s:([^.]+)\..*$/, '$1');
}

describe('a session that was not read', () => {
  it('is told from others, whoever asked for it', async () => {
    const { transport, store } = openFaulty();
    await called((callback) => store.set('id', sessionOf({ user: 'Ada' }), callback));
    const read = await called<SessionData>((callback) => store.get('id', callback));
    lose(transport);
    const unread = await called<SessionData>((callback) => store.get('id', callback));
    expect(unread).toStrictEqual({ cookie: { originalMaxAge: null } });
    expect([store.isUnread(read), store.isUnread(unread), store.isUnread({})]).toStrictEqual([
      false,
      true,
      false,
    ]);
  });

  it('is never stored or touched, nor is its copy for a request', async () => {
    const { transport, store } = openFaulty();
    const failures: HiddenFailure[] = [];
    store.on('failure', (failure) => failures.push(failure));
    await called((callback) => store.set('id', sessionOf({ user: 'Ada' }), callback));
    lose(transport);
    const unread = await called<SessionData>((callback) => store.get('id', callback));
    const loaded = await called<SessionData>((callback) => store.load('id', callback));
    transport.accept();
    await expect.poll(() => dataOf(store, 'id')).toStrictEqual({ user: 'Ada' });
    failures.length = 0;
    for (const each of [unread, loaded]) {
      expect(store.isUnread(each)).toBe(true);
      each.user = 'Eve';
      await called((callback) => store.set('id', each, callback));
      await called((callback) => store.touch('id', each, callback));
      store.set('id', each);
    }
    expect(await dataOf(store, 'id')).toStrictEqual({ user: 'Ada' });
    expect(failures.map(({ operation }) => operation)).toStrictEqual([
      'set',
      'touch',
      'set',
      'set',
      'touch',
      'set',
    ]);
    for (const { error } of failures) expect(error).toMatchObject({ code: /^MC_/ });
  });

  it('is loaded without a request, whatever the host was told of cookies', async () => {
    const { transport, store } = openFaulty();
    // This is what makes it know how to make sessions of its own.
    session({
      store,
      secret: 'test',
      proxy: true,
      resave: false,
      saveUninitialized: false,
      cookie: { secure: 'auto' },
    });
    lose(transport);
    const loaded = await called<SessionData>((callback) => store.load('id', callback));
    expect(loaded).toMatchObject({ id: 'id', cookie: { originalMaxAge: null, path: '/' } });
  });
});
