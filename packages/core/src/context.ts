import type { ChannelOptions } from './connection/channel-options.js';
import { DialPaces } from './connection/dial-paces.js';
import { ServerChannel } from './connection/server-channel.js';
import type { ClientOptions, Server, ServerFailurePolicy, ViewOptions } from './contract.js';
import { DiscoveryLoop } from './discovery-loop.js';
import { Events } from './events.js';
import { Fleet, type FleetOptions } from './fleet.js';
import {
  checkPrefix,
  discoveryOf,
  type FleetSettings,
  fleetSettings,
  isDiscovery,
  keyRulesOf,
} from './fleet-options.js';
import type { KeyRules } from './key-rules.js';
import { callSettings, channelSettings } from './options.js';
import { PackOrder } from './pack-order.js';
import { parseServers } from './server-list.js';
import type { ValueCoder } from './value/value-coder.js';
import { makeCoder, maxValueBytesOf } from './value-options.js';
import { failurePolicy, viewTimeout } from './view-options.js';

/** All that an operation needs: the client's settings and the parts it goes through. */
export interface Context {
  readonly fleet: Fleet;
  /** Keeps the list of servers up to date; absent where it is given. */
  readonly discovery: DiscoveryLoop | undefined;
  readonly coder: ValueCoder;
  readonly keyRules: KeyRules;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly onServerFailure: ServerFailurePolicy;
  readonly events: Events;
  readonly packOrder: PackOrder;
}

/** The context of a new client. @throws ConfigurationError */
export function makeContext(options: ClientOptions): Context {
  const { servers } = options;
  const listed = isDiscovery(servers) ? [] : parseServers(servers);
  const coder = makeCoder(options, maxValueBytesOf(options));
  const channelOptions = {
    ...channelSettings(options),
    keepsBytes: (flags: number) => coder.keepsBytes(flags),
  };
  const events = new Events();
  const packOrder = new PackOrder(channelOptions.maxQueuedCalls);
  const onListed = () => packOrder.release();
  const fleet = makeFleet(options, listed, fleetSettings(options), channelOptions, events, onListed);
  const context = {
    ...callSettings(options),
    keyRules: keyRulesOf(options),
    fleet,
    coder,
    events,
    packOrder,
  };
  if (!isDiscovery(servers)) return { ...context, discovery: undefined };
  const discovery = new DiscoveryLoop(discoveryOf(servers), fleet, events);
  // Calls made before the first list has come, wherever from, wait for it, in their order.
  packOrder.hold();
  discovery.start();
  return { ...context, discovery };
}

function makeFleet(
  options: ClientOptions,
  servers: readonly Server[],
  { gutter, ...settings }: FleetSettings,
  channelOptions: Omit<ChannelOptions, 'maxTtl'>,
  events: Events,
  onListed: () => void,
): Fleet {
  const emit = events.emit.bind(events) as FleetOptions['emit'];
  const paces = new DialPaces(channelOptions.retryTimeoutMs);
  const fleetOf = (list: readonly Server[], maxTtl: number, more: Pick<FleetOptions, 'eject' | 'gutter'>) =>
    new Fleet(list, {
      ...settings,
      ...more,
      emit,
      onListed,
      makeChannel: (server, onHealthChange) =>
        new ServerChannel(
          server,
          options.transport,
          { ...channelOptions, maxTtl },
          { emit, onHealthChange },
          paces.of(server.name),
        ),
    });
  const second =
    gutter === undefined
      ? undefined
      : fleetOf(gutter.servers, gutter.maxTtl, { eject: false, gutter: undefined });
  return fleetOf(servers, 0, { eject: settings.eject, gutter: second });
}

/** The context of a view: it shares all but how values, prefixes and timeouts are handled. @throws ConfigurationError */
export function viewContext(base: Context, merged: ClientOptions, view: ViewOptions): Context {
  return {
    ...base,
    keyRules: { ...base.keyRules, prefix: checkPrefix(merged.keyPrefix, base.keyRules.digestsLongKeys) },
    timeoutMs: viewTimeout(view.timeoutMs, base.timeoutMs),
    onServerFailure: failurePolicy(view.onServerFailure, base.onServerFailure),
    coder: makeCoder(merged, maxValueBytesOf(merged)),
  };
}
