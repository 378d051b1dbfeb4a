import { COMMANDS, checkKey, type MemcachedError, NO_PARAMETERS, type ReplyKind } from '@mc/protocol';
import type { Connection } from './connection.js';
import { Fifo } from './fifo.js';
import { Pending } from './pending.js';

/** A key nobody uses: what matters is that a real read is answered. */
const PROBE_KEY = '@mc/probe';

/** The health probe: a plain `get`, since a proxy may answer `version` by itself while its gets fail. */
export class Probe extends Pending {
  readonly #onAnswer: () => void;

  constructor(timeoutMs: number, onAnswer: () => void) {
    super(COMMANDS.get, checkKey(PROBE_KEY, ''), NO_PARAMETERS, timeoutMs, 0);
    this.#onAnswer = onAnswer;
  }

  override onReply(_kind: ReplyKind): void {
    this.#settle();
  }

  /** An error line is an answer too; a lost connection is reported by the connection itself. */
  override onFailure(error: MemcachedError): void {
    if (error.code === 'MC_SERVER_ERROR' || error.code === 'MC_CLIENT_ERROR') this.#settle();
    else this.settled = true;
  }

  #settle(): void {
    this.settled = true;
    this.#onAnswer();
  }
}

/** Sends a probe on a connection; it has no deadline but the connection's. */
export function sendProbe(connection: Connection, timeoutMs: number, onAnswer: () => void): void {
  const probe = new Probe(timeoutMs, onAnswer);
  probe.deadlineMs = Number.POSITIVE_INFINITY;
  const queue = new Fifo<Pending>();
  queue.push(probe);
  connection.send(queue);
}
