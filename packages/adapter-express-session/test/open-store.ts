import {
  type HiddenFailure,
  type MemcachedSessionStore,
  type MemcachedSessionsOptions,
  memcachedSessions,
} from '@mc/adapter-express-session';
import type { ServerInput, Transport } from '@mc/core';
import { expectsMemcached, type MemcachedServer, startMemcached } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { tcpTransport } from '@mc/transport-tcp';
import session, { type SessionData } from 'express-session';
import { afterAll, afterEach, beforeAll } from 'vitest';

declare module 'express-session' {
  interface SessionData {
    user?: string;
    views?: number;
    more?: unknown;
  }
}

/** A server that the tests of a file share. */
export interface Subject {
  readonly name: string;
  /** Opens a store on the server; it is closed after the test. */
  open(options?: MemcachedSessionsOptions): MemcachedSessionStore;
  /** Address and transport, for clients beside the store. */
  readonly target: { readonly servers: ServerInput; readonly transport: Transport };
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

/** The servers that every test of the contract runs on: the embedded one and, where there is one, the real one. */
export function subjects(): Subject[] {
  const target = { servers: 'embedded:11211', transport: memoryTransport() };
  const embedded: Subject = {
    name: 'the embedded server',
    target,
    open: (options) => openStore({ ...target, ...options }),
  };
  return expectsMemcached() ? [embedded, realSubject()] : [embedded];
}

function realSubject(): Subject {
  const running: MemcachedServer[] = [];
  beforeAll(async () => void running.push(await startMemcached()));
  afterAll(async () => {
    for (const server of running) await server.stop();
  });
  const target = {
    get servers(): ServerInput {
      return (running[0] as MemcachedServer).address;
    },
    transport: tcpTransport(),
  };
  return { name: 'memcached', target, open: (options) => openStore({ ...target, ...options }) };
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
