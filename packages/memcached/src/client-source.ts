import { ConfigurationError, type Discovery, type MemcachedClient, type ServerInput } from '@mc/core';
import { createClient, type Options } from './create-client.js';
import { isClient, isServers } from './source-kind.js';

/** Options from which an adapter gets its client: those of a client to be made, or a client. */
export type ClientSourceOptions = OwnClientOptions | GivenClientOptions;

/** The options of a client that is to be made. */
type OwnClientOptions = Options & { readonly client?: never };

/** A client that is there already, which excludes all options of one but `onServerFailure`. */
interface GivenClientOptions
  extends None<Omit<Options, 'onServerFailure'>>,
    Pick<Options, 'onServerFailure'> {
  /** Closing what uses it does not close it. */
  readonly client: MemcachedClient;
}

/** None of the members of `T`. */
type None<T> = { readonly [Name in keyof T]?: never };

/** What an adapter takes: a server, a list of them, where to find them, options, or a client that is already there. */
export type ClientSource =
  | ServerInput
  | readonly ServerInput[]
  | Discovery
  | ClientSourceOptions
  | MemcachedClient;

/**
 * A source as options: `{ servers }`, `{ client }`, or the options as they are, unchecked. None is `{}`, which stands for
 * `localhost:11211`.
 *
 * `O` is what the adapter's options are, if they are more than a client's.
 *
 * @param owner what the caller calls the adapter, for messages
 * @throws ConfigurationError where it is none of these
 */
export function clientSourceOptions<O extends ClientSourceOptions = ClientSourceOptions>(
  source: ClientSource | O | undefined,
  owner: string,
): O {
  if (source === undefined) return {} as O;
  if (isClient(source)) return { client: source } as O;
  if (isServers(source)) return { servers: source } as O;
  if (typeof source !== 'object' || source === null) {
    throw new ConfigurationError(`${owner} takes a server, a list of servers, a client, or options`);
  }
  return source as O;
}

/**
 * The client of a source, whose `close()` closes what was opened here and no more: a client made for it, or a view of the
 * one that is already there. It rejects where a server cannot be reached, whatever `onServerFailure` says: an adapter has
 * to tell that from a miss, and does itself what the option asks. It connects when it is first used.
 *
 * @param source without the adapter's own options
 * @param owner what the caller calls the adapter, for messages
 * @throws ConfigurationError
 */
export function openClientSource(source: ClientSource | undefined, owner: string): MemcachedClient {
  const { client, onServerFailure, ...options } = clientSourceOptions(source, owner);
  if (onServerFailure !== undefined && onServerFailure !== 'miss' && onServerFailure !== 'throw') {
    throw new ConfigurationError("onServerFailure must be 'throw' or 'miss'");
  }
  if (client === undefined) return createClient({ ...options, onServerFailure: 'throw' });
  if (!isClient(client)) {
    throw new ConfigurationError('client must be a client of @mc/memcached or @mc/core');
  }
  const other = Object.entries(options).find(([, value]) => value !== undefined);
  if (other !== undefined) throw new ConfigurationError(`client excludes the option ${other[0]}`);
  return client.with({ onServerFailure: 'throw' });
}
