import {
  ConfigurationError,
  DecodeError,
  EncodeError,
  type MemcachedClient,
  MemcachedError,
  PartialFailureError,
} from '@mc/memcached';
import type { SessionData } from 'express-session';
import { hasCookie, renewExpired, ttlOf } from './lifetime.js';
import type { StoreSetup } from './store-options.js';

/** How many sessions are read or deleted at once. */
const CHUNK = 500;

/** Told of a session that cannot be read. */
export type OnUnreadable = (error: Error) => void;

/** Reads and writes sessions; failures are thrown, but for sessions that cannot be read: they are misses. */
export class SessionItems {
  readonly #setup: StoreSetup;
  readonly #client: MemcachedClient;

  constructor(setup: StoreSetup) {
    this.#setup = setup;
    this.#client = setup.client;
  }

  async get(sid: string, onUnreadable: OnUnreadable): Promise<SessionData | undefined> {
    const key = this.#setup.keys.write(sid);
    try {
      const found = this.#read(key, await this.#client.get(key));
      if (found === undefined) return undefined;
      if (found.sid === sid) return found.session;
      onUnreadable(new DecodeError('the stored session is of another id'));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      onUnreadable(error);
    }
    return undefined;
  }

  /** Stores the session; whatever is not stored is an error. One that has expired is deleted. */
  async set(sid: string, session: SessionData): Promise<void> {
    const key = this.#setup.keys.write(sid);
    const ttl = ttlOf(session, this.#setup.ttl);
    if (ttl < 0) return this.destroy(sid);
    const text = this.#write(sid, key, session);
    const stored = await this.#client.set(key, text, { ttl });
    if (!stored) throw new MemcachedError('MC_SERVER_ERROR', 'the server did not store the session');
  }

  /** Sets the session's time anew, and nothing else: its data stay as they are on the server. */
  async touch(sid: string, session: SessionData): Promise<void> {
    const ttl = ttlOf(session, this.#setup.ttl);
    if (ttl < 0) return this.destroy(sid);
    await this.#client.touch(this.#setup.keys.write(sid), ttl);
  }

  async destroy(sid: string): Promise<void> {
    await this.#client.delete(this.#setup.keys.write(sid));
  }

  /** The keys of all sessions of this prefix. @throws ConfigurationError where there is none */
  async listKeys(): Promise<string[]> {
    const found = new Set<string>();
    const { keys } = this.#setup;
    if (keys.prefix === '') {
      throw new ConfigurationError('without a prefix, sessions cannot be told from other items');
    }
    for await (const key of this.#client.keys()) {
      if (typeof key === 'string' && keys.isOwn(key)) found.add(key);
    }
    return [...found];
  }

  /** Every session by its id; those that cannot be read are left out. */
  async all(onUnreadable: OnUnreadable): Promise<Record<string, SessionData>> {
    const sessions: Record<string, SessionData> = Object.create(null);
    for (const keys of chunksOf(await this.listKeys())) {
      for (const [key, value] of await this.#getMany(keys, onUnreadable)) {
        try {
          const found = this.#read(key, value);
          if (found !== undefined) sessions[found.sid] = found.session;
        } catch (error) {
          onUnreadable(error as Error);
        }
      }
    }
    return sessions;
  }

  /** Deletes the sessions of this prefix, and nothing else. */
  async clear(): Promise<void> {
    for (const keys of chunksOf(await this.listKeys())) await this.#client.deleteMulti(keys);
  }

  async #getMany(keys: readonly string[], onUnreadable: OnUnreadable): Promise<Map<string, unknown>> {
    try {
      return await this.#client.getMulti(keys);
    } catch (error) {
      const errors = error instanceof PartialFailureError ? [...error.errors.values()] : [error];
      if (!errors.every((reason) => reason instanceof DecodeError)) throw error;
      errors.forEach(onUnreadable);
      return (error as PartialFailureError).result as Map<string, unknown>;
    }
  }

  /** A key that holds only a digest of the id has the id in a first line of its own. */
  #write(sid: string, key: string, session: SessionData): string {
    const text = this.#setup.serializer.stringify(session);
    if (typeof text !== 'string') throw new EncodeError('the serializer must make text of a session');
    return this.#setup.keys.isDigest(key) ? `${JSON.stringify(sid)}\n${text}` : text;
  }

  /** @throws DecodeError */
  #read(key: string, value: unknown): { sid: string; session: SessionData } | undefined {
    if (value === undefined || value === null) return undefined;
    const { keys, serializer } = this.#setup;
    try {
      const text = textOf(value);
      const bodyAt = keys.isDigest(key) ? text.indexOf('\n') + 1 : 0;
      const sid = bodyAt > 0 ? (JSON.parse(text.slice(0, bodyAt)) as string) : (keys.read(key) ?? '');
      return { sid, session: checkSession(serializer.parse(text.slice(bodyAt))) };
    } catch (cause) {
      throw new DecodeError('the stored session cannot be read', { cause });
    }
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  // As other clients store text: without a flag that says so.
  if (value instanceof Uint8Array) return new TextDecoder('utf-8', { fatal: true }).decode(value);
  throw new TypeError('a session is stored as text');
}

function checkSession(session: SessionData | null): SessionData {
  if (!hasCookie(session)) throw new TypeError('a session is an object with a cookie');
  renewExpired(session);
  return session;
}

function chunksOf<T>(list: readonly T[]): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < list.length; at += CHUNK) chunks.push(list.slice(at, at + CHUNK));
  return chunks;
}
