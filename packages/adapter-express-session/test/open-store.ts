import {
  type HiddenFailure,
  type MemcachedSessionStore,
  type MemcachedSessionsOptions,
  memcachedSessions,
} from '@mc/adapter-express-session';
import type { MemcachedClient } from '@mc/memcached';
import session, { type SessionData } from 'express-session';
import { afterEach } from 'vitest';
import { type Target, targets } from '../../../test/targets.js';

declare module 'express-session' {
  interface SessionData {
    user?: string;
    views?: number;
    more?: unknown;
  }
}

/** Options with which the store makes a client of its own. */
type OwnClient = Exclude<MemcachedSessionsOptions, { client: MemcachedClient }>;

/** A server that the tests of a file share. */
export interface Subject {
  readonly name: string;
  /** Opens a store on the server; it is closed after the test. */
  open(options?: OwnClient): MemcachedSessionStore;
  /** Address and transport, for clients beside the store. */
  readonly target: Target;
}

const openStores = new Set<MemcachedSessionStore>();
afterEach(async () => {
  for (const store of openStores) await store.close();
  openStores.clear();
});

/** Opens a store that is closed after the test. */
export function openStore(options: MemcachedSessionsOptions): MemcachedSessionStore {
  const store = memcachedSessions(options);
  openStores.add(store);
  return store;
}

/** The servers that every test of the contract runs on. */
export function subjects(): Subject[] {
  return [...targets()].map(([name, target]) => ({
    name,
    target,
    open: (options) => openStore({ ...target, ...options }),
  }));
}

/** A session as the host hands it to a store, whose cookie lives for `maxAge` milliseconds; null until the browser ends. */
export function sessionOf(data: Partial<SessionData> = {}, maxAge: number | null = 60_000): SessionData {
  const cookie = new session.Cookie();
  (cookie as { maxAge: number | null }).maxAge = maxAge;
  return { ...data, cookie };
}

/** Awaits a method that calls back with an error or a result. */
export function called<T = unknown>(
  start: (callback: (error?: unknown, result?: T | null) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => (error ? reject(error) : resolve(result as T)));
  });
}

/** What the session says now, apart from its cookie; `undefined` where there is none. */
export async function dataOf(store: MemcachedSessionStore, sid: string): Promise<object | undefined> {
  const found = await called<SessionData>((callback) => store.get(sid, callback));
  if (found === undefined) return undefined;
  const { cookie: _, ...data } = found;
  return data;
}

/** Codes of the failures that the store tells of, by method. */
export function failuresOf(store: MemcachedSessionStore): string[] {
  const seen: string[] = [];
  store.on('failure', ({ operation, error }: HiddenFailure) => {
    seen.push(`${operation} ${(error as { code?: string }).code}`);
  });
  return seen;
}
