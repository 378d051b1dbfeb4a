import { ConnectionError } from '../errors.js';
import type { Connection } from './connection.js';

/** Settings of a {@link ConnectionClock}; see `ClientOptions`. */
export interface ConnectionClockOptions {
  readonly connectTimeoutMs: number;
  readonly connectionTimeoutMs: number;
}

/** The connection's own deadlines: to be made, and to be heard of while it owes a reply. */
export class ConnectionClock {
  readonly #options: ConnectionClockOptions;
  #isOpen = false;
  /** When it was dialled, or when a byte last came or a reply was first owed. */
  #sinceMs = 0;

  constructor(options: ConnectionClockOptions, dialledMs: number) {
    this.#options = options;
    this.#sinceMs = dialledMs;
  }

  /** It is open. */
  opened(nowMs: number): void {
    this.#isOpen = true;
    this.#sinceMs = nowMs;
  }

  /** A byte came, or the first reply is owed. */
  heard(nowMs: number): void {
    this.#sinceMs = nowMs;
  }

  /** Time in which nobody could have been heard does not count. */
  stoodStill(ms: number): void {
    this.#sinceMs += ms;
  }

  /** When it must have been made, or heard of. */
  get dueMs(): number {
    const { connectTimeoutMs, connectionTimeoutMs } = this.#options;
    return this.#sinceMs + (this.#isOpen ? connectionTimeoutMs : connectTimeoutMs);
  }

  /**
   * Ends a connection that is not made, or owes a reply and is silent, for too long.
   *
   * @returns when that would be, or Infinity
   */
  endOverdue(connection: Connection | undefined, nowMs: number): number {
    if (connection === undefined) return Number.POSITIVE_INFINITY;
    if (this.#isOpen && connection.inFlight.length === 0) return Number.POSITIVE_INFINITY;
    const dueMs = Math.max(this.dueMs, connection.uploadDueMs);
    if (dueMs > nowMs) return dueMs;
    connection.destroy(this.#overdueError(connection.server.name));
    return Number.POSITIVE_INFINITY;
  }

  #overdueError(server: string): ConnectionError {
    const { connectTimeoutMs, connectionTimeoutMs } = this.#options;
    return this.#isOpen
      ? new ConnectionError(
          'MC_CONNECTION_LOST',
          `${server} owed a reply and sent nothing for ${connectionTimeoutMs} ms`,
          {
            server,
          },
        )
      : new ConnectionError('MC_CONNECT_FAILED', `no connection to ${server} within ${connectTimeoutMs} ms`, {
          server,
        });
  }
}
