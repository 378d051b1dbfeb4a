import type { Link, LinkEvents } from '@mc/core';
import type { Session } from './session.js';

/** Where a link is between connect() and onClose. */
type LinkState = 'opening' | 'open' | 'closing' | 'destroyed' | 'closed';

/**
 * A connection to an embedded server. `write` carries out its bytes before it returns, so it always returns true;
 * replies and all other events come in a later turn of the event loop.
 */
export class MemoryLink implements Link {
  readonly #session: Session;
  readonly #events: LinkEvents;
  readonly #later: (task: () => void) => void;
  readonly #turn = (): void => this.#run();
  #state: LinkState = 'opening';
  #opened = false;
  #scheduled = false;
  #error: Error | undefined;

  constructor(session: Session, events: LinkEvents, later: (task: () => void) => void) {
    this.#session = session;
    this.#events = events;
    this.#later = later;
    this.#schedule();
  }

  write(bytes: Uint8Array): boolean {
    if (this.#state === 'opening' || this.#state === 'open') {
      this.#session.receive(bytes);
      if (this.#session.ended || this.#session.replies.hasOutput) this.#schedule();
    }
    return true;
  }

  close(): void {
    if (this.#state !== 'opening' && this.#state !== 'open') return;
    this.#state = 'closing';
    this.#schedule();
  }

  destroy(error?: Error): void {
    if (this.#state === 'destroyed' || this.#state === 'closed') return;
    this.#state = 'destroyed';
    this.#error = error;
    this.#session.end();
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#later(this.#turn);
  }

  /** One turn: everything that is due, in the order of a socket. */
  #run(): void {
    this.#scheduled = false;
    if (this.#state === 'closed') return;
    if (!this.#opened && this.#state !== 'destroyed') {
      this.#opened = true;
      if (this.#state === 'opening') this.#state = 'open';
      this.#events.onOpen();
    }
    this.#session.deliver(this.#deliver);
    // What was written meanwhile is answered in the next turn, before the connection ends.
    if (this.#session.replies.hasOutput && this.#state !== 'destroyed') this.#schedule();
    else if (this.#session.ended || this.#state === 'closing') this.#finish();
  }

  readonly #deliver = (chunk: Uint8Array): boolean => {
    if (this.#state === 'destroyed') return false;
    this.#events.onData(chunk);
    return this.#isWanted();
  };

  /** Asked anew after an event, whose handler may have changed the state. */
  #isWanted(): boolean {
    return this.#state !== 'destroyed';
  }

  #finish(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#session.end();
    this.#events.onClose(this.#error);
  }
}
