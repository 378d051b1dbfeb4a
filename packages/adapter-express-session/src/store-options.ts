import {
  ConfigurationError,
  createClient,
  type Discovery,
  type MemcachedClient,
  type Options,
  type ServerFailurePolicy,
  type ServerInput,
} from '@mc/memcached';
import type { SessionData } from 'express-session';
import { exptimeOf } from './lifetime.js';
import { SessionKeys } from './session-key.js';

/** Turns sessions into text and back. */
export interface SessionSerializer {
  /** What it throws goes to the callback of `set`. */
  stringify(session: SessionData): string;
  /** Where it throws, the session is a miss. */
  parse(text: string): SessionData;
}

/** Options of `memcachedSessions`: those of the client of `@mc/memcached`, and the store's own. */
export interface MemcachedSessionsOptions extends Options {
  /** A client that is already there; excludes the client's options. Closing the store does not close it. */
  readonly client?: MemcachedClient;
  /** Put before every session id; two stores whose prefixes differ and end in `:` share nothing. Default `sess:`. */
  readonly prefix?: string;
  /** Seconds that a session lives whose cookie ends with the browser. 0 never expires. Default 86,400, a day. */
  readonly ttl?: number;
  /** Default `JSON`. */
  readonly serializer?: SessionSerializer;
  /**
   * `miss` (default): where a server cannot be reached, there is no session and none is saved; `failures` and the event
   * `failure` tell of it. `throw`: the callback gets the error.
   */
  readonly onServerFailure?: ServerFailurePolicy;
}

/** What `memcachedSessions` takes: an address, several, where to find them, a client, or options. */
export type MemcachedSessionsSource =
  | ServerInput
  | readonly ServerInput[]
  | Discovery
  | MemcachedClient
  | MemcachedSessionsOptions;

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

/** @throws ConfigurationError, InvalidArgumentError */
export function setupOf(source: MemcachedSessionsSource | undefined): StoreSetup {
  const options = optionsOf(source);
  const {
    client,
    prefix = 'sess:',
    ttl = DAY_SECONDS,
    serializer = JSON,
    onServerFailure,
    ...rest
  } = options;
  const policy = onServerFailure ?? 'miss';
  if (policy !== 'miss' && policy !== 'throw') {
    throw new ConfigurationError("onServerFailure must be 'throw' or 'miss'");
  }
  if (typeof serializer?.stringify !== 'function' || typeof serializer.parse !== 'function') {
    throw new ConfigurationError('serializer must have stringify and parse');
  }
  exptimeOf(ttl);
  return { client: clientOf(client, rest), keys: new SessionKeys(prefix), ttl, serializer, policy };
}

function optionsOf(source: MemcachedSessionsSource | undefined): MemcachedSessionsOptions {
  if (source === undefined) return {};
  if (typeof source === 'string' || Array.isArray(source)) return { servers: source };
  if (typeof source !== 'object' || source === null) {
    throw new ConfigurationError('memcachedSessions takes a server, a list of servers, a client, or options');
  }
  if (isClient(source)) return { client: source };
  const isServers = ['host', 'path', 'look'].some((name) => name in source);
  return isServers ? { servers: source as ServerInput | Discovery } : (source as MemcachedSessionsOptions);
}

function isClient(value: object): value is MemcachedClient {
  return typeof (value as Partial<MemcachedClient>).getMulti === 'function';
}

function clientOf(client: MemcachedClient | undefined, options: Options): MemcachedClient {
  // What the store hides, it tells of itself.
  if (client === undefined) return createClient({ ...options, onServerFailure: 'throw' });
  if (typeof client !== 'object' || client === null || !isClient(client)) {
    throw new ConfigurationError('client must be a client of @mc/memcached or @mc/core');
  }
  const other = Object.entries(options).find(([, value]) => value !== undefined);
  if (other !== undefined) throw new ConfigurationError(`client excludes the option ${other[0]}`);
  return client.with({});
}
