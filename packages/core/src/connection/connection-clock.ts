import { ConnectionError } from '../errors.js';

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

  /** What the connection is ended with when it is overdue. */
  overdueError(server: string): ConnectionError {
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
