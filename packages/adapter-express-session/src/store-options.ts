import {
  type ClientSource,
  type ClientSourceOptions,
  ConfigurationError,
  clientSourceOptions,
  type MemcachedClient,
  openClientSource,
  type ServerFailurePolicy,
} from '@mc/memcached';
import type { SessionData } from 'express-session';
import { SessionKeys } from './session-key.js';

/** Turns sessions into text and back. */
export interface SessionSerializer {
  /** What it throws goes to the callback of `set`. */
  stringify(session: SessionData): string;
  /** Where it throws, the session is a miss. */
  parse(text: string): SessionData;
}

/** Options of `memcachedSessions`: those of the client of `@mc/memcached`, or a `client`, and the store's own. */
export type MemcachedSessionsOptions = ClientSourceOptions & OwnOptions;

interface OwnOptions {
  /** Put before every session id; two stores whose prefixes differ and end in `:` share nothing. Default `sess:`. */
  readonly prefix?: string;
  /** Seconds that a session lives whose cookie ends with the browser, from 0, which never expires. Default 86,400, a day. */
  readonly ttl?: number;
  /** Default `JSON`. */
  readonly serializer?: SessionSerializer;
  /**
   * `miss` (default): where a server cannot be reached, the session is an empty one, which keeps its id, and none is
   * saved; `failures` and the event `failure` tell of it. `throw`: the callback gets the error.
   */
  readonly onServerFailure?: ServerFailurePolicy;
}

/** What `memcachedSessions` takes: an address, several, where to find them, a client, or options. */
export type MemcachedSessionsSource = ClientSource | MemcachedSessionsOptions;

/** What the store works with. */
export interface StoreSetup {
  /** Made here, or a view of the one given: closing it closes nothing that is not the store's. */
  readonly client: MemcachedClient;
  readonly keys: SessionKeys;
  readonly ttl: number;
  readonly serializer: SessionSerializer;
  readonly policy: ServerFailurePolicy;
}

const DAY_SECONDS = 86_400;

/** What the store calls itself in messages. */
const OWNER = 'memcachedSessions';

/** @throws ConfigurationError, InvalidArgumentError */
export function setupOf(source: MemcachedSessionsSource | undefined): StoreSetup {
  const options = clientSourceOptions<MemcachedSessionsOptions>(source, OWNER);
  const { prefix = 'sess:', ttl = DAY_SECONDS, serializer = JSON, ...clientOptions } = options;
  if (typeof serializer?.stringify !== 'function' || typeof serializer.parse !== 'function') {
    throw new ConfigurationError('serializer must have stringify and parse');
  }
  if (typeof ttl !== 'number' || !(ttl >= 0)) {
    throw new ConfigurationError('ttl must be a number of seconds, 0 for never');
  }
  return {
    client: openClientSource(clientOptions, OWNER),
    keys: new SessionKeys(prefix),
    ttl,
    serializer,
    policy: options.onServerFailure ?? 'miss',
  };
}
