import { InvalidArgumentError } from '@mc/protocol';
import type { ClientEventName, ClientEvents } from './contract.js';
import { inMicrotask } from './runtime.js';

type Listener = (detail: never) => void;

const NAMES: ReadonlySet<string> = new Set<ClientEventName>([
  'connecting',
  'connectFailed',
  'connect',
  'disconnect',
  'down',
  'up',
  'desync',
  'eject',
  'rejoin',
  'servers',
  'discoveryFailed',
  'failure',
]);

/** The listeners of a client. */
export class Events {
  readonly #listeners: Map<ClientEventName, Set<Listener>> = new Map();

  /** Adds a listener; returns a function that removes it. @throws InvalidArgumentError */
  on<E extends ClientEventName>(event: E, listener: (detail: ClientEvents[E]) => void): () => void {
    if (!NAMES.has(event)) throw new InvalidArgumentError('there is no event of this name');
    if (typeof listener !== 'function') throw new InvalidArgumentError('a listener must be a function');
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    // Wrapped, so that one function added twice is two listeners.
    const entry: Listener = (detail) => listener(detail);
    listeners.add(entry);
    return () => void listeners.delete(entry);
  }

  /** Calls the listeners after the current code, so that none can act in the middle of a connection's work. */
  emit<E extends ClientEventName>(event: E, detail: ClientEvents[E]): void {
    for (const listener of this.#listeners.get(event) ?? []) inMicrotask(() => listener(detail as never));
  }
}
