import {
  canBeMiss,
  ERROR_TABLE,
  isMemcachedError,
  type MemcachedClient,
  type MemcachedError,
} from '@mc/memcached';
import session, { type Session, type SessionData } from 'express-session';
import { SessionItems } from './session-items.js';
import { type MemcachedSessionsSource, type StoreSetup, setupOf } from './store-options.js';
import { cookieFor, type SessionRequest, UnreadSessions } from './unread-sessions.js';

/** What the event `failure` tells. */
export interface HiddenFailure {
  /** The store's method. */
  readonly operation: string;
  readonly error: Error;
}

type Callback<T = void> = (error?: unknown, result?: T) => void;

/**
 * A store for express-session. Besides what every store has, it emits `failure` with a {@link HiddenFailure} for each
 * failure that no callback was told of. It is never `disconnect`ed in express-session's sense.
 */
export class MemcachedSessionStore extends session.Store {
  /** The client it works with; not closed by `close()` where it was given. */
  readonly client: MemcachedClient;
  readonly #setup: StoreSetup;
  readonly #items: SessionItems;
  readonly #unread: UnreadSessions = new UnreadSessions();
  /** The sessions of requests that came with an id. */
  readonly #known: WeakSet<object> = new WeakSet();
  #failures = 0;

  /** @throws ConfigurationError, InvalidArgumentError */
  constructor(source?: MemcachedSessionsSource) {
    super();
    this.#setup = setupOf(source);
    this.#items = new SessionItems(this.#setup);
    this.client = this.#setup.client;
  }

  /** How many failures no callback was told of. */
  get failures(): number {
    return this.#failures;
  }

  /**
   * The session, `undefined` where there is none or what is stored is no session. Where the server cannot be reached and
   * that is hidden: an empty one, see {@link isUnread}.
   */
  override get(sid: string, callback: (error: unknown, session?: SessionData | undefined) => void): void {
    const reading = this.#items
      .get(sid, (error) => this.#report('get', error))
      .catch((error: unknown) => {
        if (!this.#hides(error, canBeMiss)) throw error;
        this.#report('get', error as Error);
        return this.#unread.standIn(error as Error);
      });
    this.#finish<SessionData | undefined>('get', reading, callback, hideNothing);
  }

  /**
   * Whether this is an empty session that stands for one that could not be read, as a request's session or as `get` gives
   * it. It is never stored or touched, since it would overwrite what may be there.
   */
  isUnread(data: object): boolean {
    return this.#unread.failureOf(data as SessionData) !== undefined;
  }

  /** Called by express-session with what `get` gave. A session that could not be read keeps its id. */
  override createSession(req: SessionRequest, data: SessionData): Session & SessionData {
    const cookie = this.isUnread(data) ? cookieFor(req, this) : undefined;
    const made = super.createSession(req, data);
    this.#known.add(made);
    if (cookie !== undefined) this.#unread.pass(data, made, cookie);
    return made;
  }

  /** Stores the session until its cookie expires. A session that the server refuses is an error. */
  override set(sid: string, data: SessionData, callback?: (error?: unknown) => void): void {
    this.#write('set', data, () => this.#items.set(sid, data), callback);
  }

  /** Sets the session's time anew without sending or reading its data. */
  override touch(sid: string, data: SessionData, callback?: (error?: unknown) => void): void {
    this.#write('touch', data, () => this.#items.touch(sid, data), callback);
  }

  /** Deletes the session. That it may be there still is an error, whatever `onServerFailure` says: it was a logout. */
  override destroy(sid: string, callback?: (error?: unknown) => void): void {
    this.#finish('destroy', this.#items.destroy(sid), callback, hideNothing);
  }

  /**
   * Gives the request a session with a new id. That the old one may be there still is an error where the browser came with
   * it: many a logout is no more than this. Where it is new itself, nobody knows its id.
   */
  override regenerate(req: SessionRequest, callback: (error?: unknown) => void): void {
    const isNew = !this.#known.has(req.session);
    super.regenerate(req, (error: unknown) => {
      const hides = isNew && this.#hides(error, isServerFailure);
      if (hides) this.#report('regenerate', error as Error);
      callback(hides ? null : error);
    });
  }

  /** Every session by its id. An error where a server cannot be reached or does not tell its keys. */
  override all(callback: (error: unknown, sessions?: Record<string, SessionData> | null) => void): void {
    const reading = this.#items.all((error) => this.#report('all', error));
    this.#finish('all', reading, callback, hideNothing);
  }

  /** How many sessions there are. An error as with `all`. */
  override length(callback: (error: unknown, length?: number) => void): void {
    const counting = this.#items.listKeys().then((keys) => keys.length);
    this.#finish('length', counting, callback, hideNothing);
  }

  /** Deletes the sessions of this store's prefix, and nothing else. An error as with `all`. */
  override clear(callback?: (error?: unknown) => void): void {
    this.#finish('clear', this.#items.clear(), callback, hideNothing);
  }

  /** Closes the connections; every later call is an error. May be called again. */
  async close(): Promise<void> {
    await this.client.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #write(operation: string, data: SessionData, write: () => Promise<void>, callback?: Callback): void {
    const unread = this.#unread.failureOf(data);
    const writing = unread === undefined ? write() : Promise.reject(unread);
    this.#finish(operation, writing, callback, unread === undefined ? isServerFailure : canBeMiss);
  }

  /** Calls back exactly once, outside of the promise, so that what the callback throws is not taken for a failure. */
  #finish<T>(
    operation: string,
    work: Promise<T>,
    callback: Callback<T> | undefined,
    canHide: (error: MemcachedError) => boolean,
  ): void {
    work.then(
      (result) => queueMicrotask(() => callback?.(null, result)),
      (error: unknown) => {
        const hides = this.#hides(error, canHide);
        if (hides || callback === undefined) this.#report(operation, error as Error);
        queueMicrotask(() => callback?.(hides ? null : error));
      },
    );
  }

  #hides(error: unknown, canHide: (error: MemcachedError) => boolean): boolean {
    return this.#setup.policy === 'miss' && isMemcachedError(error) && canHide(error);
  }

  #report(operation: string, error: Error): void {
    this.#failures += 1;
    queueMicrotask(() => this.emit('failure', { operation, error } satisfies HiddenFailure));
  }
}

/**
 * Makes a store for `session({ store })` that keeps sessions in memcached. It connects when it is first used.
 *
 * @param source an address, a list of them, where to find them, a client, or options. Default `localhost:11211`
 * @throws ConfigurationError, InvalidArgumentError
 */
export function memcachedSessions(source?: MemcachedSessionsSource): MemcachedSessionStore {
  return new MemcachedSessionStore(source);
}

function isServerFailure({ code }: MemcachedError): boolean {
  return ERROR_TABLE[code].serverFailure;
}

function hideNothing(): boolean {
  return false;
}
