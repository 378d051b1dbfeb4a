import session, { type Session, type SessionData } from 'express-session';

/** What express-session gives to `createSession`; `load` gives no more than the id. */
export type SessionRequest = Parameters<session.Store['createSession']>[0];

/** A store that `session()` was given: it put a function there. */
interface Host {
  /** Gives the request a session with a new id, and a cookie as `session()` was told to make it. */
  generate?(request: SessionRequest): void;
}

/** Sessions that stand for those that could not be read, each with what kept it from being read. */
export class UnreadSessions {
  readonly #failures: WeakMap<object, Error> = new WeakMap();

  /** An empty session in the place of one. */
  standIn(failure: Error): SessionData {
    const data: SessionData = { cookie: { originalMaxAge: null } };
    this.#failures.set(data, failure);
    return data;
  }

  /** Why the session was not read; `undefined` where it was, or is new. */
  failureOf(data: SessionData): Error | undefined {
    return this.#failures.get(data);
  }

  /** Makes the session that a request is given stand for the same as `standIn`. */
  pass(standIn: SessionData, made: Session & SessionData, cookie: session.Cookie): void {
    made.cookie = cookie;
    this.#failures.set(made, this.#failures.get(standIn) as Error);
  }
}

/** A cookie for the session of the request, as a new one would have it; the request keeps its id. */
export function cookieFor(request: SessionRequest, store: session.Store): session.Cookie {
  const { session: present, sessionID } = request;
  // A reload: the cookie is the browser's, whatever has become of the data.
  if (present) return present.cookie;
  const host = store as Host & session.Store;
  if (host.generate === undefined || request.headers === undefined) return new session.Cookie();
  host.generate(request);
  request.sessionID = sessionID;
  return request.session.cookie;
}
