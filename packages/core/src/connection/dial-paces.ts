import { clockMs } from '../runtime.js';
import { DialPace } from './dial-pace.js';

/** So long after its last dial a server is forgotten. */
const KEPT_MS = 60_000;

/** The paces of a client's servers by name: one that leaves the list and comes back is dialled no faster for it. */
export class DialPaces {
  readonly #retryTimeoutMs: number;
  readonly #paces: Map<string, DialPace> = new Map();

  constructor(retryTimeoutMs: number) {
    this.#retryTimeoutMs = retryTimeoutMs;
  }

  /** The pace of a server that is put on the list. */
  of(server: string): DialPace {
    const oldestMs = clockMs() - KEPT_MS;
    for (const [name, { lastMs }] of this.#paces) if (lastMs < oldestMs) this.#paces.delete(name);
    const pace = this.#paces.get(server) ?? new DialPace(this.#retryTimeoutMs);
    this.#paces.set(server, pace);
    return pace;
  }
}
