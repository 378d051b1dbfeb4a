import type { ServerSnapshot, ServerState } from '../contract.js';
import type { Fifo } from './fifo.js';
import type { Health } from './health.js';
import type { Pending } from './pending.js';
import { Probe } from './probe.js';

/** How far a channel's connection is. */
export type Phase = 'idle' | 'connecting' | 'open' | 'closed';

/** A channel's part of a {@link ServerSnapshot}. */
export type ChannelStatus = Pick<ServerSnapshot, 'state' | 'failures' | 'error' | 'waiting' | 'inFlight'>;

/** The state of a server, and why; `waiting` and `inFlight` are the requests of its connection. */
export function statusOf(
  phase: Phase,
  health: Health,
  waiting: Fifo<Pending>,
  inFlight: Fifo<Pending> | undefined,
): ChannelStatus {
  return {
    state: stateName(phase, health),
    failures: health.failures,
    error: health.lastError,
    waiting: countWhere(waiting, ({ settled }) => !settled),
    // A call that timed out is owed a reply still; a probe is nobody's call.
    inFlight: countWhere(inFlight, (request) => !(request instanceof Probe)),
  };
}

function countWhere(queue: Fifo<Pending> | undefined, counts: (request: Pending) => boolean): number {
  let count = 0;
  for (let at = 0; queue !== undefined && at < queue.length; at += 1) {
    if (counts(queue.at(at) as Pending)) count += 1;
  }
  return count;
}

function stateName(phase: Phase, health: Health): ServerState {
  if (health.isDown) return 'down';
  if (phase === 'connecting') return 'connecting';
  if (health.failures > 0) return 'failing';
  return phase === 'open' ? 'connected' : 'idle';
}
