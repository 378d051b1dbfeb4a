import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { MemcachedSessionStore } from '@mc/adapter-express-session';
import session, { type Session, type SessionData, type SessionOptions } from 'express-session';

type Request = IncomingMessage & { session: Session & Partial<SessionData>; sessionID: string };
type Next = (error?: unknown) => void;
type Handler = (request: Request, response: ServerResponse, next: Next) => void;

/** The part of express that is used here: it comes without declarations. */
interface Express {
  use(handler: unknown): void;
  get(path: string, handler: Handler): void;
  listen(port: number, host: string): Server;
}

const express = createRequire(import.meta.url)('express') as () => Express;

/** What a page answered. */
export interface Page {
  readonly status: number;
  readonly text: string;
  /** True where it set the session's cookie. */
  readonly setCookie: boolean;
}

/** An app with sessions, listening on the loopback. */
export class WebApp implements AsyncDisposable {
  readonly #server: Server;
  readonly #listening: Promise<unknown>;

  constructor(store: MemcachedSessionStore, options: Partial<SessionOptions> = {}) {
    const app = express();
    app.use(session({ secret: 'test', resave: false, saveUninitialized: false, store, ...options }));
    addPages(app);
    app.use((error: Error & { code?: string }, _: Request, response: ServerResponse, __: Next) => {
      response.statusCode = 500;
      response.end(error.code ?? error.message);
    });
    this.#server = app.listen(0, '127.0.0.1');
    this.#listening = once(this.#server, 'listening');
  }

  async address(): Promise<string> {
    await this.#listening;
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function addPages(app: Express): void {
  app.get('/login', (request, response, next) => {
    request.session.regenerate((error) => {
      if (error) return next(error);
      request.session.user = 'Ada';
      request.session.views = 0;
      response.end('welcome');
    });
  });
  app.get('/count', (request, response) => {
    request.session.views = (request.session.views ?? 0) + 1;
    response.end(`${request.session.user} ${request.session.views}`);
  });
  app.get('/look', (request, response) => {
    response.end(request.session.user ?? 'nobody');
  });
  app.get('/reload', (request, response) => {
    const given = request.session;
    given.reload(() => {
      given.user = 'written to the session of before';
      request.session.views = -1;
      request.session.save(() => response.end(`${request.session.user}`));
    });
  });
  app.get('/left', (request, response) => {
    response.end(`${request.session.cookie.maxAge}`);
  });
  app.get('/remember', (request, response) => {
    request.session.cookie.maxAge = 40_000;
    if (request.url?.endsWith('?save')) request.session.more = 'changed';
    response.end('remembered');
  });
  app.get('/large', (request, response, next) => {
    request.session.more = 'x'.repeat(2 * 1024 * 1024);
    request.session.save((error) => (error ? next(error) : response.end('saved')));
  });
  app.get('/logout', (request, response, next) => {
    request.session.destroy((error) => (error ? next(error) : response.end('bye')));
  });
}

/** Visits pages and keeps the session's cookie. */
export class Browser {
  readonly #app: WebApp;
  cookie: string;

  constructor(app: WebApp, cookie = '') {
    this.#app = app;
    this.cookie = cookie;
  }

  async visit(path: string): Promise<Page> {
    const response = await fetch((await this.#app.address()) + path, { headers: { cookie: this.cookie } });
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) this.cookie = set.split(';')[0] ?? '';
    return { status: response.status, text: await response.text(), setCookie: set !== undefined };
  }
}
