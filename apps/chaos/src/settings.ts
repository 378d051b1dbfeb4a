import type { ClientOptions } from '@mc/core';
import type { Callers } from './load.js';

/** How long the parts of a run take, and what client runs it. */
export interface ChaosSettings {
  readonly client: Partial<ClientOptions>;
  /** Load without a fault, in milliseconds: the control. */
  readonly controlMs: number;
  /** How long the fault lasts after the server was marked down. */
  readonly downMs: number;
  /** Load after the server is back. */
  readonly backMs: number;
  /** Of a run with a fault. */
  readonly callers: Callers;
}

/** The client's own defaults, at length. */
export const LONG: ChaosSettings = {
  client: {},
  controlMs: 5000,
  downMs: 3000,
  backMs: 2000,
  callers: 'own',
};

/** A few seconds for each fault, with deadlines that a slow machine keeps. */
export const SHORT: ChaosSettings = {
  client: { timeoutMs: 2000, connectionTimeoutMs: 500, failureLimit: 2, retryTimeoutMs: 300 },
  controlMs: 200,
  downMs: 300,
  backMs: 200,
  callers: 'own',
};
