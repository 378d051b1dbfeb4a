import type { ClientEventName, ClientEvents } from '../contract.js';
import type { ConnectionOptions } from './connection.js';
import type { ConnectionClockOptions } from './connection-clock.js';
import type { HealthOptions } from './health.js';

/** Settings of a channel; see `ClientOptions`. */
export interface ChannelOptions extends ConnectionOptions, ConnectionClockOptions, HealthOptions {
  readonly maxQueuedCalls: number;
  /** Longest life of an item that is written through it, in seconds; 0 for no limit. */
  readonly maxTtl: number;
}

/** Tells listeners of an event. */
export type Emit = <E extends ClientEventName>(event: E, detail: ClientEvents[E]) => void;

/** What a channel tells its owner. */
export interface ChannelOwner {
  readonly emit: Emit;
  /** The server was marked down, or up again. */
  onHealthChange(): void;
}
