import type { Server, ServerFailurePolicy } from './contract.js';
import type { ServerChannel } from './connection/server-channel.js';
import type { Events } from './events.js';
import type { PackOrder } from './pack-order.js';
import type { Routing } from './route/routing.js';
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
