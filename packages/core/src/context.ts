import { ServerChannel } from './connection/server-channel.js';
import type { ClientOptions, Server, ServerFailurePolicy, ViewOptions } from './contract.js';
import { Events } from './events.js';
import {
  callSettings,
  channelSettings,
  checkPrefix,
  makeCoder,
  maxValueBytesOf,
  viewTimeout,
} from './options.js';
import { PackOrder } from './pack-order.js';
import { buildRouting, type Routing } from './route/routing.js';
import { parseServers } from './server-list.js';
import type { ValueCoder } from './value/value-coder.js';

/** All that an operation needs: the client's settings and the parts it goes through. */
export interface Context {
  readonly servers: readonly Server[];
  readonly routing: Routing;
  /** One a server, in the order of `servers`. */
  readonly channels: readonly ServerChannel[];
  readonly coder: ValueCoder;
  readonly keyPrefix: string;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly onServerFailure: ServerFailurePolicy;
  readonly events: Events;
  readonly packOrder: PackOrder;
}

/** The context of a new client. @throws ConfigurationError */
export function makeContext(options: ClientOptions): Context {
  const servers = parseServers(options.servers);
  const coder = makeCoder(options, maxValueBytesOf(options));
  const settings = { ...channelSettings(options), keepsBytes: (flags: number) => coder.keepsBytes(flags) };
  const events = new Events();
  const emit = events.emit.bind(events) as Events['emit'];
  return {
    ...callSettings(options),
    servers,
    routing: buildRouting(servers, options.hash, options.distribution),
    channels: servers.map((server) => new ServerChannel(server, options.transport, settings, emit)),
    coder,
    events,
    packOrder: new PackOrder(),
  };
}

/** The context of a view: it shares all but how values, prefixes and timeouts are handled. @throws ConfigurationError */
export function viewContext(base: Context, merged: ClientOptions, view: ViewOptions): Context {
  return {
    ...base,
    keyPrefix: checkPrefix(merged.keyPrefix),
    timeoutMs: viewTimeout(view.timeoutMs, base.timeoutMs),
    coder: makeCoder(merged, maxValueBytesOf(merged)),
  };
}
