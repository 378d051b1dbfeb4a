import type { Link, LinkEvents, Server, Transport } from '@mc/core';

/** A transport with faults that a test switches on and off. `server` is a server's name; without it all are meant. */
export interface FaultyTransport extends Transport {
  /** Keeps back what servers send, as a server that hangs would, until {@link FaultyTransport.release}. */
  hold(server?: string): void;
  /** Delivers what was kept back, in order, and stops keeping it. */
  release(server?: string): void;
  /** New connections fail as if nothing listened. */
  refuse(server?: string): void;
  /** New connections succeed again. */
  accept(server?: string): void;
  /** Breaks the open connections as a reset would. */
  cut(server?: string): void;
  /** How many links were opened and not yet reported closed. */
  readonly openLinks: number;
  /** How many bytes clients wrote so far. */
  readonly bytesWritten: number;
}

/** Stands for every server. */
const ALL = '*';

/** Puts switchable faults between a client and a real transport. */
export function faultyTransport(inner: Transport): FaultyTransport {
  return new Faults(inner);
}

class Faults implements FaultyTransport {
  readonly #inner: Transport;
  readonly #links: Set<FaultyLink> = new Set<FaultyLink>();
  readonly #held: Set<string> = new Set<string>();
  readonly #refused: Set<string> = new Set<string>();
  bytesWritten = 0;

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  get openLinks(): number {
    return this.#links.size;
  }

  hold(server: string = ALL): void {
    this.#held.add(server);
  }

  release(server: string = ALL): void {
    if (server === ALL) this.#held.clear();
    this.#held.delete(server);
    for (const link of this.#links) link.deliver();
  }

  refuse(server: string = ALL): void {
    this.#refused.add(server);
  }

  accept(server: string = ALL): void {
    if (server === ALL) this.#refused.clear();
    this.#refused.delete(server);
  }

  cut(server: string = ALL): void {
    for (const link of this.#links) {
      if (server === ALL || server === link.server) link.breakOff();
    }
  }

  connect(server: Server, events: LinkEvents): Link {
    if (isNamed(this.#refused, server.name)) return refusedLink(events);
    const link = new FaultyLink(server.name, events, {
      isHeld: () => isNamed(this.#held, server.name),
      onWritten: (bytes) => {
        this.bytesWritten += bytes;
      },
      onClosed: () => this.#links.delete(link),
    });
    this.#links.add(link);
    link.attach(this.#inner.connect(server, link));
    return link;
  }
}

function isNamed(names: ReadonlySet<string>, server: string): boolean {
  return names.has(ALL) || names.has(server);
}

function refusedLink(events: LinkEvents): Link {
  let closed = false;
  const close = (error?: Error) => {
    if (closed) return;
    closed = true;
    events.onClose(error);
  };
  setImmediate(() => close(new Error('connection refused')));
  return {
    write: () => true,
    close: () => setImmediate(close),
    destroy: (error) => setImmediate(close, error),
  };
}

interface LinkWatch {
  isHeld(): boolean;
  onWritten(bytes: number): void;
  onClosed(): void;
}

/** Stands between the client's events and the inner link, and queues what the server sends while it is held. */
class FaultyLink implements Link, LinkEvents {
  readonly server: string;
  readonly #events: LinkEvents;
  readonly #watch: LinkWatch;
  #inner: Link | undefined;
  #kept: Uint8Array[] = [];
  #ended = false;

  constructor(server: string, events: LinkEvents, watch: LinkWatch) {
    this.server = server;
    this.#events = events;
    this.#watch = watch;
  }

  attach(inner: Link): void {
    this.#inner = inner;
  }

  write(bytes: Uint8Array): boolean {
    this.#watch.onWritten(bytes.length);
    return this.#inner?.write(bytes) ?? true;
  }

  close(): void {
    this.#inner?.close();
  }

  destroy(error?: Error): void {
    this.#inner?.destroy(error);
  }

  /** Breaks the connection: what is on its way from the server is lost. */
  breakOff(): void {
    this.#ended = true;
    this.#kept = [];
    this.#inner?.destroy(new Error('connection reset'));
  }

  onOpen(): void {
    this.#events.onOpen();
  }

  onDrain(): void {
    this.#events.onDrain();
  }

  onData(bytes: Uint8Array): void {
    if (this.#ended) return;
    if (this.#kept.length === 0 && !this.#watch.isHeld()) this.#events.onData(bytes);
    else this.#kept.push(bytes.slice());
  }

  onClose(error?: Error): void {
    // A server that hangs hides nothing from the client's own close: only bytes are kept back.
    this.#ended = true;
    this.#kept = [];
    this.#watch.onClosed();
    this.#events.onClose(error);
  }

  deliver(): void {
    while (this.#kept.length > 0 && !this.#ended && !this.#watch.isHeld()) {
      this.#events.onData(this.#kept.shift() as Uint8Array);
    }
  }
}
