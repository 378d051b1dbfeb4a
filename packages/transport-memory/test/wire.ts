import { connect } from 'node:net';
import type { LinkEvents, Server, Transport } from '@mc/core';

/** A connection to a server, real or embedded, as latin1 text both ways. */
export interface Wire {
  /** All that came and was not taken yet. */
  readonly output: string;
  readonly closed: boolean;
  send(text: string): void;
  /** Waits until the output fits (or the connection is closed) and takes it. */
  take(fits: (output: string) => boolean): Promise<string>;
  /** Says that nothing more will be sent, and takes all that comes until the server closes. */
  finish(): Promise<string>;
  destroy(): void;
}

/** Longest wait for a server in this process or on the loopback, on a busy machine, in milliseconds. */
const DEADLINE_MS = 30_000;

export function serverNamed(name: string): Server {
  const [host, port] = name.split(':');
  return { name, host, port: Number(port), path: undefined, weight: 1 };
}

class Inbox {
  text = '';
  closed = false;
  #changed: () => void = () => {};

  arrived(bytes: Uint8Array): void {
    this.text += Buffer.from(bytes).toString('latin1');
    this.#changed();
  }

  close(): void {
    this.closed = true;
    this.#changed();
  }

  take(fits: (output: string) => boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no fitting reply: ${JSON.stringify(this.text.slice(-300))}`)),
        DEADLINE_MS,
      );
      this.#changed = () => {
        if (!this.closed && !fits(this.text)) return;
        clearTimeout(timer);
        const taken = this.text;
        this.text = '';
        this.#changed = () => {};
        resolve(taken);
      };
      this.#changed();
    });
  }
}

export async function openSocketWire(port: number): Promise<Wire> {
  const inbox = new Inbox();
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('data', (bytes) => inbox.arrived(bytes));
  socket.on('error', () => {});
  socket.on('close', () => inbox.close());
  await new Promise((resolve) => socket.once('connect', resolve));
  return {
    get output() {
      return inbox.text;
    },
    get closed() {
      return inbox.closed;
    },
    send: (text) => void socket.write(Buffer.from(text, 'latin1')),
    take: (fits) => inbox.take(fits),
    finish: () => {
      socket.end();
      return inbox.take(() => false);
    },
    destroy: () => void socket.destroy(),
  };
}

export async function openTransportWire(transport: Transport, name: string): Promise<Wire> {
  const inbox = new Inbox();
  let opened = () => {};
  const open = new Promise<void>((resolve) => {
    opened = resolve;
  });
  const events: LinkEvents = {
    onOpen: () => opened(),
    onData: (bytes) => inbox.arrived(bytes),
    onDrain: () => {},
    onClose: () => inbox.close(),
  };
  const link = transport.connect(serverNamed(name), events);
  await open;
  return {
    get output() {
      return inbox.text;
    },
    get closed() {
      return inbox.closed;
    },
    send: (text) => {
      const bytes = Buffer.from(text, 'latin1');
      // The bytes may be reused once write has returned true: spoil them, so that a reader that kept them is found out.
      if (link.write(bytes)) bytes.fill(0x21);
    },
    take: (fits) => inbox.take(fits),
    finish: () => {
      link.close();
      return inbox.take(() => false);
    },
    destroy: () => link.destroy(),
  };
}
