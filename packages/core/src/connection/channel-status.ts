import type { ServerSnapshot, ServerState } from '../contract.js';
import type { Health } from './health.js';

/** How far a channel's connection is. */
export type Phase = 'idle' | 'connecting' | 'open' | 'closed';

/** A channel's part of a {@link ServerSnapshot}. */
export type ChannelStatus = Pick<ServerSnapshot, 'state' | 'failures' | 'error' | 'waiting' | 'inFlight'>;

/** The state of a server, and why. */
export function stateOf(phase: Phase, health: Health): Pick<ChannelStatus, 'state' | 'failures' | 'error'> {
  return { state: stateName(phase, health), failures: health.failures, error: health.lastError };
}

function stateName(phase: Phase, health: Health): ServerState {
  if (health.isDown) return 'down';
  if (phase === 'connecting') return 'connecting';
  if (health.failures > 0) return 'failing';
  return phase === 'open' ? 'connected' : 'idle';
}
